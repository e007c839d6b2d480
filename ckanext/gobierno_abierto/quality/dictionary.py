"""Pure: a data dictionary for a resource's form, made from the columns that its report found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import roles
from .checks._shared import fold

#: Type of the scan -> value of the vocabulary tipos_de_columna; an empty column has none.
TYPES = {
    "text": "texto",
    "code": "codigo",
    "integer": "entero",
    "decimal": "decimal",
    "date": "fecha",
    "datetime": "fecha-hora",
    "time": "hora",
    "boolean": "logico",
}
#: What a heading writes -> the unit. Keys are without case and dots.
UNITS = {
    "bs": "Bs", "bob": "Bs", "bolivianos": "Bs", "en bs": "Bs", "en bolivianos": "Bs",
    "$us": "USD", "us$": "USD", "usd": "USD", "sus": "USD", "dólares": "USD", "dolares": "USD",
    "%": "%", "porcentaje": "%", "por ciento": "%", "pct": "%",
    "m": "m", "metros": "m", "km": "km", "kilómetros": "km", "kilometros": "km", "cm": "cm", "mm": "mm",
    "m2": "m²", "m²": "m²", "km2": "km²", "km²": "km²", "m3": "m³", "m³": "m³", "ha": "ha", "hectáreas": "ha",
    "hectareas": "ha", "kg": "kg", "kilos": "kg", "g": "g", "t": "t", "tm": "t", "toneladas": "t", "qq": "qq",
    "l": "l", "litros": "l", "°c": "°C", "ºc": "°C", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "mw": "MW",
    "años": "años", "meses": "meses", "días": "días", "dias": "días", "horas": "horas", "minutos": "minutos",
    "habitantes": "habitantes", "hab": "habitantes", "personas": "personas", "msnm": "m s. n. m.",
    "µg/m3": "µg/m³", "µg/m³": "µg/m³", "ug/m3": "µg/m³", "mg/l": "mg/l",
}  # fmt: skip
#: Units that a heading ends with, without brackets: `monto_bs`, `cobertura %`.
ENDINGS = frozenset(
    {"bs", "bob", "usd", "km2", "m2", "m3", "kg", "kwh", "mwh", "pct", "ha", "km", "porcentaje", "msnm"}
)
MONEY = frozenset({"Bs", "USD"})
NUMBERS = frozenset({"entero", "decimal"})
#: Keys of an entry, as the schema's subfields name them (schemas/presets_resource.yaml, resource_columns).
KEYS = ("name", "title", "type", "description", "unit", "codes")


@dataclass(frozen=True)
class Proposal:
    """`entries` in the order of the file, then those that it lacks; names of what was added and of what is absent."""

    entries: tuple[dict[str, Any], ...]
    added: tuple[str, ...]
    absent: tuple[str, ...]


def proposed(report: Mapping[str, Any], present: Sequence[Mapping[str, Any]]) -> Proposal:
    """The dictionary for the file's first table with columns. What people wrote stays as it is; gaps are filled in.

    Names are compared as the checks do, without case and runs of space, and the heading counts too.
    """
    columns: Sequence[Mapping[str, Any]] = next(
        (table["columns"] for table in report["tables"] if table["columns"]), []
    )
    written = {fold(str(one.get("name") or "")): one for one in reversed(present)}
    entries, added, met = [], [], set()
    for column in columns:
        keys = [fold(column["name"]), fold(column["heading"])]
        key = next((key for key in keys if key in written and key not in met), None)
        guess = _guess(column)
        if key is None:
            added.append(column["name"])
            entries.append(guess)
            continue
        met.add(key)
        entries.append({**written[key], **{name: guess[name] for name in _lacking(written[key], guess)}})
    rest = [dict(one) for one in present if fold(str(one.get("name") or "")) not in met and _says(one)]
    absent = [str(one.get("name") or "") for one in rest]
    return Proposal(tuple(entries + rest), tuple(added), tuple(absent))


def entries_of(columns: Any) -> list[dict[str, Any]]:
    """The entries of a resource's `columns`, which is a list of mappings, its JSON or nothing."""
    if isinstance(columns, str):
        try:
            columns = json.loads(columns)
        except ValueError:
            return []
    return [dict(one) for one in columns if isinstance(one, Mapping)] if isinstance(columns, list) else []


def _says(entry: Mapping[str, Any]) -> bool:
    return any(entry.get(key) for key in KEYS)


def _lacking(entry: Mapping[str, Any], guess: Mapping[str, str]) -> Iterable[str]:
    """Keys of what the file can tell and nobody wrote."""
    return [name for name in ("title", "type", "unit") if guess[name] and not entry.get(name)]


def _guess(column: Mapping[str, Any]) -> dict[str, str]:
    title, unit = split_heading(column["heading"] or column["name"])
    kind = TYPES.get(column["type"], "")
    if kind not in NUMBERS:
        unit = ""
    elif unit in MONEY:
        kind = "moneda"
    elif kind == "decimal" and roles.axis(column["heading"]):
        kind = "coordenada"
    return {"name": column["name"], "title": title, "type": kind, "description": "", "unit": unit, "codes": ""}


def split_heading(heading: str) -> tuple[str, str]:
    """A heading as a label and a unit: `monto_total (Bs)` is («Monto total», «Bs»); no unit: `""`."""
    text = " ".join(heading.replace("_", " ").split())
    inside = re.search(r"\s*[(\[]([^()\[\]]{1,20})[)\]]\s*$", text)
    if inside and (unit := _unit(inside[1])):
        return _label(text[: inside.start()]) or _label(text), unit
    percent = re.search(r"(^|\s*)%(\s*|$)", text)
    if percent and text.count("%") == 1:
        return _label(text.replace("%", " ").strip().removeprefix("de ")) or text, "%"
    words = text.split(" ")
    if len(words) > 1 and words[-1].casefold() in ENDINGS:
        return _label(" ".join(words[:-1])), UNITS[words[-1].casefold()]
    return _label(text), ""


def _unit(text: str) -> str:
    # casefold would make a Greek letter of the micro sign.
    return UNITS.get(text.strip().lower().removeprefix("en ").strip().rstrip("."), "")


def _label(text: str) -> str:
    """Words with a capital at the beginning; a heading all in capitals is lowered unless it is an acronym."""
    text = " ".join(text.split())
    if text.isupper() and len(text) > 5:
        text = text.lower()
    return text[:1].upper() + text[1:]

"""Pure: the data dictionary of a resource after columns of its file were masked. Texts are the data's, in Spanish."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..headings import clean
from ..personal_data.masked_file import DROP, HASH
from .masking import Treated

TEXT = "texto"
#: Kinds that keep a number when they are made coarser; `None`: the type as it was.
COARSER_TYPES: Mapping[str, str | None] = {"fecha_nacimiento": "entero", "coordenada_vivienda": None}
SAID = {
    True: "Huella con clave: el mismo valor da siempre la misma huella, y de ella no se obtiene el valor.",
    False: "Dato generalizado antes de publicarse.",
}


def columns_in(stored: Any) -> list[dict[str, Any]] | None:
    """The dictionary as the form or the database has it (a list, or its JSON); None where there is none."""
    if isinstance(stored, str):
        try:
            stored = json.loads(stored)
        except ValueError:
            return None
    if not isinstance(stored, list) or not stored:
        return None
    return [dict(one) for one in stored if isinstance(one, Mapping)]


def masked(columns: Iterable[Mapping[str, Any]], treated: Iterable[Treated]) -> list[dict[str, Any]]:
    """The dictionary without the columns that were dropped, and with what became of the others."""
    done = {_key(one.column): one for one in treated}
    found = []
    for column in columns:
        one = done.get(_key(str(column.get("name") or "")))
        if one is None or one.treatment != DROP:
            found.append(dict(column) if one is None else _described(column, one))
    return found


def _described(column: Mapping[str, Any], one: Treated) -> dict[str, Any]:
    said = SAID[one.treatment == HASH]
    before = str(column.get("description") or "").strip()
    changed = {**column, "description": before if said in before else f"{before} {said}".strip()}
    kind = TEXT if one.treatment == HASH else COARSER_TYPES.get(one.kind, TEXT)
    if column.get("type") and kind:
        changed["type"] = kind
    return changed


def _key(name: str) -> str:
    """A column's name for comparison, as the check compares it with the dictionary."""
    return " ".join(clean(name).casefold().split())

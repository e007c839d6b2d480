"""The chart preview: which columns, how they are added up, and the drawing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from . import drawing
from .base import columns, sample, search

#: Rows that a preview reads, and bars or points that it draws.
MAX_ROWS, MAX_BARS, MAX_POINTS = 30_000, 20, 400
MIN_DISTINCT, MAX_CATEGORIES = 12, 30
NUMBERS = frozenset(["int4", "int8", "numeric", "float8", "int"])
TIMES = frozenset(["date", "timestamp"])
#: Numbers that name something are not added up: codes, years, coordinates.
_NAMES = re.compile(
    r"(^|[_\s])(id|cod\w*|c[oó]digo|nro|n[uú]mero|gesti[oó]n|a[ñn]o|year|mes|lat\w*|lon\w*|x|y|nit|ci|tel\w*|cel\w*|version)([_\s]|$)",
    re.I,
)
_YEAR = re.compile(r"^(gesti[oó]n|a[ñn]o|year)$", re.I)
WAYS: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "count": lambda values: float(len(values)),
}


def schema() -> dict[str, Any]:
    """Fields of the form; all optional, an empty one is chosen from the table."""
    empty, text, one_of = tk.get_validator("ignore_empty"), tk.get_validator("unicode_safe"), tk.get_validator("one_of")
    return {
        "chart_kind": [empty, one_of(["bars", "lines"])],
        "chart_across": [empty, text],
        "chart_values": [empty, text],
        "chart_way": [empty, one_of(list(WAYS))],
    }


def suggest(fields: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> dict[str, str] | None:
    """A chart that a table suits by its columns and first rows; None when it suits none.

    Where each date, year or name has one row, its measure is drawn; where they repeat, the rows are counted: adding up
    an unknown column (a temperature, a percentage) would draw nonsense, and a person can still choose to.
    """
    measures = [f["id"] for f in fields if _is_measure(f, rows)]
    times = [f["id"] for f in fields if f["type"] in TIMES or _YEAR.match(f["id"])]
    texts = [f["id"] for f in fields if f["type"] == "text" and not _NAMES.search(f["id"])]
    for across in [*times, *texts]:
        kind = "lines" if across in times else "bars"
        values = [row.get(across) for row in rows if row.get(across) is not None]
        different = len(set(values))
        if different < 2:
            continue
        if different == len(values) and measures:
            return {"chart_kind": kind, "chart_across": across, "chart_values": measures[0], "chart_way": "sum"}
        if different < len(values) and (across in times or different <= MAX_CATEGORIES):
            return {"chart_kind": kind, "chart_across": across, "chart_values": "", "chart_way": "count"}
    return None


def _is_measure(field: dict[str, Any], rows: Sequence[dict[str, Any]]) -> bool:
    """A number that is no code; one with few different values is an answer (1 yes, 2 no)."""
    few = min(MIN_DISTINCT, max(2, len(rows) // 2))
    return (
        field["type"] in NUMBERS
        and not _NAMES.search(field["id"])
        and len({row.get(field["id"]) for row in rows}) >= few
    )


def suits(resource_id: str) -> bool:
    """Whether a chart is offered without anybody asking."""
    try:
        return suggest(columns(resource_id), sample(resource_id)) is not None
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return False


def gather(rows: Iterable[tuple[Any, Any]], way: str) -> dict[str, float]:
    """Names to values added up; rows without a name or a number are left out."""
    found: dict[str, list[float]] = defaultdict(list)
    for name, value in rows:
        if name is None or (value is None and way != "count"):
            continue
        try:
            found[str(name).removesuffix("T00:00:00")].append(0.0 if way == "count" else float(value))
        except (TypeError, ValueError):
            continue
    return {name: WAYS[way](values) for name, values in found.items()}


def variables(resource_id: str, view: dict[str, Any]) -> dict[str, Any]:
    """The drawing, the same data as a table, and what the form offers."""
    try:
        fields = columns(resource_id)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return {"chart": None, "fields": []}
    names = {field["id"]: field["label"] for field in fields}
    chosen = {**(suggest(fields, sample(resource_id)) or {}), **{k: view[k] for k in schema() if view.get(k)}}
    if chosen.get("chart_across") not in names:
        return {"chart": None, "fields": fields}
    measure = chosen.get("chart_values") or ""
    way = "count" if measure not in names else chosen.get("chart_way", "sum")
    wanted = [chosen["chart_across"], *([measure] if way != "count" else [])]
    answer = search(resource_id, fields=list(dict.fromkeys(wanted)), limit=MAX_ROWS, sort="_id")
    records = answer["records"]
    points = gather(((row[wanted[0]], row[wanted[-1]] if way != "count" else 1) for row in records), way)
    line = chosen["chart_kind"] == "lines"
    ordered = sorted(points.items()) if line else sorted(points.items(), key=lambda one: -abs(one[1]))
    shown = ordered[:MAX_POINTS] if line else ordered[:MAX_BARS]
    if not shown:
        return {"chart": None, "fields": fields}
    title = _title(way, names.get(measure, ""), names[wanted[0]])
    draw = drawing.lines if line else drawing.bars
    return {
        "chart": {
            "svg": Markup(draw(shown, title)),
            "title": title,
            "across": names[wanted[0]],
            "points": [(name, drawing.number(value)) for name, value in shown],
            "left_out": len(ordered) - len(shown),
            "rows": len(records),
            "partial": answer.get("total", 0) > len(records),
        },
        "fields": fields,
    }


def _title(way: str, measure: str, across: str) -> str:
    if way == "count":
        return tk._("Número de filas por {across}").format(across=across)
    if way == "mean":
        return tk._("Promedio de {measure} por {across}").format(measure=measure, across=across)
    return tk._("Suma de {measure} por {across}").format(measure=measure, across=across)

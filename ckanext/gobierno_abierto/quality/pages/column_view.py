"""Pure: a column of a report in words: type, gaps, different values, range, plot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..checks._shared import fold
from .plots import Plot, plot
from .speech import YEARS, Say

#: Columns that a page shows open, and in all; the report has the others.
OPEN, MOST = 30, 300


@dataclass(frozen=True)
class ColumnView:
    """`empty_share` is in percent; `figures` are (label, value); `personal`: its values are kept back."""

    name: str
    label: str
    position: int
    type: str
    distinct: str
    empty: str
    empty_share: float
    figures: tuple[tuple[str, str], ...]
    plot: Plot | None
    personal: str


def columns(
    table: Mapping[str, Any], dictionary: Iterable[Mapping[str, Any]], say: Say
) -> tuple[list[ColumnView], list[ColumnView]]:
    """The columns of a table that are shown open, and the others; `dictionary` is the resource's `columns`."""
    labels = {fold(str(one.get("name") or "")): title_of(one, say) for one in dictionary}
    personal = {one["column"]: say.text(one.get("label")) or one["column"] for one in table["personal_data"]}
    found = [
        column_view(one, labels.get(fold(one["name"])) or labels.get(fold(one["heading"])) or "", personal, say)
        for one in table["columns"][:MOST]
    ]
    return found[:OPEN], found[OPEN:]


def title_of(entry: Mapping[str, Any], say: Say) -> str:
    """The label of an entry of the data dictionary: a text, or one for each language."""
    title = entry.get("title") or ""
    return say.text(title) if isinstance(title, Mapping) else str(title)


def column_view(column: Mapping[str, Any], label: str, personal: Mapping[str, str], say: Say) -> ColumnView:
    """One column."""
    gaps, rows = column["empty"] + column["missing_marks"], column["rows"]
    secret = personal.get(column["name"], "")
    return ColumnView(
        name=column["name"],
        label=label if fold(label) != fold(column["name"]) else "",
        position=column["position"],
        type=type_in_words(column["type"], say),
        distinct=_distinct(column, rows - gaps, say),
        empty=_empty(gaps, rows, say),
        empty_share=round(100 * gaps / rows, 2) if rows else 0,
        figures=() if secret else _figures(column, say),
        plot=None if secret else plot(column, say),
        personal=secret,
    )


def type_in_words(kind: str, say: Say) -> str:
    """A type of the scan as people call it."""
    return {
        "empty": say.gettext("Vacía"),
        "text": say.gettext("Texto"),
        "code": say.gettext("Código"),
        "integer": say.gettext("Número entero"),
        "decimal": say.gettext("Número con decimales"),
        "date": say.gettext("Fecha"),
        "datetime": say.gettext("Fecha y hora"),
        "time": say.gettext("Hora"),
        "boolean": say.gettext("Sí o no"),
    }.get(kind, kind)


def _distinct(column: Mapping[str, Any], filled: int, say: Say) -> str:
    count = column["distinct"]["count"]
    if not count:
        return say.gettext("Sin valores")
    if column["distinct"]["exact"] and count == filled and count > 1:
        return say.gettext("{n} valores, todos distintos").format(n=say.number(count))
    text = say.ngettext("{n} valor distinto", "{n} valores distintos", count).format(n=say.number(count))
    return text if column["distinct"]["exact"] else say.gettext("Unos {text}").format(text=text)


def _empty(gaps: int, rows: int, say: Say) -> str:
    if not gaps:
        return say.gettext("Sin vacíos")
    if gaps == rows:
        return say.gettext("Toda vacía")
    return say.gettext("{share} vacíos ({n})").format(share=say.share(gaps, rows), n=say.number(gaps))


def _figures(column: Mapping[str, Any], say: Say) -> tuple[tuple[str, str], ...]:
    """Least, mean and greatest of numbers; first and last of days."""
    if "min" not in column:
        return ()
    if isinstance(column["min"], str):
        pairs = ((say.gettext("Desde"), column["min"]), (say.gettext("Hasta"), column["max"]))
        return tuple((label, say.day(value)) for label, value in pairs)
    years = column["type"] == "integer" and column["min"] >= YEARS[0] and column["max"] <= YEARS[-1]
    found = [(say.gettext("Mínimo"), column["min"])]
    if column.get("mean") is not None and not years:
        found.append((say.gettext("Media"), column["mean"]))
    found.append((say.gettext("Máximo"), column["max"]))
    return tuple((label, say.figure(value, years=years)) for label, value in found)

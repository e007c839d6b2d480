"""Pure: the small plots of a column as numbers that a template draws: a histogram, or the commonest values.

Nothing is drawn that the text beside it does not say too: `title` and `description` for who listens, `rows` as a table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .speech import YEARS, Say

HISTOGRAM, VALUES = "histogram", "values"
#: The drawing's own units; the page stretches it.
WIDTH, HEIGHT = 240, 56
#: Between two bars; and the least height of one that counts something.
GAP, LEAST = 1, 2
#: Values that are drawn; the table has all that the report keeps.
DRAWN = 5
#: A column of numbers or days with no more different values than this is drawn value by value.
FEW = 10
#: The commonest of many values is drawn when at least one of so many rows has it.
RARE = 100
_NUMBERS = frozenset({"integer", "decimal"})


@dataclass(frozen=True)
class Bar:
    """A bar: place and size in the drawing (of VALUES only `width`, in percent of the widest)."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: str


@dataclass(frozen=True)
class Plot:
    """`start` and `end` stand below a histogram; `rows` are (label, count) of everything, for a table."""

    kind: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    rows: tuple[tuple[str, str], ...]
    start: str = ""
    end: str = ""
    exact: bool = True
    width: int = WIDTH
    height: int = HEIGHT


def plot(column: Mapping[str, Any], say: Say) -> Plot | None:
    """The plot of a column of the report (report.schema.json, `column`); None where there is nothing to compare."""
    spread = column.get("histogram")
    if spread and len(spread["counts"]) > 1 and any(spread["counts"]) and not _few(column):
        return histogram(column["name"], column["type"], spread, say)
    top = column["top"]["values"]
    return values(column, top, say) if top and _tells(column, top[0]["count"]) else None


def _few(column: Mapping[str, Any]) -> bool:
    distinct = column["distinct"]
    return bool(distinct["exact"] and distinct["count"] <= FEW and column["top"]["exact"])


def _tells(column: Mapping[str, Any], most: int) -> bool:
    """Whether the commonest value stands out: where all are as rare, five of them say nothing of the column."""
    return most > 1 and (_few(column) or most * RARE >= filled(column))


def filled(column: Mapping[str, Any]) -> int:
    """How many rows have a value."""
    return int(column["rows"] - column["empty"] - column["missing_marks"])


def histogram(name: str, kind: str, spread: Mapping[str, Any], say: Say) -> Plot:
    """How the numbers or days of a column spread over steps of one width."""
    edges, counts = spread["edges"], spread["counts"]
    shown = _edges(edges, kind, say)
    labels = [say.gettext("{start} a {end}").format(start=a, end=b) for a, b in zip(shown, shown[1:], strict=False)]
    written = [say.number(count) for count in counts]
    step, most = WIDTH / len(counts), max(counts)
    bars = []
    for place, count in enumerate(counts):
        height = round(max(count / most * HEIGHT, LEAST), 2) if count else 0
        x = round(place * step, 2)
        bars.append(Bar(x, round(HEIGHT - height, 2), round(step - GAP, 2), height, labels[place], written[place]))
    peak = counts.index(most)
    return Plot(
        kind=HISTOGRAM,
        title=say.gettext("Distribución de «{column}»").format(column=name),
        description=say.ngettext(
            "De {start} a {end}. El tramo con más valores es {peak}: {n} fila.",
            "De {start} a {end}. El tramo con más valores es {peak}: {n} filas.",
            most,
        ).format(start=shown[0], end=shown[-1], peak=labels[peak], n=written[peak]),
        bars=tuple(bars),
        rows=tuple(zip(labels, written, strict=True)),
        start=shown[0],
        end=shown[-1],
        exact=bool(spread["exact"]),
    )


def _edges(edges: Sequence[Any], kind: str, say: Say) -> list[str]:
    """Edges in words, with as many decimals as tell them apart."""
    if isinstance(edges[0], str):
        return [say.day(edge) for edge in edges]
    width = abs(edges[-1] - edges[0]) / max(len(edges) - 1, 1)
    decimals = min(max(1 - math.floor(math.log10(width)), 0), 12) if width else 2
    if kind == "integer" and width >= 1:
        decimals = 0
    years = kind == "integer" and edges[0] >= YEARS[0] and edges[-1] <= YEARS[-1]
    return [say.figure(round(edge) if years else edge, decimals, years) for edge in edges]


def values(column: Mapping[str, Any], top: Sequence[Mapping[str, Any]], say: Say) -> Plot:
    """The commonest values of a column, and what is left over as one row more; numbers in their order when few."""
    most = max(one["count"] for one in top)
    ordered = list(top)
    if column["type"] in _NUMBERS and _few(column):
        ordered = sorted(top, key=lambda one: _as_number(one["value"]))
    drawn = ordered if _few(column) else ordered[:DRAWN]
    rows = [(str(one["value"]), say.number(one["count"])) for one in ordered]
    left = filled(column) - sum(one["count"] for one in top)
    if left > 0 and column["top"]["exact"]:
        rows.append((say.gettext("Otros valores"), say.number(left)))
    bars = [
        Bar(0, 0, round(max(one["count"] / most * 100, 0.5), 1), 0, str(one["value"]), say.number(one["count"]))
        for one in drawn
    ]
    return Plot(
        kind=VALUES,
        title=say.gettext("Valores más frecuentes de «{column}»").format(column=column["name"]),
        description="; ".join(f"{bar.label}: {bar.count}" for bar in bars),
        bars=tuple(bars),
        rows=tuple(rows),
        exact=bool(column["top"]["exact"]),
    )


def _as_number(value: str) -> float:
    try:
        return float(value.replace(",", "."))
    except ValueError:
        return math.inf

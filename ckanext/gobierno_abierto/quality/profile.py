"""Pure: the profile of a column: type, gaps, distinct values, range, quantiles, histogram, commonest values.

Counts, ranges and means are exact. Quantiles and histograms come from rows drawn by lot (10,000 at most) and say so
with `exact: false`; so do the commonest values of a column with more than 4,096 different ones.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl

from . import kinds
from .column_scan import DATE, DATETIME, DECIMAL, INTEGER, ColumnScan
from .facts import TableFacts
from .results import shown

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BINS, TOP = 20, 10
#: How often a value must have been drawn to be called common.
COMMON = 3


def profile(table: TableFacts) -> list[dict[str, Any]]:
    """One dictionary per column; see report.schema.json, `column`."""
    sample = table.sample.rows() if table.sample else pl.DataFrame()
    exact = table.sample is None or table.sample.complete
    return [_column(column, _drawn(sample, column.name), exact) for column in table.columns]


def _drawn(sample: pl.DataFrame, name: str) -> pl.Series:
    values = sample[name] if name in sample.columns else pl.Series("value", [], dtype=pl.String)
    values = values.rename("value").str.strip_chars()
    return values.filter(values.is_not_null() & (values != ""))


def _column(column: ColumnScan, drawn: pl.Series, exact: bool) -> dict[str, Any]:
    kind = column.type
    found: dict[str, Any] = {
        "name": column.name,
        "heading": column.heading,
        "position": column.position,
        "type": kind,
        "rows": column.rows,
        "empty": column.empty,
        "missing_marks": column.of(kinds.MISSING),
        "distinct": {"count": _distinct(column), "exact": column.distinct.complete},
        "length": None if column.shortest is None else {"min": column.shortest, "max": column.longest},
        "kinds": {name: tally.count for name, tally in sorted(column.kinds.items())},
        "top": _top(column, drawn),
    }
    if kind in {INTEGER, DECIMAL} and column.numbers.count:
        numbers = column.numbers
        found |= {"min": numbers.least, "max": numbers.greatest}
        if math.isfinite(numbers.total):
            found["mean"] = numbers.total / numbers.count
        found |= _spread(_numbers(drawn), exact, numbers.count)
    elif kind in {DATE, DATETIME} and column.first_day and column.last_day:
        found |= {"min": column.first_day.isoformat(), "max": column.last_day.isoformat()}
        found |= _days_spread(_days(drawn), exact, column.values)
    return found


def _distinct(column: ColumnScan) -> int:
    """Different values, marks for a missing one left out; an estimate never passes the number of values."""
    marks = int(kinds.mask(column.distinct.frame["value"], kinds.MISSING).sum()) if column.distinct.complete else 0
    return min(column.distinct.estimate - marks, column.values)


def _parts(drawn: pl.Series) -> dict[str, pl.DataFrame]:
    return kinds.split(pl.DataFrame({"value": drawn}), ())


def _numbers(drawn: pl.Series) -> pl.Series:
    parts = [kinds.numbers(part["value"], kind) for kind, part in _parts(drawn).items() if kind in kinds.NUMBERS]
    return pl.concat(parts).drop_nulls() if parts else pl.Series("value", [], dtype=pl.Float64)


def _days(drawn: pl.Series) -> pl.Series:
    """Days since 1970 as Float64."""
    wanted = kinds.DATES | kinds.MOMENTS
    parts = [kinds.days(part["value"], kind) for kind, part in _parts(drawn).items() if kind in wanted]
    days = pl.concat(parts).drop_nulls() if parts else pl.Series("value", [], dtype=pl.Date)
    return days.to_physical().cast(pl.Float64)


def _spread(numbers: pl.Series, exact: bool, total: int) -> dict[str, Any]:
    if numbers.is_empty():
        return {}
    least, greatest = float(numbers.min()), float(numbers.max())  # type: ignore[arg-type]
    width = (greatest - least) / BINS
    if width <= 0:
        edges, counts = [least, greatest], [len(numbers)]
    else:
        places = ((numbers - least) / width).floor().clip(0, BINS - 1).cast(pl.Int32)
        found = dict(places.value_counts(name="count").iter_rows())
        edges = [least + width * step for step in range(BINS)] + [greatest]
        counts = [found.get(step, 0) for step in range(BINS)]
    scale = 1.0 if exact else total / len(numbers)
    return {
        "quantiles": {f"{share:g}": numbers.quantile(share, "linear") for share in QUANTILES},
        "histogram": {"edges": edges, "counts": [round(count * scale) for count in counts], "exact": exact},
    }


def _days_spread(days: pl.Series, exact: bool, total: int) -> dict[str, Any]:
    found = _spread(days, exact, total)
    if found:
        found["quantiles"] = {share: _date(value) for share, value in found["quantiles"].items()}
        found["histogram"]["edges"] = [_date(edge) for edge in found["histogram"]["edges"]]
    return found


def _date(days: float) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(days))).isoformat()


def _top(column: ColumnScan, drawn: pl.Series) -> dict[str, Any]:
    if column.distinct.complete:
        pairs, exact = column.distinct.top(TOP), True
    else:
        common = drawn.value_counts(sort=True, name="count").filter(pl.col("count") >= COMMON).head(TOP)
        scale = column.values / max(len(drawn), 1)
        pairs, exact = [(value, round(count * scale)) for value, count in common.iter_rows()], False
    return {"values": [{"value": shown(value), "count": count} for value, count in pairs], "exact": exact}

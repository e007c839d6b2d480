"""Pure: what is known of one column after each batch: kinds with places, numbers, dates, distinct values."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from . import kinds
from .results import Place, Tally, shown
from .sketches import DistinctValues

#: Share of distinct values of a batch from which on a column's values are no longer grouped.
VARIED = 0.7
#: Share of the values that a type needs; the others are faults.
SHARE = 0.8
EMPTY, TEXT, CODE, INTEGER, DECIMAL = "empty", "text", "code", "integer", "decimal"
DATE, DATETIME, TIME, BOOLEAN = "date", "datetime", "time", "boolean"
TYPES = (EMPTY, TEXT, CODE, INTEGER, DECIMAL, DATE, DATETIME, TIME, BOOLEAN)
#: Kinds that a value of each type may have.
ACCEPTED: Mapping[str, frozenset[str]] = {
    INTEGER: frozenset([kinds.INTEGER, kinds.DOT_THOUSANDS]),
    DECIMAL: kinds.NUMBERS,
    CODE: frozenset([kinds.ZERO_LED, kinds.LONG, kinds.INTEGER]),
    DATE: kinds.DATES,
    DATETIME: kinds.MOMENTS | kinds.DATES,
    TIME: frozenset([kinds.TIME]),
    BOOLEAN: frozenset([kinds.BOOLEAN]),
}
#: Degrees of latitude and longitude between which Bolivia lies, with a tenth of a degree to spare (INE's limits).
LATITUDE, LONGITUDE = (-23.0, -9.6), (-69.8, -57.3)


@dataclass
class Numbers:
    """Count, sum, least and greatest of the numbers of a column."""

    count: int = 0
    total: float = 0.0
    least: float = math.inf
    greatest: float = -math.inf

    def add(self, values: pl.Series, counts: pl.Series) -> None:
        """Weighted by how often each value occurs."""
        known = values.is_not_null() & values.is_finite()
        values, counts = values.filter(known), counts.filter(known)
        if values.is_empty():
            return
        self.count += int(counts.sum())
        self.total += float((values * counts).sum())
        self.least = min(self.least, float(values.min()))  # type: ignore[arg-type]
        self.greatest = max(self.greatest, float(values.max()))  # type: ignore[arg-type]


@dataclass
class ColumnScan:
    """One column. `position` from 1; `axis` is `latitude` or `longitude` when the heading says so."""

    name: str
    position: int
    heading: str = ""
    axis: str = ""
    rows: int = 0
    empty: int = 0
    kinds: dict[str, Tally] = field(default_factory=dict)
    edge_spaces: Tally = field(default_factory=Tally)
    outside: Tally = field(default_factory=Tally)
    swapped: int = 0
    distinct: DistinctValues = field(default_factory=DistinctValues)
    numbers: Numbers = field(default_factory=Numbers)
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    #: Nearly every value is new: grouping equal ones would save nothing.
    _varied: bool = False
    shortest: int | None = None
    longest: int | None = None

    @property
    def values(self) -> int:
        """How many cells say something."""
        return self.rows - self.empty - self.of(kinds.MISSING)

    def of(self, *names: str) -> int:
        """How many values are of these kinds."""
        return sum(self.kinds[name].count for name in names if name in self.kinds)

    @property
    def type(self) -> str:
        """The type that at least SHARE of the values have, the narrowest first; one of TYPES."""
        total = self.values
        if total <= 0:
            return EMPTY
        wanted = total * SHARE
        codes = self.of(kinds.ZERO_LED, kinds.LONG)
        if codes and codes + self.of(kinds.INTEGER) >= wanted and codes >= total * 0.02:
            return CODE
        if self.of(kinds.BOOLEAN) >= wanted:
            return BOOLEAN
        if (figures := self.of(*kinds.NUMBERS)) >= wanted:
            return INTEGER if figures == self.of(*ACCEPTED[INTEGER]) else DECIMAL
        days, moments = self.of(*kinds.DATES), self.of(*kinds.MOMENTS)
        if days + moments and days + moments + self.of(kinds.BAD_DATE) >= wanted:
            return DATETIME if moments else DATE
        if self.of(kinds.TIME) >= wanted:
            return TIME
        return TEXT

    def add(self, values: pl.Series, lines: pl.Series) -> None:
        """Take note of a batch: texts (null: empty cell) and the line of each."""
        self.rows += len(values)
        frame = pl.DataFrame({"value": values, "line": lines})
        found = _values(frame, self._varied)
        if found["untidy"].any():
            self._note_spaces(found.filter(found["untidy"]), frame)
            frame = frame.with_columns(frame["value"].str.strip_chars())
            found = _values(frame, self._varied)
        told = int(found["count"].sum())
        self.empty += len(values) - told
        if not told:
            return
        self._varied = self._varied or found.height > told * VARIED
        self.distinct.add(found)
        least, most = int(found["length"].min()), int(found["length"].max())  # type: ignore[arg-type]
        self.shortest = least if self.shortest is None else min(self.shortest, least)
        self.longest = most if self.longest is None else max(self.longest, most)
        likely = sorted(self.kinds, key=lambda kind: -self.kinds[kind].count)
        for kind, part in kinds.split(found, likely).items():
            self._note_kind(kind, part, frame)

    def _note_kind(self, kind: str, part: pl.DataFrame, frame: pl.DataFrame) -> None:
        tally = self.kinds.setdefault(kind, Tally())
        tally.add(int(part["count"].sum()), self._places(part["value"], frame, tally.open))
        if kind in kinds.NUMBERS:
            numbers = kinds.numbers(part["value"], kind)
            self.numbers.add(numbers, part["count"])
            if self.axis:
                self._note_axis(part.with_columns(number=numbers), frame)
        elif kind in kinds.DATES or kind in kinds.MOMENTS:
            self._note_days(kinds.days(part["value"], kind))

    def _places(self, values: pl.Series, frame: pl.DataFrame, wanted: int) -> list[Place]:
        """The first `wanted` places of a batch where one of `values` stands."""
        if not wanted:
            return []
        rows = frame.filter(frame["value"].is_in(values.implode())).head(wanted)
        return [
            Place(line, self.position, value=shown(value)) for value, line in rows.select("value", "line").iter_rows()
        ]

    def _note_spaces(self, found: pl.DataFrame, frame: pl.DataFrame) -> None:
        """Values with spaces at an end; cells of spaces alone are empty."""
        self.edge_spaces.add(int(found["count"].sum()), self._places(found["value"], frame, self.edge_spaces.open))

    def _note_days(self, days: pl.Series) -> None:
        least, most = days.min(), days.max()
        if isinstance(least, dt.date) and isinstance(most, dt.date):
            self.first_day = min(self.first_day or least, least)
            self.last_day = max(self.last_day or most, most)

    def _note_axis(self, part: pl.DataFrame, frame: pl.DataFrame) -> None:
        """Degrees outside Bolivia; of those, the ones that would be right on the other axis."""
        own, other = (LATITUDE, LONGITUDE) if self.axis == "latitude" else (LONGITUDE, LATITUDE)
        outside = part.filter(~part["number"].is_between(*own))
        if outside.is_empty():
            return
        self.outside.add(int(outside["count"].sum()), self._places(outside["value"], frame, self.outside.open))
        self.swapped += int(outside["count"].filter(outside["number"].is_between(*other)).sum())


def _values(frame: pl.DataFrame, varied: bool) -> pl.DataFrame:
    """The values that are not empty: value, count, line, hash, length, whether it has spaces at an end.

    Equal ones together with the line of the first, or one by one when `varied`.
    """
    rows = frame.lazy()
    if varied:
        rows = rows.with_columns(pl.lit(1, dtype=pl.UInt32).alias("count"))
    else:
        rows = rows.group_by("value").agg(pl.len().alias("count"), pl.col("line").first())
    return (
        rows.with_columns(bare=pl.col("value").str.strip_chars())
        .filter(pl.col("bare").is_not_null() & (pl.col("bare") != ""))
        .select(
            "value",
            "count",
            "line",
            pl.col("value").hash().alias("hash"),
            pl.col("value").str.len_chars().alias("length"),
            (pl.col("value") != pl.col("bare")).alias("untidy"),
        )
        .collect()
    )

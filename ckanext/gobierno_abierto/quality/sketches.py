"""Pure: summaries of streams whose memory does not grow: distinct values, rows drawn by lot, rows seen before."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from .results import MAX_PLACES, Place, Tally

#: Distinct values that a column keeps with their exact counts; beyond, the estimate's standard error is 1.6 %.
DISTINCT = 4_096
#: Counts of batches that wait to be added up (16 bytes each).
PENDING = 100_000
#: Rows drawn by lot for quantiles and histograms, fewer in very wide tables.
SAMPLE_ROWS, SAMPLE_CELLS = 10_000, 1_000_000
#: Rows whose hashes stay in memory (16 bytes each); beyond, they go to disk in PARTS parts.
ROWS_IN_MEMORY, PARTS = 1_000_000, 16
_SPAN = float(1 << 64)


class DistinctValues:
    """The distinct values of a column with the lowest hashes (a k-minimum-values sketch).

    Up to DISTINCT values it is complete. Beyond, it is a fair sample of the distinct values; since the bar only sinks,
    a value that is still in it was counted from its first occurrence: the counts are exact either way.
    """

    def __init__(self) -> None:
        #: hash -> value, hash -> line of its first occurrence. Python's own texts: a Series of a few texts of a batch
        #: would keep all of the batch's text alive. Two dictionaries: the collector looks into tuples, not into these.
        self._texts: dict[int, str] = {}
        self._lines: dict[int, int] = {}
        self._counts: list[pl.DataFrame] = []
        self._pending = 0
        self._frame: pl.DataFrame | None = None
        self._complete = True
        self._bar = (1 << 64) - 1

    def add(self, frame: pl.DataFrame) -> None:
        """Take note of `frame`: hash, value, count, line (in the order of the lines where a value is repeated)."""
        self._frame = None
        if self._complete and frame.height > DISTINCT * 2:
            lowest = frame["hash"].unique().bottom_k(DISTINCT + 1)
            if lowest.len() > DISTINCT:
                self._complete, self._bar = False, int(lowest.sort()[-2])
        if not self._complete:
            frame = frame.filter(frame["hash"] <= self._bar)
        self._counts.append(pl.DataFrame([frame["hash"], frame["count"].cast(pl.Int64)]))
        self._pending += frame.height
        hashes = frame["hash"].to_list()
        if not self._texts.keys() >= set(hashes):
            for key, value, line in zip(hashes, frame["value"].to_list(), frame["line"].to_list(), strict=True):
                self._texts.setdefault(key, value)
                self._lines.setdefault(key, line)
        # Sorting now and then costs less than each time.
        if len(self._texts) > DISTINCT * 2:
            self._prune()
        if self._pending > PENDING:
            self._counted()

    def _prune(self) -> None:
        if len(self._texts) > DISTINCT:
            lowest = sorted(self._texts)[:DISTINCT]
            self._texts = {key: self._texts[key] for key in lowest}
            self._lines = {key: self._lines[key] for key in lowest}
            self._complete, self._bar = False, lowest[-1]

    def _counted(self) -> dict[int, int]:
        """How often each value that is kept occurred, by its hash."""
        if not self._counts:
            return {}
        merged = pl.concat(self._counts).lazy().filter(pl.col("hash") <= self._bar).group_by("hash").sum().collect()
        self._counts, self._pending = [merged], 0
        return dict(merged.iter_rows())

    @property
    def frame(self) -> pl.DataFrame:
        """The values that are kept, in the order of their hashes: columns value, count, line."""
        if self._frame is None:
            self._frame = self._told()
        return self._frame

    def _told(self) -> pl.DataFrame:
        self._prune()
        counts = self._counted()
        rows = [(self._texts[key], counts[key], self._lines[key]) for key in sorted(self._texts)]
        return pl.DataFrame(rows, schema={"value": pl.String, "count": pl.Int64, "line": pl.Int64}, orient="row")

    @property
    def complete(self) -> bool:
        """Whether every distinct value is kept."""
        self._prune()
        return self._complete

    @property
    def estimate(self) -> int:
        """How many distinct values there are: exact while `complete`."""
        kept = self.frame.height
        return kept if self.complete else round((kept - 1) / (self._bar / _SPAN))

    def top(self, count: int) -> list[tuple[str, int]]:
        """The most frequent values that are kept, with their counts."""
        common = sorted(self.frame.iter_rows(), key=lambda row: (-row[1], row[2]))[:count]
        return [(value, times) for value, times, _line in common]


class RowSample:
    """Rows drawn by lot, all equally likely: those whose number has the lowest hash. `frame` holds texts."""

    def __init__(self, columns: int) -> None:
        self.size = max(200, min(SAMPLE_ROWS, SAMPLE_CELLS // max(columns, 1)))
        self.frame: pl.DataFrame | None = None
        self._hashes = pl.Series("hash", [], dtype=pl.UInt64)
        self._bar = (1 << 64) - 1
        self.complete = True

    def add(self, frame: pl.DataFrame, first: int) -> None:
        """Take rows from a batch; `first` is the number of its first row."""
        hashes = pl.int_range(first, first + frame.height, eager=True).hash().rename("hash")
        if frame.height > self.size:
            # The highest of a batch's own lot can be in nobody's.
            lot = int(hashes.bottom_k(self.size).max())  # type: ignore[arg-type]
            self.complete, self._bar = False, min(self._bar, lot)
        drawn = hashes <= self._bar
        if not drawn.any():
            return
        rows = frame.filter(drawn)
        rows = pl.DataFrame([pl.Series(one.name, one.to_list(), dtype=pl.String) for one in rows.get_columns()])
        kept = rows if self.frame is None else pl.concat([self.frame, rows], how="diagonal")
        self._hashes = pl.concat([self._hashes, hashes.filter(drawn)])
        # Cut at twice the size: sorting at each batch would cost more than the rows weigh.
        if kept.height >= self.size * 2:
            kept = self._cut(kept)
        self.frame = kept

    def _cut(self, frame: pl.DataFrame) -> pl.DataFrame:
        bar = self._hashes.bottom_k(self.size).max()
        keep = self._hashes <= bar
        self._hashes, self._bar, self.complete = self._hashes.filter(keep), int(bar), False  # type: ignore[arg-type]
        return frame.filter(keep)

    def rows(self) -> pl.DataFrame:
        """The rows drawn, at most `size`; all of them while `complete`."""
        if self.frame is None:
            return pl.DataFrame()
        if self.frame.height > self.size:
            self.frame = self._cut(self.frame)
        return self.frame


class SeenRows:
    """Which rows repeat an earlier one, by a 64-bit hash of all cells (two different rows of ten million collide
    once in 370,000 files). Hashes go to disk in parts, so that memory does not grow with the table.
    """

    def __init__(self) -> None:
        self._held: list[pl.DataFrame] = []
        self._rows = 0
        self._folder: Path | None = None
        self._spills = 0

    def add(self, frame: pl.DataFrame, lines: pl.Series) -> None:
        """Take note of the rows of a batch and their lines."""
        self._held.append(pl.DataFrame({"hash": frame.hash_rows(), "line": lines}))
        self._rows += frame.height
        if self._rows >= ROWS_IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="revision-"))
        held = pl.concat(self._held)
        for (part,), rows in held.group_by(held["hash"] % PARTS):
            rows.write_ipc(self._folder / f"{part}-{self._spills}.arrow", compression="uncompressed")
        self._held, self._rows, self._spills = [], 0, self._spills + 1

    def _parts(self) -> Iterator[pl.DataFrame]:
        if self._folder is None:
            if self._held:
                yield pl.concat(self._held)
            return
        if self._held:
            self._spill()
        for part in range(PARTS):
            files = sorted(self._folder.glob(f"{part}-*.arrow"))
            if files:
                yield pl.concat([pl.read_ipc(file) for file in files])

    def result(self) -> Tally:
        """How many rows repeat an earlier one, and the first of them; `value` tells the line of the first."""
        repeated, first = 0, pl.DataFrame(schema={"line": pl.Int64, "original": pl.Int64})
        try:
            for rows in self._parts():
                twice = rows.filter(rows["hash"].is_duplicated()).sort("line")
                if twice.is_empty():
                    continue
                twice = twice.with_columns(original=pl.col("line").first().over("hash")).filter(
                    pl.col("line") != pl.col("original")
                )
                repeated += twice.height
                first = (
                    pl.concat([first, twice.select("line", "original").head(MAX_PLACES)]).sort("line").head(MAX_PLACES)
                )
        finally:
            self.close()
        return Tally(repeated, [Place(line, value=f"= {original}") for line, original in first.iter_rows()])

    def close(self) -> None:
        """Forget everything, the files on disk too."""
        self._held = []
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

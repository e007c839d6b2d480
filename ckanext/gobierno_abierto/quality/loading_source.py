"""Pure: the table of a file for the loader: the check's own readers, but nothing is left out.

Rows too short are filled, and counted; whatever else would lose data is a TableProblem that names the line.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import polars as pl

from .facts import FileFacts, Limits, TableFacts
from .inputs.base import Batch, Stopped, Table
from .inputs.delimited import DelimitedTable
from .inputs.opening import opened
from .inputs.workbook import SheetTable
from .problems import (
    LongLine,
    LongRow,
    NoHeading,
    NoRows,
    NulByte,
    OpenQuote,
    TableProblem,
    TooBig,
    TooManyColumns,
    Unreadable,
)

#: PostgreSQL holds 1,600 columns, two of them are CKAN's.
MAX_COLUMNS = 1_590


class Source:
    """A table on disk that is read as often as `batches` is called; a context, for its temporary copies."""

    def __init__(self, path: Path, format_name: str, limits: Limits) -> None:
        self.format, self.limits = format_name, limits
        self.file = FileFacts(f"tabla.{format_name}")
        self._stack = contextlib.ExitStack()
        self._spool: Path | None = None
        self._kept = 0
        try:
            self._table = self._first(self._stack.enter_context(opened(path, self.file, limits)))
        except BaseException:
            self._stack.close()
            raise
        self.facts = self._table.facts

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def cheap(self) -> bool:
        """Whether a reading may be given up midway for another: a workbook's first one goes to its end."""
        return isinstance(self._table, DelimitedTable)

    @property
    def names(self) -> list[str]:
        """A name per column."""
        return self.facts.names

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as the file has them, as many as `names`."""
        return self.facts.heading.cells

    def short_rows(self, width: int) -> int:
        """How many of the rows that were read had less than `width` values."""
        return sum(count for found, count in self.facts.ragged_widths.items() if found < width)

    def batches(self) -> Iterator[Batch]:
        """All rows, in their order. Raises TableProblem."""
        if self._spool is not None:
            for number in range(self._kept):
                kept = pl.read_ipc(self._spool / str(number))
                yield Batch(kept.drop(kept.columns[-1]), kept[kept.columns[-1]])
            return
        if self.cheap:
            yield from self._read()
            return
        # A workbook is unpacked once: the rows wait on disk for the second reading.
        spool, kept_batches = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ga-load-"))), 0
        for batch in self._read():
            frame = batch.frame.with_columns(batch.lines.alias(_free(batch.frame.columns)))
            frame.write_ipc(spool / str(kept_batches))
            kept_batches += 1
            yield batch
        self._spool, self._kept = spool, kept_batches

    def _read(self) -> Iterator[Batch]:
        fresh = TableFacts(unit=self.facts.unit, heading=self.facts.heading, names=self.facts.names)
        self.facts = self._table.facts = fresh
        told = False
        try:
            for batch in self._table.batches():
                self._judge()
                told = True
                yield batch
            self._judge()
        except Stopped as stopped:
            raise self._problem(stopped) from stopped
        except (pl.exceptions.PolarsError, MemoryError) as error:
            raise Unreadable(format=self.format, detail=type(error).__name__) from error
        if not told:
            raise NoRows()

    def _judge(self) -> None:
        """Raise for the first record that could not be kept."""
        facts = self.facts
        faults = [
            (place.line, make)
            for tally, make in (
                (facts.nul, self._nul),
                (facts.unclosed, self._quote),
                (facts.stray_quotes, self._quote),
                (facts.ragged, self._ragged),
            )
            for place in tally.places[:1]
        ]
        if faults:
            line, make = min(faults, key=lambda fault: fault[0])
            raise make(line)

    @staticmethod
    def _nul(line: int) -> TableProblem:
        return NulByte(line=line)

    @staticmethod
    def _quote(line: int) -> TableProblem:
        return OpenQuote(line=line)

    def _ragged(self, line: int) -> TableProblem:
        found = self.facts.ragged.places[0].value
        return LongRow(line=line, found=int(found or 0), expected=len(self.names), delimiter=self.file.delimiter or ";")

    def _first(self, tables: Iterator[Table]) -> DelimitedTable | SheetTable:
        """The first table that has a heading."""
        for table in tables:
            if not isinstance(table, (DelimitedTable, SheetTable)):
                raise Unreadable(format=self.format, detail=self.file.format.upper())
            if table.facts.names:
                if len(table.facts.names) > MAX_COLUMNS:
                    raise TooManyColumns(found=len(table.facts.names), limit=MAX_COLUMNS)
                table.mend = True
                return table
        for problem in self.file.problems:
            if problem.code not in {"empty_file", "wrong_extension"}:
                raise self._problem(Stopped(problem))
        if self.file.format not in {"", "csv", "tsv", "xlsx", "xls", "ods"}:
            raise Unreadable(format=self.format, detail=self.file.format.upper())
        raise NoHeading()

    def _problem(self, stopped: Stopped) -> TableProblem:
        problem = stopped.problem
        if problem.code == "long_line":
            return LongLine(line=problem.place.line, limit=self.limits.line)
        return Unreadable(format=self.format, detail=problem.detail["es"].rstrip("."))


def open_table(path: Path, format_name: str, max_mb: int, line: int = Limits.line) -> Source:
    """The table of a file, its heading found. Raises TableProblem. `line`: longest line in bytes."""
    size = path.stat().st_size
    if size > max_mb << 20:
        raise TooBig(found=size >> 20, limit=max_mb)
    # Columns are counted by the source itself, whose message says how many there are.
    return Source(path, format_name, Limits(line=line, columns=1 << 20, unpacked=max_mb << 20, sheets=20))


def _free(names: list[str]) -> str:
    """A name that no column has."""
    return max(names, key=len) + "_line"

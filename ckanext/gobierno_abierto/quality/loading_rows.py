"""Pure: rows of a file made into the text that COPY reads, while the database takes the rows before them."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from .columns import REGULAR, Column, plain
from .inputs.base import Batch
from .problems import LongRow, WrongType

#: Parts of some MB that wait for the database.
AHEAD = 2


def written(
    batches: Iterator[Batch], columns: Sequence[Column], beyond: Sequence[str], delimiter: str
) -> Iterator[tuple[bytes, int]]:
    """(CSV, rows) of each batch: `_id` from 1, then the columns.

    `beyond`: columns without heading or values that are left out. Raises WrongType, LongRow.
    """
    first = 1
    for batch in batches:
        _check_beyond(batch, beyond, len(columns), delimiter)
        odd = [converted(batch.frame[column.name], batch.lines, column) for column in columns if _odd(column)]
        frame = batch.frame.with_columns(odd).select(
            pl.int_range(first, first + batch.frame.height).alias("_id"),
            *(pl.col(column.name) if _odd(column) else _expression(column) for column in columns),
        )
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False)
        first += frame.height
        yield buffer.getvalue(), frame.height


def _odd(column: Column) -> bool:
    return column.type != "text" and (column.odd or not column.reader)


def _expression(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    return value.str.strip_chars() if column.type == "text" else plain(value, column.reader)


def _check_beyond(batch: Batch, beyond: Sequence[str], width: int, delimiter: str) -> None:
    for place, name in enumerate(beyond, width + 1):
        told = batch.frame[name].str.strip_chars().fill_null("") != ""
        if told.any():
            line = int(batch.lines.filter(told)[0])
            raise LongRow(line=line, found=place, expected=width, delimiter=delimiter)


def converted(values: pl.Series, lines: pl.Series, column: Column) -> pl.Series:
    """A column's values as COPY reads them, null for nothing. Raises WrongType."""
    reader = column.reader
    frame = pl.DataFrame({column.name: values})
    if not _odd(column):
        return frame.select(_expression(column)).to_series()
    regular = values.str.contains(REGULAR[reader]) if reader else values.is_null()
    regular = regular.fill_null(True)
    if reader:
        made = frame.select(pl.when(regular).then(_expression(column))).to_series()
    else:
        made = pl.Series([None] * len(values), dtype=pl.String)
    if not regular.all():
        odd = values.filter(~regular)
        made = made.scatter((~regular).arg_true(), _one_by_one(odd, lines.filter(~regular), column))
    return made.alias(column.name)


def _one_by_one(values: pl.Series, lines: pl.Series, column: Column) -> pl.Series:
    """Values that no pattern covers, each distinct one converted once."""
    known: dict[str, str | None] = {}
    for value in values.unique():
        try:
            known[value] = column.convert(value.strip()) or None
        except ValueError as error:
            line = _first_misfit(values, lines, column)
            raise WrongType(column=column.name, type=column.forced, line=line) from error
    return pl.Series([known[value] for value in values], dtype=pl.String)


def _first_misfit(values: pl.Series, lines: pl.Series, column: Column) -> int:
    for value, line in zip(values, lines, strict=True):
        try:
            column.convert(value.strip())
        except ValueError:
            return int(line)
    raise AssertionError("no value misfits")


class Feed(io.RawIOBase):
    """What a generator makes, in a thread of its own, as the file that COPY reads.

    `failure` is what the generator raised; `progress(rows)` is called by who reads, with the rows handed over.
    """

    def __init__(self, parts: Iterator[tuple[bytes, int]], progress: Callable[[int], None] | None = None) -> None:
        self.failure: BaseException | None = None
        self.rows = 0
        self._progress = progress
        self._ready: queue.Queue[tuple[bytes, int] | None] = queue.Queue(AHEAD)
        self._left = memoryview(b"")
        self._stopped = threading.Event()
        self._maker = threading.Thread(target=self._make, args=(parts,), name="rows", daemon=True)
        self._maker.start()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`. Raises what the generator raised."""
        if not self._left:
            try:
                self._left = memoryview(self._next())
            except BaseException as error:
                # psycopg2 makes an error of its own of it.
                self.failure = error
                raise
        end = len(self._left) if size < 0 else size
        data, self._left = self._left[:end], self._left[end:]
        return bytes(data)

    def _next(self) -> bytes:
        part = self._ready.get()
        if part is None:
            # Whoever asks again after the end must not wait for ever.
            self._ready.put(None)
            if self.failure is not None:
                raise self.failure
            return b""
        self.rows += part[1]
        if self._progress:
            self._progress(self.rows)
        return part[0]

    def close(self) -> None:
        """Stop the thread and wait for it."""
        self._stopped.set()
        while self._maker.is_alive():
            try:
                self._ready.get_nowait()
            except queue.Empty:
                self._maker.join(0.01)
        super().close()

    def _make(self, parts: Iterator[tuple[bytes, int]]) -> None:
        try:
            for part in parts:
                if self._stopped.is_set():
                    return
                self._ready.put(part)
        except BaseException as error:  # it is raised again where COPY reads
            self.failure = error
        finally:
            self._ready.put(None)

"""Pure: Parquet, one group of rows after the other, as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ..facts import RECORD, FileFacts, Limits, TableFacts
from ..headings import column_names
from . import rows
from .base import Batch, stop
from .workbook import unreadable

CHUNK = 50_000


class ParquetTable:
    """The table of a Parquet file; dates become ISO text, lists and structures JSON."""

    def __init__(self, path: Path, file: FileFacts, limits: Limits) -> None:
        self.path = path
        self.facts = TableFacts(unit=RECORD)
        try:
            schema = pl.read_parquet_schema(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise unreadable("Parquet", type(error).__name__) from error
        if len(schema) > limits.columns:
            raise stop(
                "too_many_columns",
                f"La tabla tiene {len(schema)} columnas y se revisan hasta {limits.columns}.",
                f"The table has {len(schema)} columns and up to {limits.columns} are checked.",
            )
        self.facts.heading.cells = tuple(schema)
        self.facts.names = column_names(list(schema))

    def batches(self) -> Iterator[Batch]:
        """The rows. Raises Stopped."""
        place = 0
        while True:
            try:
                frame = pl.scan_parquet(self.path).slice(place, CHUNK).collect()
            except (pl.exceptions.PolarsError, OSError) as error:
                raise unreadable("Parquet", type(error).__name__) from error
            if frame.is_empty():
                return
            columns = [_text(one).alias(name) for one, name in zip(frame.get_columns(), self.facts.names, strict=True)]
            self.facts.rows += frame.height
            yield Batch(
                pl.DataFrame(columns), pl.int_range(place + 1, place + frame.height + 1, eager=True).alias("line")
            )
            place += frame.height


def _text(column: pl.Series) -> pl.Series:
    if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
        return pl.Series(column.name, rows.texts(column.to_list()), dtype=pl.String)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)

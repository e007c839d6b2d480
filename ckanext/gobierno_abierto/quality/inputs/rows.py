"""Pure: batches from rows that Python holds: spreadsheets, JSON, maps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from ..facts import TableFacts
from ..headings import column_names
from ..results import Place
from .base import Batch

CHUNK = 20_000


def text_of(value: Any) -> str | None:
    """A value as a CSV would hold it; None for no value. Lists and objects become JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, str | None]:
    """`{"a": {"b": 1}, "c": [1]}` -> `{"a.b": "1", "c": "[1]"}`."""
    found: dict[str, str | None] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and prefix.count(".") < 4:
            found.update(flat(value, f"{name}."))
        else:
            found[name] = text_of(value)
    return found


def of_lists(rows: Iterable[tuple[int, list[Any]]], facts: TableFacts) -> Iterator[Batch]:
    """Batches of rows as wide as `facts.names`; blank ones are counted and left out."""
    width = len(facts.names)
    chunk: list[tuple[int, list[Any]]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= CHUNK:
            yield from _batch(chunk, width, facts)
            chunk = []
    if chunk:
        yield from _batch(chunk, width, facts)


def _batch(chunk: list[tuple[int, list[Any]]], width: int, facts: TableFacts) -> Iterator[Batch]:
    lines = pl.Series("line", [line for line, _values in chunk], dtype=pl.Int64)
    columns = list(zip(*(values for _line, values in chunk), strict=True))
    series = [_series(name, column) for name, column in zip(facts.names, columns, strict=True)]
    frame = pl.DataFrame(series)
    blank = frame.select(pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")).to_series()
    if blank.any():
        facts.blank.add(int(blank.sum()), map(Place, lines.filter(blank).head(10)))
        frame, lines = frame.filter(~blank), lines.filter(~blank)
    facts.rows += frame.height
    if frame.height:
        yield Batch(frame, lines)


def _series(name: str, column: Sequence[Any]) -> pl.Series:
    """A column as texts; one of numbers alone at once, as `text_of` would write each."""
    if set(map(type, column)) != {float}:
        return pl.Series(name, texts(column), dtype=pl.String)
    numbers = pl.Series(name, column, dtype=pl.Float64)
    whole = (numbers == numbers.round()) & (numbers.abs() < 1e15)
    if not whole.all():
        return pl.Series(name, texts(column), dtype=pl.String)
    return numbers.cast(pl.Int64).cast(pl.String)


def texts(column: Iterable[Any]) -> list[str | None]:
    """The values of a column as texts."""
    return [(value or None) if type(value) is str else text_of(value) for value in column]


def of_records(records: Iterable[tuple[int, Mapping[str, Any]]], facts: TableFacts) -> Iterator[Batch]:
    """Batches of objects; a key that appears later becomes a column that is empty before."""
    keys: dict[str, None] = {}
    chunk: list[tuple[int, dict[str, str | None]]] = []

    def batch() -> Batch:
        for _line, record in chunk:
            keys.update(dict.fromkeys(record))
        facts.names = column_names(list(keys))
        facts.heading.cells = tuple(keys)
        facts.rows += len(chunk)
        columns = [
            pl.Series(name, [record.get(key) for _line, record in chunk], dtype=pl.String)
            for name, key in zip(facts.names, keys, strict=True)
        ]
        return Batch(pl.DataFrame(columns), pl.Series("line", [line for line, _record in chunk], dtype=pl.Int64))

    for line, record in records:
        chunk.append((line, flat(record)))
        if len(chunk) >= CHUNK // 4:
            yield batch()
            chunk = []
    if chunk:
        yield batch()

"""A table on disk becomes the resource's DataStore table, whole or not at all; search by words follows.

The rows go with COPY into a table that nobody sees; the finished one takes the resource's name in one transaction, so a
reader finds the old table or the new one, never half of it. `loading_text.complete` makes its words afterwards. Memory
holds some thousands of rows at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psycopg2
from psycopg2 import sql

from .columns import OVERRIDES, Column, of_kinds
from .inputs.base import Batch
from .loading_rows import Feed, written
from .loading_source import Source
from .loading_tables import Dictionary, Tables, ckan_index_name, joined, statement
from .problems import Unfit

__all__ = ["Loaded", "Tables", "ckan_index_name", "known_kinds", "load"]

#: Bytes that COPY is handed at once.
PART = 1 << 20
#: Column name -> kind of value -> how many, as the check's report tells them.
KnownKinds = Mapping[str, Mapping[str, int]]
Progress = Callable[[int], None]


class Changed(Exception):
    """A value makes of a column something else than what the rows before it said."""


@dataclass(frozen=True)
class Loaded:
    """What came of a load; kept with the resource's status.

    `full_text`: whether it can be searched by words; `indexed`: whether the indexes for filters are made.
    """

    rows: int
    columns: int
    encoding: str
    delimiter: str
    heading_line: int
    short_rows: int
    types: dict[str, str]
    full_text: bool = False
    indexed: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def forced_types(dictionary: Dictionary) -> dict[str, str]:
    """Types that people imposed in the data dictionary (`type_override`), of those that can be read."""
    found = {name: str((entry.get("_info") or {}).get("type_override") or "") for name, entry in dictionary.items()}
    return {name: kind for name, kind in found.items() if kind in OVERRIDES}


def known_kinds(table: Mapping[str, Any]) -> KnownKinds:
    """What a table of the check's report (report.schema.json) tells of its columns, for `load`."""
    return {column["name"]: column["kinds"] for column in table["columns"]}


def load(
    source: Source,
    tables: Tables,
    progress: Progress | None = None,
    dictionary: Dictionary | None = None,
    known: KnownKinds | None = None,
) -> Loaded:
    """Load and swap; commits. Raises TableProblem; then the table is as it was before.

    `dictionary` is what people wrote of the columns, where the table to come is not the one that has it. `known` tells
    when the first rows mislead about the types.
    """
    tables.lock()
    if dictionary is None:
        dictionary = tables.dictionary()
    forced = forced_types(dictionary)
    columns = [Column(name, forced=forced.get(name, "")) for name in source.names]
    plan = _Plan(source, tables, columns, dictionary, progress)
    batches = source.batches()
    try:
        loaded = _at_once(plan, batches, known)
        if loaded is None:
            for batch in batches:
                see(columns, batch)
            loaded = plan.load(source.batches())
    except psycopg2.Error as error:
        raise Unfit(detail=(error.diag.message_primary or type(error).__name__)[:200]) from error
    return loaded


def see(columns: list[Column], batch: Batch) -> None:
    """Take note of the values of a batch."""
    for column in columns:
        column.see(batch.frame[column.name])


def _at_once(plan: _Plan, batches: Iterator[Batch], known: KnownKinds | None) -> Loaded | None:
    """Load with the types that the first rows have, as long as all the others agree; None when they do not.

    Then nothing has happened, and `batches` goes on where the columns have not seen it.
    """
    first = next(batches)
    see(plan.columns, first)
    if not plan.source.cheap or _misled(plan.columns, known or {}):
        return None
    expected = plan.decision()

    def watched() -> Iterator[Batch]:
        yield first
        for batch in batches:
            see(plan.columns, batch)
            if plan.decision() != expected:
                raise Changed
            yield batch

    try:
        return plan.load(watched())
    except Changed:
        plan.tables.connection.rollback()
        plan.tables.lock()
        return None


def _misled(columns: list[Column], known: KnownKinds) -> bool:
    """Whether the check's report tells other types than the columns have so far."""
    for column in columns:
        whole = of_kinds(column.name, known[column.name]) if column.name in known else None
        if whole is not None and whole.reader != column.reader:
            return True
    return False


@dataclass
class _Plan:
    """What a load needs, whichever way the types were found."""

    source: Source
    tables: Tables
    columns: list[Column]
    dictionary: Dictionary
    progress: Progress | None

    def decision(self) -> tuple[list[str], int]:
        """What a load depends on: how each column is read, and how many there are."""
        return [column.reader for column in self.columns], len(_without_tail(self.columns, self.source.headings)[0])

    def load(self, batches: Iterator[Batch]) -> Loaded:
        """The rows into a new table, which takes the resource's name."""
        source, tables = self.source, self.tables
        kept, beyond = _without_tail(self.columns, source.headings)
        tables.run("drop_table", table=tables.new)
        tables.run("create_table", table=tables.new, columns=_defined(kept))
        rows = _copy(tables, kept, written(batches, kept, beyond, source.file.delimiter), self.progress)
        tables.run("set_sequence", {"table": tables.new, "rows": rows})
        tables.run("primary_key", table=tables.new)
        tables.run("create_trigger", table=tables.new)
        self._describe(kept)
        tables.replace_with(tables.new)
        tables.commit()
        return Loaded(
            rows=rows,
            columns=len(kept),
            encoding=source.file.encoding,
            delimiter=source.file.delimiter,
            heading_line=source.facts.heading.line,
            short_rows=source.short_rows(len(kept)),
            types={column.name: column.type for column in kept},
        )

    def _describe(self, columns: list[Column]) -> None:
        """What people wrote about the columns goes to the new table's."""
        for column, heading in zip(columns, self.source.headings, strict=False):
            entry = self.dictionary.get(column.name) or _entry(column.name, heading)
            if entry:
                # CKAN 2.12 begins the comment with a space: it tells the present form of the JSON from the old one.
                comment = " " + json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
                values = {"comment": comment}
                self.tables.run("comment", values, table=self.tables.new, column=column.name)


def _without_tail(columns: list[Column], headings: Sequence[str]) -> tuple[list[Column], list[str]]:
    """The columns, and the names of those at the end that have neither a heading nor a value."""
    width = len(columns)
    while width > 1 and not columns[width - 1].filled and not headings[width - 1].strip():
        width -= 1
    return columns[:width], [column.name for column in columns[width:]]


def _defined(columns: list[Column]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.type)) for c in columns)


def _copy(tables: Tables, columns: list[Column], parts: Iterator[tuple[bytes, int]], progress: Progress | None) -> int:
    names = joined([column.name for column in columns])
    copy = statement("copy_rows", table=tables.new, names=names).as_string(tables.cursor)
    tables.run("read_days_first")
    feed = Feed(parts, progress)
    try:
        tables.cursor.copy_expert(copy, feed, size=PART)
    except psycopg2.Error:
        if feed.failure is not None:
            raise feed.failure from None
        raise
    finally:
        feed.close()
    return feed.rows


def _entry(name: str, heading: str) -> dict[str, Any]:
    """The first dictionary entry of a column whose heading had to be changed: the heading as it was."""
    label = " ".join(heading.split())
    return {"_info": {"label": label}} if label and label != name else {}

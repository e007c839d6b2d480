"""A table on disk becomes the resource's DataStore table, whole or not at all.

The rows go with COPY into a table that nobody sees; the finished one takes the resource's name in one transaction, so a
reader finds the old table or the new one, never half of it. Memory holds some thousands of rows at a time.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import psycopg2
from ckanext.datastore.backend.postgres import get_write_engine
from psycopg2 import sql

from .columns import OVERRIDES, Column, decide
from .problems import Unfit, WrongType
from .reading import Row, Source
from .statements import statements

Dictionary = dict[str, dict[str, Any]]
PROGRESS_ROWS = 50_000


@dataclass(frozen=True)
class Loaded:
    """What came of a load; kept with the resource's status."""

    rows: int
    columns: int
    encoding: str
    delimiter: str
    heading_line: int
    short_rows: int
    types: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class _Stream(io.RawIOBase):
    """Generated text as the file that COPY reads."""

    def __init__(self, parts: Iterator[str]) -> None:
        self.parts = parts
        self.left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < max(size, 1):
            part = next(self.parts, None)
            if part is None:
                break
            self.left += part.encode("utf-8", "replace")
        data, self.left = (self.left, b"") if size < 0 else (self.left[:size], self.left[size:])
        return data


class Tables:
    """The DataStore's write side for one resource, on one connection."""

    def __init__(self, resource_id: str, language: str, index_method: str) -> None:
        self.resource_id, self.language, self.index_method = resource_id, language, index_method
        short = resource_id.replace("-", "")
        #: CKAN lists no table whose name begins with `_`.
        self.raw, self.new = f"_ga_raw_{short}"[:63], f"_ga_new_{short}"[:63]
        self.connection = get_write_engine().raw_connection()
        self.cursor = self.connection.cursor()

    def close(self) -> None:
        """Give the connection back; an open transaction is undone."""
        self.connection.rollback()
        self.connection.close()

    def commit(self) -> None:
        self.connection.commit()

    def run(self, name: str, values: dict[str, Any] | None = None, **identifiers: sql.Composable | str) -> None:
        """One named statement; strings among `identifiers` are quoted as names."""
        composed = sql.SQL(statements()[name]).format(
            **{key: sql.Identifier(one) if isinstance(one, str) else one for key, one in identifiers.items()}
        )
        self.cursor.execute(composed, values)

    def lock(self) -> None:
        """Wait until no other worker loads this resource."""
        self.run("lock", {"resource": self.resource_id})

    def exists(self) -> bool:
        self.run("exists", {"table": self.resource_id})
        return bool(self.cursor.fetchone()[0])

    def dictionary(self) -> Dictionary:
        """Column name -> what its comment holds."""
        self.run("dictionary", {"table": self.resource_id})
        found: Dictionary = {}
        for name, comment in self.cursor.fetchall():
            try:
                entry = json.loads(comment)
            except (TypeError, ValueError):
                continue
            if isinstance(entry, dict):
                found[name] = entry
        return found

    def drop(self) -> None:
        """Remove the resource's table."""
        self.run("drop_table", table=self.resource_id)
        self.run("clear_stats", {"table": self.resource_id})

    def replace_with(self, name: str) -> None:
        """Another table takes the resource's name, and the aliases that people made of the old one."""
        self.run("aliases", {"table": self.resource_id})
        aliases = [alias for (alias,) in self.cursor.fetchall()]
        self.drop()
        self.run("rename_table", table=name, new=self.resource_id)
        for alias in aliases:
            self.run("create_alias", alias=alias, table=self.resource_id)


def _joined(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _defined(columns: list[Column]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.type)) for c in columns)


def forced_types(dictionary: Dictionary) -> dict[str, str]:
    """Types that people imposed in the data dictionary (`type_override`), of those that can be read."""
    found = {name: str((entry.get("_info") or {}).get("type_override") or "") for name, entry in dictionary.items()}
    return {name: kind for name, kind in found.items() if kind in OVERRIDES}


def load(
    source: Source,
    tables: Tables,
    progress: Callable[[int], None] | None = None,
    dictionary: Dictionary | None = None,
) -> Loaded:
    """Load and swap; commits. Raises TableProblem; then the table is as it was before.

    `dictionary` is what people wrote of the columns, where the table to come is not the one that has it.
    """
    tables.lock()
    if dictionary is None:
        dictionary = tables.dictionary()
    columns = decide(source.names, ([values for _line, values in chunk] for chunk in source.chunks()))
    for column in columns:
        column.forced = forced_types(dictionary).get(column.name, "")
    try:
        rows = _copy(source, tables, columns, progress)
        _finish(source, tables, columns, dictionary, rows)
        tables.commit()
    except psycopg2.Error as error:
        raise Unfit(detail=(error.diag.message_primary or type(error).__name__)[:200]) from error
    dialect = source.dialect
    return Loaded(
        rows=rows,
        columns=len(columns),
        encoding=dialect.encoding if dialect else "",
        delimiter=dialect.delimiter if dialect else "",
        heading_line=source.heading_line,
        short_rows=source.short_rows,
        types={column.name: column.type for column in columns},
    )


def _copy(source: Source, tables: Tables, columns: list[Column], progress: Callable[[int], None] | None) -> int:
    counted = 0

    def parts() -> Iterator[str]:
        nonlocal counted
        for chunk in source.chunks():
            buffer = io.StringIO()
            csv.writer(buffer).writerows(converted(chunk, columns))
            counted += len(chunk)
            if progress and counted % PROGRESS_ROWS < len(chunk):
                progress(counted)
            yield buffer.getvalue()

    tables.run("drop_table", table=tables.raw)
    tables.run("drop_table", table=tables.new)
    tables.run("create_raw", raw=tables.raw, columns=_defined(columns))
    names = _joined([column.name for column in columns])
    statement = sql.SQL(statements()["copy_raw"]).format(raw=sql.Identifier(tables.raw), names=names)
    tables.cursor.copy_expert(statement.as_string(tables.cursor), _Stream(parts()), size=1 << 18)
    return counted


def converted(chunk: list[Row], columns: list[Column]) -> Iterator[tuple[str, ...]]:
    """The rows as COPY reads them; each distinct value of a column is converted once."""
    converted_columns = []
    for place, column in enumerate(columns):
        known: dict[str, str] = {}
        made = []
        for line, values in chunk:
            value = values[place]
            if value not in known:
                try:
                    known[value] = column.convert(value.strip())
                except ValueError as error:
                    raise WrongType(column=column.name, type=column.forced, line=line) from error
            made.append(known[value])
        converted_columns.append(made)
    return zip(*converted_columns, strict=True)


def _finish(source: Source, tables: Tables, columns: list[Column], dictionary: Dictionary, rows: int) -> None:
    names = _joined([column.name for column in columns])
    tables.run("create_table", table=tables.new, columns=_defined(columns))
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column.name)) for column in columns)
    language = {"language": tables.language}
    tables.run("fill_table", language, table=tables.new, raw=tables.raw, names=names, texts=texts)
    tables.run("drop_table", table=tables.raw)
    tables.run("set_sequence", {"table": tables.new, "rows": rows})
    index = f"{tables.new}_fts"[:63]
    tables.run("create_index", table=tables.new, index=index, method=sql.SQL(tables.index_method))
    tables.run("create_trigger", table=tables.new)
    for column, heading in zip(columns, source.headings, strict=True):
        entry = dictionary.get(column.name) or _entry(column.name, heading)
        if entry:
            # CKAN 2.12 begins the comment with a space: it tells the present form of the JSON from the old one.
            comment = " " + json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            tables.run("comment", {"comment": comment}, table=tables.new, column=column.name)
    tables.run("analyze", table=tables.new)
    tables.replace_with(tables.new)
    tables.run("rename_index", index=index, new=ckan_index_name(tables.resource_id))


def _entry(name: str, heading: str) -> dict[str, Any]:
    """The first dictionary entry of a column whose heading had to be changed: the heading as it was."""
    label = " ".join(heading.split())
    return {"_info": {"label": label}} if label and label != name else {}


def ckan_index_name(resource_id: str) -> str:
    """The name that CKAN's DataStore gives to the index over `_full_text`."""
    return hashlib.sha1(f'{resource_id}"_full_text"'.encode(), usedforsecurity=False).hexdigest()

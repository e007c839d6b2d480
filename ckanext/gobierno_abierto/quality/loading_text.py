"""The second half of a load: the words of each row and the index over them, then indexes for filters.

The table answers meanwhile; only who would write to it waits. A copy that nobody sees is filled over several
connections at once, then takes the table's name. What breaks off leaves the table as it was, and is begun again by
whoever asks.
"""

from __future__ import annotations

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import psycopg2
from psycopg2 import sql

from . import roles
from .loading_tables import Tables, ckan_index_name, joined, statement

#: Connections that work at once; each keeps a processor of the database busy.
CREW = min(4, max(2, os.cpu_count() or 1))
#: Pages that one of them takes at a time, and milliseconds that it waits for a table (whoever wants to drop it stands
#: between us and the table that we hold: nobody would see that deadlock).
PAGES, PATIENCE = 1_000, 20_000
#: How often a copy is begun again that lost a lock.
TIMES = 3
MOST_INDEXES = 8
#: Memory in which GIN collects its entries.
GIN_MEMORY = "32MB"
_CODE = re.compile(r"(?=.*\d)[\w./-]{1,40}")
_LOCKS = (psycopg2.errors.DeadlockDetected, psycopg2.errors.LockNotAvailable)
Job = Callable[[Any], None]


def complete(tables: Tables, searchable: Callable[[], None] = lambda: None) -> bool:
    """Make what the resource's table lacks; commits. False when there is no table, or it lacks nothing.

    `searchable` is called when the words are there; the indexes for filters follow.
    """
    for left in reversed(range(TIMES)):
        try:
            worded = _make_words(tables)
            searchable()
            return _index(tables, worded) or worded
        except _LOCKS:
            tables.connection.rollback()
            if not left:
                raise
    return False


def _make_words(tables: Tables) -> bool:
    live, made = tables.resource_id, tables.searched
    tables.lock()
    if not tables.exists():
        tables.connection.rollback()
        return False
    tables.run("hold_writers", table=live)
    named = {"table": _quoted(live), "index": _quoted(ckan_index_name(live))}
    if not tables.one("lacks_text", named, table=live):
        tables.connection.rollback()
        return False
    index = f"{made}_fts"[:63]
    try:
        _build(tables, index)
        tables.run("create_trigger", table=made)
        sequence = tables.one("sequence", {"table": _quoted(live)})
        if sequence:
            tables.run("move_sequence", sequence=sequence, table=made)
        tables.replace_with(made)
        tables.run("rename_index", index=index, new=ckan_index_name(live))
        tables.commit()
    except BaseException:
        tables.connection.rollback()
        _together(tables, [partial(_run, "drop_table", table=made)])
        raise
    return True


def _build(tables: Tables, index: str) -> None:
    """The copy, whole. It is committed bit by bit, so that all the connections see it."""
    live, made = tables.resource_id, tables.searched
    columns = list(tables.columns(live))
    method = sql.SQL(tables.index_method)
    words: Job = partial(_run, "create_index", table=made, index=index, method=method)
    gin = tables.index_method == "gin"

    def begin(cursor: Any) -> None:
        _run("drop_table", cursor, table=made)
        _run("create_like", cursor, table=made, live=live)
        if not gin:
            # Row by row over all connections GiST is done sooner than at once over one.
            words(cursor)

    _together(tables, [begin])
    pages = int(tables.one("blocks", {"table": _quoted(live)}))
    fill = statement("fill", table=made, live=live, names=joined(columns), texts=_texts(columns))
    _together(tables, [partial(_fill, fill, tables.language, first) for first in range(0, max(pages, 1), PAGES)])
    # A primary key shuts all others out while it is made.
    _together(tables, [partial(_run, "primary_key", table=made)])
    if gin:
        _together(tables, [partial(_gin, words)])


def _index(tables: Tables, fresh: bool) -> bool:
    """Indexes for filters, and statistics of a `fresh` table; False when there is nothing to do."""
    live = tables.resource_id
    types = tables.columns(live)
    tables.run("indexed", {"table": live})
    indexed = {name for (name,) in tables.cursor.fetchall()}
    wanted = [name for name in index_columns(types, _sample(tables, types)) if name not in indexed]
    tables.connection.rollback()
    _together(tables, [partial(_index_column, live, name) for name in wanted])
    if fresh or wanted:
        _together(tables, [partial(_run, "analyze", table=live)])
    return bool(wanted)


def _run(name: str, cursor: Any, /, **identifiers: sql.Composable | str) -> None:
    cursor.execute(statement(name, **identifiers))


def _fill(insert: sql.Composed, language: str, first: int, cursor: Any) -> None:
    cursor.execute(insert, {"language": language, "first": f"({first},0)", "last": f"({first + PAGES},0)"})


def _gin(words: Job, cursor: Any) -> None:
    cursor.execute(statement("index_memory"), {"memory": GIN_MEMORY})
    words(cursor)


def _index_column(table: str, column: str, cursor: Any) -> None:
    cursor.execute(statement("savepoint"))
    try:
        _run("index_column", cursor, table=table, column=column)
    except psycopg2.errors.ProgramLimitExceeded:
        # Some value is longer than an index holds: this column does without.
        cursor.execute(statement("back"))


def _texts(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)


def _quoted(name: str) -> str:
    """A table's name as `regclass` reads it."""
    return '"' + name.replace('"', '""') + '"'


def _sample(tables: Tables, columns: Mapping[str, str]) -> dict[str, list[str | None]]:
    """The first values of the text columns."""
    names = [name for name, kind in columns.items() if kind == "text"]
    if not names:
        return {}
    tables.run("sample", names=joined(names), table=tables.resource_id)
    rows = tables.cursor.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def index_columns(types: Mapping[str, str], sample: Mapping[str, Sequence[str | None]]) -> list[str]:
    """Columns that people filter by: codes that the heading announces, dates, texts that look like codes; at most 8."""
    announced = [name for name in types if roles.code_of(name)]
    days = [name for name, kind in types.items() if kind == "date" or kind.startswith("timestamp")]
    alike = [name for name, values in sample.items() if _look_like_codes(values)]
    return list(dict.fromkeys([*announced, *days, *alike]))[:MOST_INDEXES]


def _look_like_codes(values: Sequence[str | None]) -> bool:
    told = [value for value in values if value]
    return bool(told) and all(_CODE.fullmatch(value) for value in told)


def _together(tables: Tables, jobs: Sequence[Job]) -> None:
    """Run jobs, each in a transaction, over several connections; the first failure ends all and is raised."""
    waiting, stopped = deque(jobs), threading.Event()

    def work(connection: Any) -> None:
        cursor = connection.cursor()
        while not stopped.is_set():
            try:
                job = waiting.popleft()
            except IndexError:
                return
            cursor.execute(statement("wait_at_most"), {"milliseconds": PATIENCE})
            job(cursor)
            connection.commit()

    connections = [tables.connect() for _one in range(min(CREW, len(jobs)))]
    try:
        with ThreadPoolExecutor(CREW, "words") as pool:
            running = [pool.submit(work, connection) for connection in connections]
            try:
                for one in wait(running, return_when=FIRST_EXCEPTION).done:
                    one.result()
            except BaseException:
                stopped.set()
                for connection in connections:
                    connection.cancel()
                raise
    finally:
        for connection in connections:
            connection.rollback()
            connection.close()

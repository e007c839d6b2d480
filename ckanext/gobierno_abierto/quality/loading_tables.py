"""The DataStore's write side for one resource: its tables by name, and the swap of one for another."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import psycopg2
from ckanext.datastore.backend.postgres import get_write_engine
from psycopg2 import sql

from ..common.sql import named_statements

Dictionary = dict[str, dict[str, Any]]
#: Milliseconds that the swap of two tables waits for readers, seconds between two attempts, and how many.
PATIENCE, PAUSE, ATTEMPTS = 5_000, 1.0, 60
_STATEMENTS = Path(__file__).with_name("queries.sql")


def statement(name: str, **identifiers: sql.Composable | str) -> sql.Composed:
    """A named statement of queries.sql; strings among `identifiers` are quoted as names."""
    return sql.SQL(named_statements(_STATEMENTS)[name]).format(
        **{key: sql.Identifier(one) if isinstance(one, str) else one for key, one in identifiers.items()}
    )


def joined(names: list[str]) -> sql.Composed:
    """Names between commas."""
    return sql.SQL(", ").join(map(sql.Identifier, names))


def ckan_index_name(resource_id: str) -> str:
    """The name that CKAN's DataStore gives to the index over `_full_text`."""
    return hashlib.sha1(f'{resource_id}"_full_text"'.encode(), usedforsecurity=False).hexdigest()


class Tables:
    """The tables of one resource, on one connection."""

    def __init__(self, resource_id: str, language: str, index_method: str) -> None:
        self.resource_id, self.language, self.index_method = resource_id, language, index_method
        short = resource_id.replace("-", "")
        #: CKAN lists no table whose name begins with `_`.
        self.new, self.searched = f"_ga_new_{short}"[:63], f"_ga_txt_{short}"[:63]
        self.connection = self.connect()
        self.cursor = self.connection.cursor()

    @staticmethod
    def connect() -> Any:
        """A connection of its own."""
        return get_write_engine().raw_connection()

    def close(self) -> None:
        """Give the connection back; an open transaction is undone."""
        self.connection.rollback()
        self.connection.close()

    def commit(self) -> None:
        self.connection.commit()

    def run(self, name: str, values: dict[str, Any] | None = None, **identifiers: sql.Composable | str) -> None:
        """One named statement; strings among `identifiers` are quoted as names."""
        self.cursor.execute(statement(name, **identifiers), values)

    def one(self, name: str, values: dict[str, Any] | None = None, **identifiers: sql.Composable | str) -> Any:
        """The first value that a statement answers; None without a row."""
        self.run(name, values, **identifiers)
        row = self.cursor.fetchone()
        return row[0] if row else None

    def lock(self) -> None:
        """Wait until no other worker loads this resource."""
        self.run("lock", {"resource": self.resource_id})

    def exists(self) -> bool:
        return bool(self.one("exists", {"table": self.resource_id}))

    def columns(self, table: str) -> dict[str, str]:
        """Column to PostgreSQL type, without CKAN's own."""
        self.run("columns", {"table": table})
        return dict(self.cursor.fetchall())

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

    def hold(self) -> None:
        """Nobody else reads or writes the resource's table from now on.

        Readers that come while an old one is still at it would wait behind us, so we stand back now and then.
        """
        for attempt in range(ATTEMPTS + 1):
            self.run("savepoint")
            self.run("wait_at_most", {"milliseconds": 0 if attempt == ATTEMPTS else PATIENCE})
            try:
                self.run("hold_all", table=self.resource_id)
            except psycopg2.errors.LockNotAvailable:
                self.run("back")
                time.sleep(PAUSE)
            else:
                self.run("wait_at_most", {"milliseconds": 0})
                return

    def drop(self) -> None:
        """Remove the resource's table."""
        self.run("drop_table", table=self.resource_id)
        self.run("clear_stats", {"table": self.resource_id})

    def replace_with(self, name: str) -> None:
        """Another table takes the resource's name, and the aliases that people made of the old one."""
        if self.exists():
            self.hold()
        self.run("aliases", {"table": self.resource_id})
        aliases = [alias for (alias,) in self.cursor.fetchall()]
        self.drop()
        self.run("rename_table", table=name, new=self.resource_id)
        for alias in aliases:
            self.run("create_alias", alias=alias, table=self.resource_id)

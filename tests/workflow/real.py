"""Real commits for tests that look from a second connection, and what breaks a transition at a chosen place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.gobierno_abierto.workflow import records


class Broken(Exception):
    """What a test makes fail."""


def engine() -> Any:
    """CKAN's engine."""
    return model.meta.engine


@contextmanager
def committed() -> Iterator[None]:
    """Inside, CKAN's session commits for good; every row that was added is deleted afterwards."""
    bound = dict(model.Session.session_factory.kw)
    model.Session.remove()
    model.Session.configure(bind=engine(), join_transaction_mode="conditional_savepoint")
    before = _keys()
    try:
        yield
    finally:
        end_request()
        _delete_others(before)
        model.Session.configure(**bound)


def end_request() -> None:
    """What ends a web request, whatever happened in it."""
    with contextlib.suppress(sa.exc.SQLAlchemyError):
        model.Session.rollback()
    model.Session.remove()


def _tables(connection: Any) -> dict[str, str]:
    """Table to the SQL of its key."""
    inspector = sa.inspect(connection)
    found = {}
    for name in inspector.get_table_names():
        columns = inspector.get_pk_constraint(name)["constrained_columns"]
        if columns:
            found[name] = "concat_ws('/', " + ", ".join(f'"{column}"::text' for column in columns) + ")"
    return found


def _keys() -> dict[str, list[str]]:
    with engine().connect() as connection:
        return {
            name: [row[0] for row in connection.execute(sa.text(f'SELECT {key} FROM "{name}"'))]  # noqa: S608
            for name, key in _tables(connection).items()
        }


def _delete_others(before: dict[str, list[str]]) -> None:
    """Delete the rows that were not there; the audit log's guard is off meanwhile."""
    with engine().begin() as connection:
        connection.execute(sa.text("ALTER TABLE portal_audit DISABLE TRIGGER USER"))
        keys = _tables(connection)
        left = list(keys)
        while left:
            again = []
            for name in left:
                # A table that others refer to has its turn after them.
                savepoint = connection.begin_nested()
                try:
                    statement = f'DELETE FROM "{name}" WHERE NOT ({keys[name]} = ANY(:before))'  # noqa: S608
                    connection.execute(sa.text(statement), {"before": before.get(name, [])})
                    savepoint.commit()
                except sa.exc.IntegrityError:
                    savepoint.rollback()
                    again.append(name)
            assert len(again) < len(left), f"cannot clean {again}"
            left = again
        connection.execute(sa.text("ALTER TABLE portal_audit ENABLE TRIGGER USER"))


@contextmanager
def at_statement(number: int, act: Callable[[Any], None]) -> Iterator[list[int]]:
    """Does `act(connection)` once, just before the session's statement of this number (from 1); counts them."""
    count = [0]

    def before(connection: Any, *_arguments: Any) -> None:
        count[0] += 1
        if count[0] == number:
            act(connection)

    sa.event.listen(engine(), "before_cursor_execute", before)
    try:
        yield count
    finally:
        sa.event.remove(engine(), "before_cursor_execute", before)


@contextmanager
def at_commit(number: int, act: Callable[[Any], None]) -> Iterator[list[int]]:
    """The same at the session's commit of this number, before the server is asked for it."""
    count = [0]

    def before(connection: Any) -> None:
        count[0] += 1
        if count[0] == number:
            act(connection)

    sa.event.listen(engine(), "commit", before)
    try:
        yield count
    finally:
        sa.event.remove(engine(), "commit", before)


def refuse(_connection: Any) -> None:
    """An error of the program."""
    raise Broken


def terminate(connection: Any) -> None:
    """The server loses the connection, as when it is shut down."""
    pid = connection.connection.dbapi_connection.info.backend_pid
    with _admin().connect() as other:
        ended = other.execute(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid}).scalar()
    assert ended, "the connection did not end"


_engines: dict[str, Any] = {}


def _admin() -> Any:
    """An engine of its own, whose statements nobody counts."""
    url = tk.config["sqlalchemy.url"]
    if url not in _engines:
        _engines[url] = sa.create_engine(url, poolclass=sa.pool.NullPool)
    return _engines[url]


@contextmanager
def another_connection() -> Iterator[Any]:
    """What everybody else sees."""
    with _admin().connect() as connection:
        yield connection


def summary(connection: Any, package_id: str) -> dict[str, Any]:
    """Where a dataset is, without ids and moments: two datasets that went the same way have the same."""
    bound = {"id": package_id}

    def rows(statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(sa.text(statement), bound)]

    return {
        "publication": rows(
            "SELECT x.live, v.number, x.withdraw_at IS NULL, x.tombstone ->> 'reason' FROM publication x"
            " LEFT JOIN publication_revision v ON v.id = x.live_revision_id WHERE x.package_id = :id"
        ),
        "runs": rows(
            "SELECT r.kind, r.state, r.step, r.reviewers, r.outcome, r.note, r.submitted_by IS NULL, v.number"
            " FROM publication_run r LEFT JOIN publication_revision v ON v.id = r.revision_id"
            " WHERE r.package_id = :id ORDER BY r.opened_at"
        ),
        "revisions": rows(
            "SELECT number, content ->> 'title', published_at IS NULL, approved_by, emergency_reason"
            " FROM publication_revision WHERE package_id = :id ORDER BY number"
        ),
        "comments": rows("SELECT text FROM publication_comment WHERE package_id = :id ORDER BY text"),
        "notices": rows("SELECT kind, count(*) FROM publication_notice WHERE package_id = :id GROUP BY 1 ORDER BY 1"),
        "audit": rows("SELECT action, actor_name, comment FROM portal_audit WHERE package_id = :id ORDER BY seq"),
        "package": rows("SELECT title, private, state FROM package WHERE id = :id"),
        "tags": rows(
            "SELECT t.name FROM package_tag m JOIN tag t ON t.id = m.tag_id"
            " WHERE m.package_id = :id AND m.state = 'active' ORDER BY 1"
        ),
        "resources": rows(
            "SELECT r.state, r.name, r.url_type, r.size, r.hash, f.sha256 FROM resource r"
            " LEFT JOIN publication_live_file l ON l.resource_id = r.id"
            " LEFT JOIN publication_file f ON f.id = l.file_id"
            " WHERE r.package_id = :id ORDER BY r.position, r.name"
        ),
        "files": rows("SELECT sha256 FROM publication_file WHERE package_id = :id ORDER BY created"),
        "document": rows("SELECT title_folded, capacity, state FROM gobierno_abierto_search_document WHERE id = :id"),
    }


def status_of(package_id: str) -> tuple[str, str | None]:
    """(live state, state of the open run)."""
    run = records.open_run(package_id)
    publication = records.publication(package_id)
    return publication.live if publication else "", run.state if run else None

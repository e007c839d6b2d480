"""The workflow's rows: thin functions over queries.sql, in the caller's transaction; rows have the tables' columns."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ..common.clock import now
from ..common.sql import named_statements
from .errors import NotYetReadable

_STATEMENTS = Path(__file__).with_name("queries.sql")


def rows(statement: str, **bound: Any) -> list[Any]:
    """All rows of a named statement."""
    return list(model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound))


def row(statement: str, **bound: Any) -> Any:
    """The one row of a named statement, or None."""
    found = rows(statement, **bound)
    return found[0] if found else None


def run(statement: str, **bound: Any) -> int:
    """Execute a named statement that changes rows; how many it changed."""
    result = model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound)
    return int(getattr(result, "rowcount", 0))


def new_id() -> str:
    """A random identifier, as CKAN's."""
    return str(uuid.uuid4())


def lock_package(package_id: str) -> None:
    """One change of a dataset at a time: nothing that was read of it before is believed. Raises NotYetReadable."""
    session = model.Session()
    session.flush()
    if row("lock_package", package_id=package_id) is None:
        raise NotYetReadable(name=package_id)
    session.expire_all()


def lock(package_id: str, live: str) -> Any:
    """The dataset's publication row, locked until the transaction ends; made with `live` when there is none."""
    run("claim", package_id=package_id, live=live)
    return row("lock", package_id=package_id)


def add_revision(
    package_id: str,
    content: dict[str, Any],
    files: dict[str, str],
    *,
    author_id: str | None,
    note: str = "",
    **ids: Any,
) -> Any:
    """Keep a revision (`run_id` and `parent_id` may be named); returns its row."""
    revision_id = new_id()
    run(
        "add_revision",
        id=revision_id,
        package_id=package_id,
        run_id=ids.get("run_id"),
        parent_id=ids.get("parent_id"),
        content=json.dumps(content, ensure_ascii=False, default=str),
        files=json.dumps(files),
        author_id=author_id,
        at=now(),
        note=note,
    )
    return row("revision", id=revision_id)


def revision(revision_id: str | None) -> Any:
    """One revision, or None."""
    return row("revision", id=revision_id) if revision_id else None


def open_run(package_id: str) -> Any:
    """The dataset's open run, or None."""
    return row("open_run", package_id=package_id)


def publication(package_id: str) -> Any:
    """The dataset's publication row, or None."""
    return row("publication", package_id=package_id)


def live_files(package_id: str) -> dict[str, str]:
    """Resource id to file version of what the live resources' addresses give."""
    return {found.resource_id: found.file_id for found in rows("live_files", package_id=package_id)}


def authors(a_run: Any) -> set[str]:
    """Ids of who wrote the run's revisions or uploaded its new files."""
    bound = {"run_id": a_run.id, "revision_id": a_run.revision_id, "base_revision_id": a_run.base_revision_id}
    return {found.user_id for found in rows("authors", **bound)}


def tombstone(reference: str) -> dict[str, Any] | None:
    """`{title, name, reason, at}` of the withdrawn dataset with this id or name; None when there is none."""
    found = row("tombstones", reference=reference)
    return {"id": found.package_id, **(found.tombstone or {})} if found else None

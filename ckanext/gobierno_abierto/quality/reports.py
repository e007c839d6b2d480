"""Rows of quality_report: how far the check of each content is, and what it found; in the caller's transaction.

A content is named by its `subject`: the id of the resource whose live content it is, or the id of one that waits beside
it (a file of a proposal). `content` identifies the bytes, so that a late worker never writes over a newer one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ..common.clock import now
from ..common.sql import named_statements

_STATEMENTS = Path(__file__).with_name("reports.sql")

WAITING, READING, CHECKING, DONE, FAILED = "waiting", "reading", "checking", "done", "failed"
#: States in which the answer is still to come.
OPEN = frozenset({WAITING, READING, CHECKING})
#: A check that said nothing for so long has lost its worker (or its place in the queue).
SILENCE = timedelta(minutes=15)


def rows(statement: str, **bound: Any) -> list[Any]:
    """All rows of a named statement of reports.sql."""
    return list(model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound))


def run(statement: str, **bound: Any) -> int:
    """Execute a named statement that changes rows; how many it changed."""
    result = model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound)
    return int(getattr(result, "rowcount", 0))


def report_of(subject: str) -> Any:
    """The row of a content (columns of quality_report), or None."""
    found = rows("report", subject=subject)
    return found[0] if found else None


def of_resource(resource_id: str) -> list[Any]:
    """The rows of a resource's contents, the newest first; the live one has `subject == resource_id`."""
    return rows("reports_of_resource", resource_id=resource_id)


def of_package(package_id: str) -> list[Any]:
    """The rows of a dataset's contents."""
    return rows("reports_of_package", package_id=package_id)


def announce(
    subject: str,
    resource_id: str,
    package_id: str,
    content: str,
    source: Mapping[str, Any],
    *,
    load_state: str | None = None,
    again: bool = False,
) -> bool:
    """A content waits to be checked; False when this very content is known (unless `again`).

    `source` is `{name, format, path}` or `{name, format, url}`; without either the resource's own upload is read.
    """
    at = now()
    return bool(
        run(
            "announce",
            subject=subject,
            resource_id=resource_id,
            package_id=package_id,
            content=content,
            source=json.dumps(dict(source), ensure_ascii=False),
            at=at,
            next_attempt=at + SILENCE,
            load_state=load_state,
            again=again,
        )
    )


def begin(subject: str, content: str) -> int:
    """A worker takes it; which attempt it is, 0 when there is nothing to do."""
    at = now()
    found = rows("begin", subject=subject, content=content, at=at, next_attempt=at + SILENCE)
    return int(found[0].attempts) if found else 0


def progress(subject: str, content: str, rows_read: int) -> None:
    """So many rows were read."""
    at = now()
    run("progress", subject=subject, content=content, rows_read=rows_read, at=at, next_attempt=at + SILENCE)


def finish(subject: str, content: str, report: Mapping[str, Any]) -> None:
    """The report is there."""
    kept = json.dumps(_storable(report), ensure_ascii=False, allow_nan=False)
    run("finish", subject=subject, content=content, rows_read=report["summary"]["rows"], report=kept, at=now())


def fail(subject: str, content: str, problem: Mapping[str, Any], next_attempt: datetime | None) -> None:
    """It could not be checked: `problem` is `{code, arguments}`."""
    kept = json.dumps(_storable(problem), ensure_ascii=False, default=str)
    run("fail", subject=subject, content=content, problem=kept, at=now(), next_attempt=next_attempt)


def _storable(value: Any) -> Any:
    """`value` without what jsonb refuses: NUL and lone surrogates in texts, numbers that are none."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Mapping):
        return {_storable(key): _storable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(one) for one in value]
    return value


def set_load_state(subject: str, state: str | None) -> None:
    """How far the table of a waiting content is."""
    run("set_load_state", subject=subject, load_state=state, at=now())


def states(subjects: Collection[str]) -> dict[str, Any]:
    """Subject to its row (`content, state, load_state`) of those that are known."""
    return {row.subject: row for row in rows("states", subjects=list(subjects))}

"""The gate: each new or replaced content is checked in a process of its own, then its table is loaded.

A content is announced in the transaction that brings it and queued when that is committed. What the queue or a worker
loses is queued again by the clock; after the last attempt the reason stays with the content.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import requests

from ..common.clock import now
from ..files.interfaces import FileProblem, LinkProblem, download
from . import jobs, reports, sandbox, status
from .dictionary_fields import fields_of
from .facts import DictionaryField, Limits
from .problems import (
    CheckCrashed,
    CheckInterrupted,
    CheckProblem,
    CheckTooLarge,
    CheckTooLong,
    MissingFile,
    NoAnswer,
    NoContent,
)

log = logging.getLogger(__name__)

#: How long after each failed attempt the next one comes; after the last there is none.
DELAYS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
#: Contents that the clock queues again at once.
MOST = 200


def run(subject: str) -> None:
    """Check a content; a resource's live one has its table loaded then. Never raises."""
    try:
        check(subject)
    except Exception:
        model.Session.rollback()
        log.exception("The check of content %s broke off; the clock takes it up again", subject)
    if model.Session.get(model.Resource, subject) is not None or status.row_of(subject) is not None:
        jobs.run(subject)


def check(subject: str) -> None:
    """Check a content that waits; commits. Does nothing when it is done, or another worker finished it."""
    row = reports.report_of(subject)
    if row is None:
        return
    attempt = reports.begin(subject, row.content)
    model.Session.commit()
    if not attempt:
        return
    try:
        with _on_disk(row) as path:
            report = _checked(row, path)
        reports.finish(subject, row.content, report)
    except CheckProblem as problem:
        model.Session.rollback()
        reports.fail(subject, row.content, _kept(problem), _next(problem, attempt))
    except Exception:
        model.Session.rollback()
        log.exception("The check of content %s failed", subject)
        reports.fail(subject, row.content, _kept(CheckInterrupted()), _next(CheckInterrupted(), attempt))
    model.Session.commit()


def _kept(problem: CheckProblem) -> dict[str, Any]:
    return {"code": problem.code, "arguments": problem.arguments}


def _next(problem: CheckProblem, attempt: int) -> Any:
    """When to try again; never where the file itself is the reason."""
    if isinstance(problem, (CheckTooLong, CheckTooLarge, NoContent)) or attempt > len(DELAYS):
        return None
    return now() + DELAYS[attempt - 1]


def _checked(row: Any, path: Path) -> dict[str, Any]:
    seconds = tk.config["gobierno_abierto.quality.check_seconds"]
    memory = tk.config["gobierno_abierto.quality.check_memory_mb"]

    def progress(count: int) -> None:
        reports.progress(row.subject, row.content, count)
        model.Session.commit()

    try:
        name = str(row.source.get("name") or path.name)
        return sandbox.run(path, name, _dictionary(row), Limits(seconds=seconds), memory << 20, progress)
    except sandbox.Killed as killed:
        raise {
            sandbox.TIME: CheckTooLong(seconds=seconds),
            sandbox.MEMORY: CheckTooLarge(limit=memory),
            sandbox.UNREADABLE: NoContent(),
        }.get(killed.reason, CheckCrashed()) from killed


def _dictionary(row: Any) -> Sequence[DictionaryField] | None:
    """What the form says of the columns: with the content that waits, or with the resource."""
    if "columns" in row.source:
        return fields_of(row.source["columns"])
    resource = model.Session.get(model.Resource, row.resource_id)
    return fields_of((resource.extras or {}).get("columns")) if resource else None


@contextmanager
def _on_disk(row: Any) -> Iterator[Path]:
    """The content as a file. Raises NoContent, NoAnswer."""
    source = row.source
    if source.get("path"):
        path = Path(source["path"])
        path = path if path.is_absolute() else Path(tk.config["ckan.storage_path"]) / path
        if not path.is_file():
            raise NoContent()
        yield path
    elif source.get("url"):
        with _downloaded(source["url"]) as path:
            yield path
    else:
        resource = model.Session.get(model.Resource, row.resource_id)
        if resource is None:
            raise NoContent()
        try:
            with jobs.on_disk({"id": resource.id, "url_type": resource.url_type, "url": resource.url}) as path:
                if not path.is_file():
                    raise NoContent()
                yield path
        except MissingFile as missing:
            raise NoContent() from missing


@contextmanager
def _downloaded(url: str) -> Iterator[Path]:
    limit = tk.config["gobierno_abierto.quality.load_max_mb"] << 20
    with tempfile.NamedTemporaryFile(prefix="ga-check-") as copy:
        try:
            download(url, copy, limit)
        except (FileProblem, LinkProblem) as problem:
            raise NoAnswer(detail=problem.message) from problem
        except requests.RequestException as error:
            answer = getattr(error, "response", None)
            said = f"HTTP {answer.status_code}." if answer is not None else f"{type(error).__name__}."
            raise NoAnswer(detail=said) from error
        copy.flush()
        yield Path(copy.name)


def resume(most: int = MOST) -> int:
    """Queue again what lost its worker or its place in the queue, and what failed and is due; how many."""
    at = now()
    checks = [row.subject for row in reports.rows("due", at=at, most=most)]
    silent = (at - reports.SILENCE).astimezone(timezone.utc).replace(tzinfo=None)
    found = list(dict.fromkeys([*checks, *status.broken_off(silent)[:most]]))
    for subject in found:
        # Before it is queued: a queue out of reach must not be asked again every minute.
        reports.run("postpone", subject=subject, next_attempt=at + reports.SILENCE)
        status.touch(subject)
        model.Session.commit()
        jobs.enqueue(subject)
    return len(found)

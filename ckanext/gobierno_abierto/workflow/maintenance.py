"""What the portal's clock does, and what an operator asks for: dates, reminders, first versions, leftovers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common import audit
from ..common.clock import now
from ..common.errors import PortalError
from ..metadata.interfaces import DATASET_TYPES
from . import notifications, people, proposals, records, service, tables, versions
from .case import open_case
from .definition import workflow

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """One thing that the clock did, or would do."""

    ok: bool
    text: str


class _Anybody:
    """Who sees everything: the operator at the command line."""

    id = ""
    state = "active"
    sysadmin = True


def anybody() -> Any:
    """The operator, for reading.queue."""
    return _Anybody()


def run_scheduled(*, dry_run: bool = False) -> Iterator[Outcome]:
    """Publish and withdraw what is due, remind reviewers, send what waits to be sent. Idempotent."""
    at = now()
    if not dry_run:
        tables.resume()
    for statement, transition, verb in (
        ("due", service.publish_due, "publicado"),
        ("due_withdrawals", service.withdraw_due, "retirado"),
    ):
        for package_id in [row.package_id for row in records.rows(statement, at=at)]:
            yield _one(package_id, transition, verb, dry_run)
    if not dry_run:
        yield from _remind(at)
        tables.sweep()
        notifications.deliver()


def _one(package_id: str, transition: Callable[[Any], bool], verb: str, dry_run: bool) -> Outcome:
    package = model.Package.get(package_id)
    if package is None:
        return Outcome(True, f"{package_id}: ya no existe")
    name = package.name
    if dry_run:
        return Outcome(True, f"{name}: sería {verb}")
    try:
        if transition(package):
            return Outcome(True, f"{name}: {verb}")
        model.Session.rollback()
        return Outcome(True, f"{name}: ya no le tocaba")
    except (PortalError, tk.ValidationError, tk.NotAuthorized) as error:
        model.Session.rollback()
        _tell_failure(package_id, str(error))
        return Outcome(False, f"{name}: no se pudo ({error})")
    except Exception:
        model.Session.rollback()
        log.exception("The scheduled change of dataset %s failed", package_id)
        return Outcome(False, f"{name}: no se pudo; el detalle está en el registro del servidor")


def _tell_failure(package_id: str, problem: str) -> None:
    """The authors are told once a day."""
    case = open_case(model.Package.get(package_id), None)
    known = audit.rows(package_id=package_id, actions=["no_publicado"], since=now() - timedelta(days=1), limit=1)
    if case.run is None or known:
        return
    people.tell("no_publicado", case, people.authors_and_sender(case), reason=problem)
    audit.record("no_publicado", actor=None, package_id=package_id, comment=problem[:1000])
    model.repo.commit()


def _remind(at: Any) -> Iterator[Outcome]:
    """Reviewers are reminded of what waits longer than its step allows, once in that time."""
    patience = [step.warn_after_days for kind in DATASET_TYPES for step in workflow().steps_of(kind)]
    shortest = min((days for days in patience if days), default=None)
    if shortest is None:
        return
    for run in records.rows("stale", before=at - timedelta(days=shortest)):
        package = model.Package.get(run.package_id)
        if package is None:
            continue
        case = open_case(package, None, lock=True)
        days = case.step.warn_after_days if case.step else None
        since = audit.rows(package_id=package.id, actions=["recordar"], limit=1)
        last = max([run.since, *(entry.at for entry in since)])
        if not days or at - last < timedelta(days=days):
            model.Session.rollback()
            continue
        people.tell("recordatorio", case, case.reviewers, date=run.since)
        audit.record("recordar", actor=None, package_id=package.id, revision_id=run.revision_id)
        model.repo.commit()
        yield Outcome(True, f"{package.name}: recordado")


def init_existing(batch: int) -> Iterator[int]:
    """First versions of what was there before the workflow; yields how many each transaction did."""
    after = ""
    while True:
        found = records.rows("uninitialised", types=list(DATASET_TYPES), after=after, most=batch)
        if not found:
            return
        count = 0
        for row in found:
            package = model.Package.get(row.id)
            if row.private or row.state != "active":
                count += _draft(package)
            else:
                proposals.initialise(package)
                count += 1
        model.repo.commit()
        after = found[-1].id
        yield count


def _draft(package: Any) -> int:
    """A private dataset becomes a draft of its organization; its files become versions."""
    if records.publication(package.id) is not None:
        return 0
    case = open_case(package, None, lock=True)
    versions.adopt_all(package, now())
    proposals.keep(case, proposals.live_content(package.id), records.live_files(package.id))
    return 1


def sweep() -> tuple[int, int]:
    """Files without a row, older than a day, and tables of proposals that are over; how many of each were removed."""
    root = Path(tk.config["ckan.storage_path"])
    known = {row.path for row in records.rows("all_files")}
    before = (now() - timedelta(days=1)).timestamp()
    removed = 0
    for path in sorted((root / versions.FOLDER).rglob("*")):
        if path.is_file() and str(path.relative_to(root)) not in known and path.stat().st_mtime < before:
            path.unlink()
            removed += 1
    return removed, tables.sweep()

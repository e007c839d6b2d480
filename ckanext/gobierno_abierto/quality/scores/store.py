"""Rows of quality_link, quality_score and quality_reminder, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ...common.clock import now
from ...common.sql import named_statements
from ...metadata.interfaces import DATASET_TYPES
from .method import method
from .mqa import Score
from .overdue import REMINDERS, Promise
from .verdicts import Verdict

_SCORES = Path(__file__).with_name("scores.sql")
_OVERVIEW = Path(__file__).with_name("overview.sql")
_TYPES = list(DATASET_TYPES)


def rows(statement: str, **bound: Any) -> list[Any]:
    """All rows of a named statement."""
    return list(_execute(statement, bound))


def run(statement: str, **bound: Any) -> int:
    """Execute a named statement that changes rows; how many it changed."""
    return max(int(getattr(_execute(statement, bound), "rowcount", 0)), 0)


def _execute(statement: str, bound: dict[str, Any]) -> Any:
    found = {**named_statements(_SCORES), **named_statements(_OVERVIEW)}[statement]
    return model.Session.execute(text(found), {**bound, "types": _TYPES} if ":types" in found else bound)


def public_dataset(reference: str) -> Any:
    """(id, name, title, owner_org) of a dataset (id or name) that everybody may see; None for any other."""
    if not reference or "\x00" in reference:
        return None
    found = rows("public_dataset", reference=reference)
    return found[0] if found else None


def public_ids() -> list[str]:
    """Ids of every public dataset."""
    return [row.id for row in rows("public_datasets")]


def keep_score(package_id: str, owner_org: str | None, score: Score, promise: Promise) -> None:
    """Keep a score in place of the one before."""
    late_from = promise.freshness.late_from
    kept = {
        "method": method().version,
        "marks": score.marks,
        "updated": promise.updated.isoformat() if promise.updated else None,
        "late_from": late_from.isoformat() if late_from else None,
    }
    run(
        "keep_score",
        package_id=package_id,
        owner_org=owner_org,
        points=score.points,
        measurable=score.measurable,
        stars=score.stars,
        indicators=json.dumps(kept),
        overdue_days=promise.overdue_days,
        due=promise.freshness.due,
        at=now(),
    )


def score_of(package_id: str) -> Any:
    """The stored score of a public dataset (points, measurable, stars, overdue_days, due, computed), or None."""
    found = rows("score_of", package_id=package_id)
    return found[0] if found else None


def scores_due(oldest: datetime, most: int) -> list[str]:
    """Ids of public datasets whose score is missing, or older than their last save, the method or `oldest`."""
    return [row.id for row in rows("scores_due", method=str(method().version), oldest=oldest, most=most)]


def age_scores(today: date) -> int:
    """Count the days of late datasets anew; how many changed."""
    return run("age_scores", today=today)


def sync_links(package_id: str | None = None) -> int:
    """Take up new links of public datasets (of one, or of all) and drop those that are gone; how many are new."""
    run("drop_links", package_id=package_id)
    return run("adopt_links", package_id=package_id, at=now())


def claim_links(until: datetime, *, per_host: int, most: int) -> list[Any]:
    """Links to ask now (columns of quality_link), put off until `until` for everybody else."""
    return rows("claim_links", at=now(), until=until, per_host=per_host, most=most)


def all_links_due() -> int:
    """Every link is due at once; how many."""
    return run("all_links_due", at=now())


def release_links(ids: Iterable[str]) -> None:
    """Links that were claimed and not asked are due again."""
    run("release_links", ids=list(ids), at=now())


def keep_verdict(resource_id: str, url: str, state: Verdict, at: datetime) -> bool:
    """What a link answered; False when its address changed meanwhile, and nothing is kept."""
    kept = run(
        "answered",
        resource_id=resource_id,
        url=url,
        at=at,
        next_check=state.next_check,
        reachable=state.reachable,
        status=state.status,
        failures=state.failures,
        first_failure=state.first_failure,
        problem=json.dumps(dict(state.problem), ensure_ascii=False) if state.problem else None,
    )
    return bool(kept)


def links_of(package_id: str) -> dict[str, Any]:
    """Resource id to what is known of its link."""
    return {row.resource_id: row for row in rows("links_of", package_id=package_id)}


def to_remind(today: date) -> list[Any]:
    """Late public datasets whose last reminder was not sent: package_id, name, title, due, late_from, days, sent."""
    return rows("to_remind", today=today, last=len(REMINDERS) - 1)


def remind(package_id: str, due: date, number: int) -> bool:
    """Note that a reminder is sent; False when it was already."""
    return bool(run("remind", package_id=package_id, due=due, number=number, at=now()))

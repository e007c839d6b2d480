"""What people read of proposals: the queue, the versions, the differences and the public history."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ..common import audit
from ..common.clock import now
from ..common.roles import COMMITTEE, coordinates, names_in
from ..common.sql import named_statements
from . import records, tables
from .case import Case
from .revisions import diff
from .transitions import PUBLICADO

_STATEMENTS = Path(__file__).with_name("queue.sql")
#: What the public history shows of the audit log.
PUBLIC_ACTIONS = ("retirar", "restaurar")


def _rows(statement: str, **bound: Any) -> list[Any]:
    return list(model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound))


def supported_organizations(user: Any) -> list[str]:
    """Ids of the organizations that the person reviews for as an editor or admin of their committees."""
    return _supported(_rows("memberships", user_id=user.id))


def _supported(memberships: list[Any]) -> list[str]:
    mine = {row.name for row in memberships if row.kind == COMMITTEE}
    if not mine:
        return []
    return [
        row.id for row in _rows("supported") if mine.intersection(names_in(row.committees)) and row.name not in mine
    ]


def written_organizations(user: Any) -> list[str]:
    """Ids of the organizations in which the person is editor or admin."""
    return [row.id for row in _rows("memberships", user_id=user.id)]


def _scope(user: Any) -> dict[str, Any]:
    memberships = _rows("memberships", user_id=user.id)
    return {
        "user_id": user.id,
        "everything": coordinates(user),
        "committee": _supported(memberships),
        "admin": [row.id for row in memberships if row.capacity == "admin"],
    }


def reviews_anything(user: Any) -> bool:
    """Whether the queue is this person's business at all."""
    scope = _scope(user)
    return bool(scope["everything"] or scope["committee"] or scope["admin"])


def queue(user: Any, filters: dict[str, Any], limit: int, offset: int) -> dict[str, Any]:
    """What waits for the person; `filters`: organization (id), type, kind, waiting_days."""
    days = filters.get("waiting_days")
    bound = {
        **_scope(user),
        "organization": filters.get("organization"),
        "type": filters.get("type"),
        "kind": filters.get("kind"),
        "before": now() - timedelta(days=int(days)) if days else None,
    }
    totals = _rows("totals", **{key: bound[key] for key in ("everything", "committee", "admin", "kind", "before")})
    wanted = [
        row
        for row in totals
        if bound["organization"] in (None, row.owner_org) and bound["type"] in (None, row.dataset_type)
    ]
    found = _rows("queue", **bound, limit=limit, offset=offset) if limit else []
    return {
        "count": sum(row.waiting for row in wanted),
        "organizations": _grouped(totals, "owner_org", ("org_name", "org_title")),
        "types": _grouped(totals, "dataset_type", ()),
        "results": [_queued(row) for row in found],
    }


def _grouped(totals: list[Any], key: str, also: tuple[str, ...]) -> list[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for row in totals:
        value = getattr(row, key)
        entry = found.setdefault(value, {"id": value, "count": 0, **{n[4:]: getattr(row, n) for n in also}})
        entry["count"] += row.waiting
    return sorted(found.values(), key=lambda entry: (-entry["count"], str(entry["id"])))


def _queued(row: Any) -> dict[str, Any]:
    return {
        "id": row.package_id,
        "name": row.name,
        "title": row.title,
        "type": row.dataset_type,
        "kind": row.kind,
        "organization": {"name": row.org_name, "title": row.org_title or row.org_name},
        "revision_id": row.revision_id,
        "revision_number": row.number,
        "step": row.step,
        "since": row.since.isoformat(),
        "waiting_days": (now() - row.since).days,
        "submitted_by": row.author_fullname or row.author_name,
        "note": row.note,
        "publish_at": row.publish_at.isoformat() if row.publish_at else None,
        "live": row.live == PUBLICADO,
        "own": row.own,
    }


def mine(user: Any, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Open proposals of the organizations that the person writes for."""
    found = _rows("mine", organizations=written_organizations(user), limit=limit, offset=offset)
    return [{**dict(row._mapping), "since": row.since.isoformat()} for row in found]


def revision_dict(row: Any, *, names: bool) -> dict[str, Any]:
    """A revision without its content; `names` says whether the author is shown."""
    author = model.User.get(row.author_id) if names and getattr(row, "author_id", None) else None
    found = {
        "id": row.id,
        "number": row.number,
        "created": row.created.isoformat(),
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "approved_by": row.approved_by,
        "emergency_reason": row.emergency_reason,
    }
    if names:
        found.update(author=(author.fullname or author.name) if author else None, note=row.note)
    return found


def history(package_id: str) -> list[dict[str, Any]]:
    """The public history, the newest first: publications, withdrawals, restorations. No person, draft or comment.

    Each `{event: publicado|retirado|restaurado, at, number, revision_id, by, emergency, reason, changes}`; `changes`
    are the names of the fields and resources that the version changed.
    """
    events = [
        _published(row, older)
        for row, older in _with_previous(records.rows("published_revisions", package_id=package_id))
    ]
    for entry in audit.rows(package_id=package_id, actions=PUBLIC_ACTIONS, limit=1000):
        events.append(
            {
                "event": "retirado" if entry.action == "retirar" else "restaurado",
                "at": entry.at.isoformat(),
                "number": None,
                "revision_id": None,
                "by": entry.details.get("body"),
                "emergency": False,
                "reason": entry.comment or None,
                "changes": None,
            }
        )
    return sorted(events, key=lambda event: datetime.fromisoformat(event["at"]), reverse=True)


def _with_previous(rows: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(rows, [*rows[1:], None], strict=False))


def _published(row: Any, older: Any) -> dict[str, Any]:
    changes = None
    if older is not None:
        found = diff(records.revision(older.id).content, records.revision(row.id).content).as_dict()
        changes = {
            "fields": [field["field"] for field in found["fields"]],
            "resources": [
                {"id": one["id"], "name": one["name"], "change": one["change"]} for one in found["resources"]
            ],
        }
    return {
        "event": "publicado",
        "at": row.published_at.isoformat(),
        "number": row.number,
        "revision_id": row.id,
        "by": row.approved_by,
        "emergency": bool(row.emergency_reason),
        "reason": row.emergency_reason,
        "changes": changes,
    }


def difference(case: Case, old: Any, new: Any) -> dict[str, Any]:
    """Field by field, resource by resource, and the tables of replaced files, between two revisions.

    `old` may be None: everything is new then.
    """
    found = diff(old.content if old else {}, new.content).as_dict()
    compared = _compare_tables(case, old, new, {one["id"] for one in found["resources"] if one.get("file")})
    for one in found["resources"]:
        one["table"] = compared.get(one["id"])
    return {
        "from": revision_dict(old, names=False) if old else None,
        "to": revision_dict(new, names=False),
        **found,
    }


def _compare_tables(case: Case, old: Any, new: Any, changed: set[str]) -> dict[str, Any]:
    """Resource id to the comparison of its live table with the proposed one; older versions keep files, not tables."""
    loader = tables.loader()
    live = case.publication.live_revision_id if case.publication else None
    if loader is None or old is None or old.id != live:
        return {}
    found = {}
    before = records.live_files(case.package.id)
    for resource_id in changed:
        file_id = new.files.get(resource_id)
        if file_id and before.get(resource_id) != file_id:
            comparison = loader.compare_tables(resource_id, None, file_id)
            if comparison and comparison["new"]:
                found[resource_id] = comparison
    return found

"""Rows of quality_basis, in the caller's transaction; rows have the table's columns."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ...common.clock import now
from ...common.sql import named_statements
from .errors import AlreadyAccepted, NothingDeclared

_STATEMENTS = Path(__file__).with_name("bases.sql")


def _run(statement: str, **bound: Any) -> Any:
    return model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound)


def of_resource(resource_id: str) -> list[Any]:
    """What is declared of a resource, by column."""
    return list(_run("of_resource", resource_id=resource_id))


def of_resources(resource_ids: Collection[str]) -> dict[str, list[Any]]:
    """Resource id -> what is declared of it; resources without a basis are not there."""
    found: dict[str, list[Any]] = {}
    for row in _run("of_resources", resource_ids=list(resource_ids)):
        found.setdefault(row.resource_id, []).append(row)
    return found


def locked(resource_id: str, column: str, kind: str) -> Any:
    """One basis, locked until the transaction ends. Raises NothingDeclared."""
    found = list(_run("locked", resource_id=resource_id, column=column, kind=kind))
    if not found:
        raise NothingDeclared(column=column, kind=kind)
    return found[0]


def declare(package_id: str, resource_id: str, column: str, kind: str, basis: str, user_id: str) -> Any:
    """Declare a basis, in place of one that was refused or not judged; its row. Raises AlreadyAccepted."""
    found = list(
        _run(
            "declare",
            id=str(uuid.uuid4()),
            package_id=package_id,
            resource_id=resource_id,
            column=column,
            kind=kind,
            basis=basis,
            declared_by=user_id,
            at=now(),
        )
    )
    if not found:
        raise AlreadyAccepted(column=column)
    return found[0]


def withdraw(resource_id: str, column: str, kind: str) -> None:
    """Remove a basis, judged or not. Raises NothingDeclared."""
    locked(resource_id, column, kind)
    _run("withdraw", resource_id=resource_id, column=column, kind=kind)


def decide(basis: Any, *, accepted: bool, note: str, user_id: str) -> Any:
    """Judge a basis that `locked` gave; its row."""
    return list(_run("decide", id=basis.id, accepted=accepted, note=note, decided_by=user_id, at=now()))[0]


def as_dicts(rows: Collection[Any]) -> list[dict[str, Any]]:
    """Bases for JSON: people by their account's name, with the name they go by; moments in ISO 8601, UTC."""
    ids = {one for row in rows for one in (row.declared_by, row.decided_by) if one}
    people = {user.id: user for user in model.Session.query(model.User).filter(model.User.id.in_(ids))} if ids else {}

    def account(user_id: str | None) -> str | None:
        return people[user_id].name if user_id in people else None

    def called(user_id: str | None) -> str:
        return str(people[user_id].fullname or people[user_id].name) if user_id in people else ""

    return [
        {
            "column": row.column_name,
            "kind": row.kind,
            "basis": row.basis,
            "declared_by": account(row.declared_by),
            "declared_by_name": called(row.declared_by),
            "declared_at": row.declared_at.isoformat(),
            "accepted": row.accepted,
            "note": row.note,
            "decided_by": account(row.decided_by),
            "decided_by_name": called(row.decided_by),
            "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        }
        for row in rows
    ]

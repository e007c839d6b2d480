"""Who may act for an organization: its own people by their role, and its committees' people as reviewers.

`standing_of` and the lists below it read CKAN's tables; the rules are in `standing.py`, pure. Permissions are decided
there and only there: an action asks for a `Standing` and never counts memberships itself.
"""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from .standing import ACTING, ADMIN, COMMITTEE, EDITOR, MEMBER, Standing, names_in, standing

__all__ = [
    "ACTING",
    "ADMIN",
    "COMMITTEE",
    "EDITOR",
    "MEMBER",
    "Standing",
    "committees_of",
    "coordinates",
    "names_in",
    "reviewers_of",
    "standing",
    "standing_of",
    "writers_of",
]


def committees_of(organization: str) -> list[str]:
    """Names of the active committees that support an organization (id or name), in the order it names them.

    A name counts only if it is an active organization of kind `comite`: an organization cannot make another one
    its reviewer by naming it.
    """
    group = model.Group.get(organization)
    if group is None:
        return []
    wanted = [name for name in names_in((group.extras or {}).get("committees")) if name != group.name]
    if not wanted:
        return []
    rows = model.Session.query(model.Group.name).filter(
        model.Group.name.in_(wanted),
        model.Group.state == "active",
        model.Group.is_organization.is_(True),
        model.Group.extras["kind"].astext == COMMITTEE,
    )
    active = {row.name for row in rows}
    return [name for name in wanted if name in active]


def standing_of(user: str | None, organization: str) -> Standing:
    """The standing of a user (id or name; None for a visitor) for an organization (id or name).

    Users and organizations that are unknown or deleted have the standing of a stranger.
    """
    person = model.User.get(user) if user else None
    group = model.Group.get(organization)
    if person is None or person.state != "active" or group is None or group.state != "active":
        return Standing()
    committees = committees_of(group.id)
    return standing(
        sysadmin=bool(person.sysadmin),
        organization=group.name,
        committees=committees,
        roles=_roles(person.id, [group.name, *committees]),
    )


def coordinates(user: Any) -> bool:
    """Whether this user (a model.User or None) coordinates the portal: a sysadmin, or a writer of the organization that
    `gobierno_abierto.workflow.coordination` names."""
    if user is None or user.state != "active":
        return False
    # Only the workflow's plugin declares the option.
    organization = tk.config.get("gobierno_abierto.workflow.coordination")
    return bool(user.sysadmin or (organization and standing_of(user.id, organization).writes))


def writers_of(organization: str) -> list[str]:
    """Ids of the active users who may write datasets for an organization, in the order of their names."""
    group = model.Group.get(organization)
    return _people([group.name]) if group is not None and group.state == "active" else []


def reviewers_of(organization: str) -> list[str]:
    """Ids of the active users who may review what an organization proposes, in the order of their names."""
    return _people(committees_of(organization))


def _roles(user_id: str, names: list[str]) -> dict[str, str | None]:
    member = model.Member
    rows = (
        model.Session.query(model.Group.name, member.capacity)
        .join(member, member.group_id == model.Group.id)
        .filter(
            member.table_name == "user",
            member.table_id == user_id,
            member.state == "active",
            model.Group.name.in_(names),
            model.Group.state == "active",
        )
    )
    return {row.name: row.capacity for row in rows}


def _people(names: list[str]) -> list[str]:
    """Active users with an acting role in any of these organizations."""
    if not names:
        return []
    member = model.Member
    rows = (
        model.Session.query(model.User.id, model.User.name)
        .join(member, sa.and_(member.table_id == model.User.id, member.table_name == "user"))
        .join(model.Group, model.Group.id == member.group_id)
        .filter(
            member.state == "active",
            member.capacity.in_(sorted(ACTING)),
            model.User.state == "active",
            model.Group.state == "active",
            model.Group.name.in_(names),
        )
        .distinct()
        .order_by(model.User.name)
    )
    return [row.id for row in rows]

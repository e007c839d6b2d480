"""Who is told of a transition, and under which name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common import roles
from . import case as cases
from . import records
from .notifications import notify


def tell(kind: str, case: cases.Case, user_ids: Iterable[str | None], by: str = "", **arguments: Any) -> None:
    """Write a notice to these people, in the transition's transaction; `by` is the person's name unless given."""
    organization = model.Group.get(case.package.owner_org) if case.package.owner_org else None
    notify(
        kind,
        case.package.id,
        user_ids,
        actor_id=case.user.id if case.user else None,
        title=(case.run.title if case.run else None) or case.package.title or case.package.name,
        name=case.package.name,
        type=case.package.type,
        organization=(organization.title or organization.name) if organization else "",
        by=by or display_name(case.user),
        **arguments,
    )


def display_name(user: Any) -> str:
    """How a person is called in the portal; empty for the clock."""
    return str(user.fullname or user.name) if user else ""


def authors_and_sender(case: cases.Case) -> list[str]:
    """Who wrote the proposal and who sent it."""
    sender = case.run.submitted_by if case.run else None
    return sorted({*case.authors, *([sender] if sender else [])})


def of_the_entity(case: cases.Case) -> list[str]:
    """The organization's admins and the authors of the live version."""
    revision = records.revision(case.publication.live_revision_id) if case.publication else None
    return list(dict.fromkeys([*cases.admins_of(case.package.owner_org), *([revision.author_id] if revision else [])]))


def body_of(case: cases.Case) -> str:
    """Title of the body for which the person decides at the present step: what the public history shows."""
    if case.run is not None and case.run.reviewers == cases.ADMINS and case.standing.role == roles.ADMIN:
        return organization_title(case.package.owner_org)
    names = sorted(case.standing.committees)
    if case.run is not None and case.run.reviewers == cases.COMMITTEE and names:
        return organization_title(names[0])
    return coordination_title()


def organization_title(reference: str | None) -> str:
    """Title of an organization (id or name); the reference where there is none."""
    group = model.Group.get(reference) if reference else None
    return str(group.title or group.name) if group else str(reference or "")


def coordination_title() -> str:
    """Title of the coordinating organization, or the words for the portal's coordination."""
    named = tk.config["gobierno_abierto.workflow.coordination"]
    return organization_title(named) if named else tk._("Coordinación del portal")


def waiting_bodies(case: cases.Case) -> list[dict[str, str]]:
    """`{name, title}` of the bodies that a proposal waits for."""
    return bodies_of(case.run.reviewers if case.run else None, case.package.owner_org)


def bodies_of(kind: str | None, owner_org: str | None) -> list[dict[str, str]]:
    """`{name, title}` of the bodies that review at a step of this kind for an organization (id)."""
    names: list[str] = []
    if kind == cases.COMMITTEE and owner_org:
        names = roles.committees_of(owner_org)
    elif kind == cases.ADMINS and owner_org:
        names = [owner_org]
    found = [model.Group.get(name) for name in names]
    bodies = [{"name": str(group.name), "title": str(group.title or group.name)} for group in found if group]
    return bodies or [
        {"name": tk.config["gobierno_abierto.workflow.coordination"] or "", "title": coordination_title()}
    ]

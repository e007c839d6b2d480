"""One dataset before one person: where it is, and what this person may do with it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk

# Not functools': until Python 3.12 that one holds a lock for the whole process while it asks the database.
from werkzeug.utils import cached_property

from ..common import roles
from . import records
from .definition import workflow
from .steps import Step
from .transitions import INEDITO, PUBLICADO, Person, Situation, possible

COMMITTEE, ADMINS, COORDINATORS = "committee", "organization_admins", "coordinators"


def coordinators() -> list[str]:
    """Ids of the portal's coordinators: sysadmins, and editors and admins of the coordinating organization."""
    query = model.Session.query(model.User.id).filter_by(sysadmin=True, state="active")
    found = [user_id for (user_id,) in query.order_by(model.User.name)]
    organization = tk.config["gobierno_abierto.workflow.coordination"]
    return list(dict.fromkeys([*found, *(roles.writers_of(organization) if organization else [])]))


def live_of(package: Any, publication: Any) -> str:
    """`inedito`, `publicado` or `retirado`; a dataset that the workflow does not know is what CKAN says it is."""
    if publication is not None:
        return str(publication.live)
    return INEDITO if package.private or package.state != "active" else PUBLICADO


@dataclass
class Case:
    """A dataset, its open run and the person who looks at it (None for a visitor)."""

    package: Any
    user: Any
    publication: Any
    run: Any

    @cached_property
    def live(self) -> str:
        return live_of(self.package, self.publication)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the dataset's kind."""
        return workflow().steps_of(self.package.type)

    @property
    def step(self) -> Step | None:
        """The step that the proposal is at; None unless it is with its reviewers."""
        if self.run is None or self.run.state != "en_revision":
            return None
        return self.steps[min(self.run.step, len(self.steps) - 1)]

    @cached_property
    def authors(self) -> set[str]:
        """Ids of who wrote the proposal or uploaded its new files."""
        return records.authors(self.run) if self.run else set()

    def reviewers_at(self, kind: str) -> list[str]:
        """Ids of who may review at a step of this kind, but authors; the coordinators where nobody else is left."""
        found: list[str] = []
        if kind == COMMITTEE:
            found = roles.reviewers_of(self.package.owner_org)
        elif kind == ADMINS:
            found = admins_of(self.package.owner_org)
        allowed = [user_id for user_id in found if user_id not in self.authors]
        return allowed or [user_id for user_id in coordinators() if user_id not in self.authors]

    @cached_property
    def reviewers(self) -> list[str]:
        """Ids of who may decide now; empty unless the proposal is with its reviewers."""
        return self.reviewers_at(self.run.reviewers) if self.step and self.run.reviewers else []

    @cached_property
    def standing(self) -> roles.Standing:
        """What the person is to the dataset's organization."""
        return roles.standing_of(self.user.id if self.user else None, self.package.owner_org or "")

    @cached_property
    def person(self) -> Person:
        """What transitions.py asks about the person."""
        user = self.user
        if user is None:
            return Person(user_id="")
        may_coordinate = roles.coordinates(user)
        return Person(
            user_id=user.id,
            sysadmin=bool(user.sysadmin),
            writes=self._writes(),
            administers=self.standing.administers,
            reviews=user.id in self.reviewers or (user.id in self.authors and self._would_review()),
            coordinates=may_coordinate,
            is_author=user.id in self.authors,
            belongs=self.standing.belongs or self.standing.reviews or may_coordinate or self._collaborates(),
        )

    def _would_review(self) -> bool:
        """An author who would be a reviewer of somebody else's proposal."""
        kind = self.run.reviewers if self.step else None
        return (
            (kind == COMMITTEE and self.standing.reviews)
            or (kind == ADMINS and self.standing.role == roles.ADMIN)
            or (kind is not None and roles.coordinates(self.user))
        )

    def _writes(self) -> bool:
        if self.standing.writes:
            return True
        if self.package.owner_org is None:
            return self.package.creator_user_id == self.user.id
        return self._collaborates("editor", "admin")

    def _collaborates(self, *capacities: str) -> bool:
        if not authz.check_config_permission("allow_dataset_collaborators"):
            return False
        wanted = list(capacities) or ["member", "editor", "admin"]
        return bool(authz.user_is_collaborator_on_dataset(self.user.id, self.package.id, wanted))

    @cached_property
    def situation(self) -> Situation:
        """What transitions.py asks about the dataset."""
        run = self.run
        return Situation(
            live=self.live,
            state=run.state if run else None,
            kind=run.kind if run else None,
            has_publish_at=bool(run and run.publish_at),
        )

    @property
    def can(self) -> list[str]:
        """API actions that the person may call now."""
        return [] if self.package.state == "deleted" else possible(self.situation, self.person)


def admins_of(organization: str | None) -> list[str]:
    member = model.Member
    query = (
        model.Session.query(model.User.id)
        .join(member, member.table_id == model.User.id)
        .filter(
            member.group_id == organization,
            member.table_name == "user",
            member.state == "active",
            member.capacity == roles.ADMIN,
            model.User.state == "active",
        )
        .order_by(model.User.name)
    )
    return [user_id for (user_id,) in query]


def user_of(context: Any) -> Any:
    """The account behind an action's context, or None."""
    name = context.get("user")
    return model.User.get(name) if name else None


def open_case(package: Any, user: Any, *, lock: bool = False) -> Case:
    """The case of a dataset (a model.Package), locked when a transition is to follow. Raises NotYetReadable."""
    if lock:
        records.lock_package(package.id)
        known = records.publication(package.id)
        publication = records.lock(package.id, live_of(package, known))
    else:
        publication = records.publication(package.id)
    return Case(package, user, publication, records.open_run(package.id))

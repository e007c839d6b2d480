"""One person of every role, for tests that let all of them try everything."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

import ckanext.gobierno_abierto.workflow as workflow_package
from ckanext.gobierno_abierto.common import clock
from tests.committees.conftest import person
from tests.metadata.api import act
from tests.workflow.conftest import Scene

#: Two steps, so that an approval is not yet a publication.
TWO_STEPS = """
default:
- {name: entidad, title: {es: Entidad, en: Entity}, reviewers: organization_admins, checks: [completeness, tables]}
- {name: comite, title: {es: Comité, en: Committee}, reviewers: committee, checks: [completeness, tables],
   warn_after_days: 10}
"""
#: May wait for their date of publication; the others coordinate.
COORDINATE = ("coordinator", "sysadmin")
PEOPLE = (
    "anonymous", "citizen", "member", "author", "editor", "admin", "reviewer", "colleague", "both", "collaborator",
    "stranger", "coordinator", "sysadmin",
)  # fmt: skip


def cast() -> Scene:
    """An entity, its committee and its people; `both` writes for the one and reviews for the other."""
    committee = factories.Organization(kind="comite")
    org = factories.Organization(committees=[committee["name"]])
    other_org = factories.Organization()
    coordination = factories.Organization()
    tk.config["gobierno_abierto.workflow.coordination"] = coordination["name"]
    people = {
        "citizen": person(),
        "collaborator": person(),
        "member": person(org["id"], "member"),
        "author": person(org["id"], "editor"),
        "editor": person(org["id"], "editor"),
        "admin": person(org["id"], "admin"),
        "reviewer": person(committee["id"], "editor"),
        "colleague": person(committee["id"], "admin"),
        "both": person(org["id"], "admin"),
        "stranger": person(other_org["id"], "admin"),
        "coordinator": person(coordination["id"], "editor"),
        "sysadmin": person(sysadmin=True),
    }
    act("organization_member_create", id=committee["id"], username=people["both"]["name"], role="editor")
    return Scene(org, committee, other_org, people)


def collaborate(scene: Scene, package_id: str) -> None:
    """The collaborator may edit this dataset."""
    tk.get_action("package_collaborator_create")(
        {"ignore_auth": True, "user": scene.people["sysadmin"]["name"]},
        {"id": package_id, "user_id": scene.people["collaborator"]["id"], "capacity": "editor"},
    )


class Clock:
    """A clock that only goes on when it is told to, but for a millisecond at each look."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moment = datetime(2031, 1, 1, tzinfo=timezone.utc)
        original: Any = clock.now
        prefix = workflow_package.__name__.rpartition(".")[0]
        import sys

        for name, module in list(sys.modules.items()):
            if name.startswith(prefix) and getattr(module, "now", None) is original:
                patch.setattr(module, "now", self.now)

    def now(self) -> datetime:
        """The moment, a millisecond later than the one before."""
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def pass_by(self, **span: float) -> None:
        """Time goes on."""
        self.moment += timedelta(**span)

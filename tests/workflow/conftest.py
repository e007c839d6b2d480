"""What the portal tests of the workflow share: an entity with its committee, and people of every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy import text

from ckanext.gobierno_abierto.quality import reports
from tests.committees.conftest import person


def sample(**values: Any) -> dict[str, Any]:
    """A general dataset that the completeness check lets pass."""
    return {
        "type": "dataset",
        "title": "Registro de prueba",
        "notes": "Lo que sea que se registra.",
        "theme": ["GOVE"],
        "license_id": "CC-BY-4.0",
        "frequency": "ANNUAL",
        "access_rights": "PUBLIC",
        "temporal_coverage": [{"start": "2020", "end": "2024"}],
        "spatial_coverage": [{"territory": "02"}],
        "contact": [{"name": "Unidad de datos", "email": "datos@entidad.gob.bo"}],
        "tags": [{"name": "registro"}],
        "resources": [{"name": "Enlace", "url": "https://entidad.gob.bo/datos.csv", "format": "CSV"}],
        **values,
    }


@dataclass
class Scene:
    """An entity, its committee, and one person of each role (as user dicts)."""

    org: dict[str, Any]
    committee: dict[str, Any]
    other_org: dict[str, Any]
    people: dict[str, dict[str, Any]]

    def call(self, action: str, who: str | None, /, **data: Any) -> Any:
        """An action as this person calls it, permissions checked."""
        user = self.people[who]["name"] if who else ""
        return tk.get_action(action)({"user": user, "ignore_auth": False}, data)

    def dataset(self, who: str = "author", **values: Any) -> dict[str, Any]:
        """A new dataset of the entity, complete enough to be sent."""
        return dict(self.call("package_create", who, **sample(**{"owner_org": self.org["id"], **values})))

    def published(self, **values: Any) -> dict[str, Any]:
        """A dataset that went the whole way; as package_show gives it to a visitor."""
        made = self.dataset(**values)
        self.publish(made["id"])
        return dict(self.call("package_show", None, id=made["id"]))

    def publish(self, id: str) -> dict[str, Any]:
        """Send and approve the open proposal."""
        sent = self.call("publication_submit", "author", id=id)
        return dict(self.call("publication_approve", "reviewer", id=id, revision_id=sent["revision_id"]))


#: What a checker would say of a file without a fault.
NOTHING_FOUND = {
    "version": 1,
    "file": {"name": "t.csv", "size": 1, "format": "csv", "extension": "csv", "compressed": False, "encoding": "utf-8",
             "delimiter": ",", "stars": 3},
    "summary": {"errors": 0, "warnings": 0, "suggestions": 0, "passed": 1, "not_applicable": 0, "rows": 1,
                "personal_data": 0, "ok": True},
    "results": [],
    "tables": [],
    "seconds": 0.0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def checked_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checker that needs no time and finds nothing, but where a test is marked `real_gate`."""
    if request.node.get_closest_marker("gated") is None or request.node.get_closest_marker("real_gate"):
        return
    announce = reports.announce

    def announced(subject: str, resource_id: str, package_id: str, content: str, *rest: Any, **options: Any) -> bool:
        if not announce(subject, resource_id, package_id, content, *rest, **options):
            return False
        reports.finish(subject, content, NOTHING_FOUND)
        return True

    monkeypatch.setattr(reports, "announce", announced)


@pytest.fixture
def scene(rolled_back_db: None) -> Scene:
    """The people of the door tests."""
    committee = factories.Organization(kind="comite")
    org = factories.Organization(committees=[committee["name"]])
    other_org = factories.Organization()
    people = {
        "citizen": person(),
        "member": person(org["id"], "member"),
        "author": person(org["id"], "editor"),
        "editor": person(org["id"], "editor"),
        "admin": person(org["id"], "admin"),
        "reviewer": person(committee["id"], "editor"),
        "stranger": person(other_org["id"], "admin"),
        "sysadmin": person(sysadmin=True),
    }
    return Scene(org, committee, other_org, people)


@pytest.fixture
def datastore_tidy() -> Iterator[None]:
    """Whatever the test makes in the DataStore, which no transaction undoes, is dropped.

    It does not ask for the portal's plugins: tests/conftest.py puts them first only where no fixture does.
    """
    before = _relations()
    yield
    with get_write_engine().begin() as connection:
        for name, kind in _relations().items() - before.items():
            what = "VIEW" if kind == "v" else "TABLE"
            connection.execute(text(f'DROP {what} IF EXISTS "{name}" CASCADE'))


def _relations() -> dict[str, str]:
    """Name to kind (`r`, `v`) of the DataStore's tables and views."""
    statement = (
        "SELECT relname, relkind::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
    )
    with get_write_engine().connect() as connection:
        return {row.relname: row.relkind for row in connection.execute(text(statement))}

"""Every door: each registered action and route stands in doors.yaml, and none changes what is public by itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import yaml
from ckan.logic import _actions
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.gobierno_abierto.metadata.interfaces import DATASET_TYPES
from ckanext.gobierno_abierto.quality import jobs
from ckanext.gobierno_abierto.workflow import records, versions
from ckanext.gobierno_abierto.workflow.interfaces import installing
from ckanext.gobierno_abierto.workflow.revisions import normalised
from tests.committees.conftest import person
from tests.workflow.conftest import Scene

pytestmark = [
    pytest.mark.gated,
    pytest.mark.ckan_config("ckan.auth.allow_dataset_collaborators", True),
    pytest.mark.ckan_config("ckan.auth.allow_admin_collaborators", True),
]

DOORS = yaml.safe_load(Path(__file__).with_name("doors.yaml").read_text(encoding="utf-8"))
ROLES = (None, "citizen", "member", "author", "editor", "admin", "reviewer", "coordinator", "collaborator", "stranger",
         "sysadmin")  # fmt: skip
#: What coordinators may change beside a proposal: the owner, and how a file is shown.
COORDINATE = {
    "package_owner_org_update", "resource_view_create", "resource_view_update", "resource_view_delete",
    "resource_view_reorder",
}  # fmt: skip
#: Closed to everybody on a public dataset, whatever their rank.
SHUT = {
    "bulk_update_public", "bulk_update_private", "bulk_update_delete", "package_delete", "member_create",
    "member_delete", "package_relationship_create", "datastore_create", "datastore_upsert", "datastore_delete",
    "datastore_records_delete", "datastore_run_triggers",
}  # fmt: skip
SAVES = {"package_update", "package_patch", "package_revise", "resource_create", "resource_update", "resource_patch"}
WRITERS = {"author", "editor", "admin", "collaborator", "sysadmin"}
#: Who may do what with a proposal that is with the committee.
IN_REVIEW: dict[str, set[str | None]] = {
    "publication_submit": set(),
    "publication_cancel": {"author", "editor", "admin", "collaborator", "sysadmin"},
    "publication_approve": {"reviewer"},
    "publication_request_changes": {"reviewer"},
    "publication_publish": set(),
    "publication_schedule": {"coordinator", "sysadmin"},
    "publication_withdraw": {"coordinator", "sysadmin"},
    "publication_restore": set(),
    "publication_emergency_publish": {"sysadmin"},
}


def test_every_action_is_listed() -> None:
    tk.get_action("package_show")
    listed = [name for names in DOORS["actions"].values() for name in names]
    assert len(listed) == len(set(listed)), "listed twice"
    assert sorted(set(_actions)) == sorted(listed)


def test_what_reads_is_said_to_read() -> None:
    tk.get_action("package_show")
    readers = {name for name, action in _actions.items() if getattr(action, "side_effect_free", False)}
    assert readers == set(DOORS["actions"]["reads"])


def test_every_route_is_listed(app: Any) -> None:
    listed = {*DOORS["routes"]["of_datasets"], *DOORS["routes"]["others"]}
    for kind in DATASET_TYPES:
        listed |= {f"{kind}.{name}" for name in DOORS["routes"]["of_each_kind"]}
        listed |= {f"{kind}_resource.{name}" for name in DOORS["routes"]["of_each_resource"]}
    listed |= {f"resource.{name}" for name in DOORS["routes"]["of_each_resource"]}
    known = {rule.endpoint for rule in app.flask_app.url_map.iter_rules()}
    assert known == listed


class Live:
    """A public dataset with a table, an open proposal on it, and the people of the doors."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scene.people["coordinator"] = person(factories.Organization(name="coordinacion")["id"], "editor")
        scene.people["collaborator"] = person()
        made = scene.dataset(resources=[])
        upload = FileStorage(io.BytesIO(b"a,b\n1,x\n2,y\n"), "tabla.csv")
        resource = scene.call(
            "resource_create", "author", package_id=made["id"], name="Tabla", format="CSV", upload=upload
        )
        jobs.run(resource["id"])
        scene.publish(made["id"])
        self.id, self.resource = made["id"], resource["id"]
        tk.get_action("package_collaborator_create")(
            {"ignore_auth": True, "user": scene.people["sysadmin"]["name"]},
            {"id": self.id, "user_id": scene.people["collaborator"]["id"], "capacity": "editor"},
        )
        with installing():
            self.group = factories.Group()["id"]
            self.other = scene.dataset(title="Otro público")["id"]
        view = model.Session.query(model.ResourceView).filter_by(resource_id=self.resource).first()
        self.view = view.id if view else ""
        self.before = self.now()

    def now(self) -> dict[str, Any]:
        """What anybody gets of it."""
        visitor = self.scene.call
        shown = visitor("package_show", None, id=self.id)
        found = visitor("package_search", None, q=f'id:"{self.id}"')["results"]
        return {
            "dataset": {**normalised(shown), "groups": sorted(group["name"] for group in shown["groups"])},
            "owner": shown["owner_org"],
            "state": (shown["state"], shown["private"]),
            "found": [normalised(one) for one in found],
            "bytes": versions.path_of(records.row("live_file", resource_id=self.resource)).read_bytes(),
            "rows": visitor("datastore_search", None, resource_id=self.resource)["records"],
            "views": sorted(view["title"] for view in visitor("resource_view_list", None, id=self.resource)),
        }

    def attempts(self, name: str) -> list[dict[str, Any]]:
        """What the action is called with."""
        dataset, resource = {"id": self.id}, {"id": self.resource}
        table = {"resource_id": self.resource, "force": True}
        change = {"title": "Cambiado por la puerta", "private": False, "state": "active"}
        new_file = {"upload": FileStorage(io.BytesIO(b"a,b\n9,z\n"), "tabla.csv")}
        special: dict[str, list[dict[str, Any]]] = {
            "package_create": [{"id": self.id, "name": "otro-con-id", "owner_org": self.scene.org["id"], **change}],
            "package_update": [{**dataset, **change, "owner_org": self.scene.org["id"]}],
            "package_patch": [{**dataset, **change}, {**dataset, "private": True}, {**dataset, "state": "deleted"}],
            "package_revise": [{"match": dataset, "update": change}, {"match": dataset, "filter": ["-resources__0"]}],
            "package_resource_reorder": [{**dataset, "order": [self.resource]}],
            "resource_create": [{"package_id": self.id, "name": "Otro", "url": "https://x.gob.bo/a.csv", **new_file}],
            "resource_update": [{**resource, "name": "Otro", **new_file}],
            "resource_patch": [{**resource, "description": "Otra", **new_file}],
            "member_create": [{"id": self.group, "object": self.id, "object_type": "package", "capacity": "public"}],
            "member_delete": [{"id": self.scene.org["id"], "object": self.id, "object_type": "package"}],
            "package_owner_org_update": [{**dataset, "organization_id": self.scene.other_org["id"]}],
            "datastore_create": [
                {**table, "fields": [{"id": "a", "type": "text"}], "records": [{"a": "9"}]},
                {"resource": {"package_id": self.id}, "fields": [{"id": "a", "type": "text"}]},
            ],
            "datastore_upsert": [{**table, "method": "insert", "records": [{"a": 9, "b": "z"}]}],
            "datastore_delete": [table, {**table, "filters": {"a": 1}}],
            "datastore_records_delete": [{**table, "filters": {"a": 1}}, {**table, "filters": {}}],
            "datastore_run_triggers": [table],
            "resource_view_create": [{"resource_id": self.resource, "title": "Otra", "view_type": "text_view"}],
            "resource_view_update": [{"id": self.view, "resource_id": self.resource, "title": "Otra"}],
            "resource_view_delete": [{"id": self.view}],
            "resource_view_reorder": [{**resource, "order": [self.view]}],
        }
        relation = {"subject": self.id, "object": self.other, "type": "links_to"}
        if name.startswith("package_relationship"):
            return [relation]
        if name.startswith("bulk_update"):
            return [{"datasets": [self.id], "org_id": self.scene.org["id"]}]
        if name.startswith("group_member"):
            return [{"id": self.group, "username": self.scene.people["author"]["name"], "role": "admin"}]
        return special.get(name, [dataset, resource, {"resource_id": self.resource}])


@pytest.fixture
def live(scene: Scene, app: Any, monkeypatch: pytest.MonkeyPatch, ckan_config: Any) -> Live:
    """The public dataset; jobs stay where they are."""
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    monkeypatch.setitem(ckan_config, "gobierno_abierto.workflow.coordination", "coordinacion")
    return Live(scene)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside, commits included, is undone: each attempt begins at the same place."""
    connection = model.Session.get_bind()
    model.Session.remove()
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        model.Session.remove()
        savepoint.rollback()


def through(live: Live, role: str | None, name: str, data: dict[str, Any]) -> str:
    """`ok`, or the class of the refusal."""
    try:
        live.scene.call(name, role, **data)
        return "ok"
    except Exception as error:
        return type(error).__name__


def attempt(live: Live, role: str | None, name: str) -> list[str]:
    """The answers to every attempt at a door; what is public is the same after each."""
    answers = []
    for data in live.attempts(name):
        with undone():
            answers.append(through(live, role, name, data))
            assert live.now() == live.before, f"{name}({data}) by {role} changed the public dataset"
    return answers


def test_no_door_changes_what_is_public(live: Live, record_property: Callable[[str, object], None]) -> None:
    """Roles x doors: who may not is refused, who may makes a proposal, and the public dataset is the same."""
    count, wrong = 0, []
    for role in ROLES:
        for name in (*DOORS["actions"]["proposes"], *DOORS["actions"]["closed"]):
            if name in COORDINATE and role in ("coordinator", "sysadmin"):
                continue
            answers = attempt(live, role, name)
            count += len(answers)
            if "ok" in answers and name in SHUT:
                wrong.append(f"{name} by {role}: {answers}")
            if name in SAVES and ("ok" in answers) != (role in WRITERS):
                wrong.append(f"{name} by {role}: {answers}")
    record_property("attempts", count)
    assert count > 400
    assert not wrong, "\n".join(wrong)


def test_the_end_of_things_is_for_sysadmins(live: Live) -> None:
    for role in ROLES:
        for name in DOORS["actions"]["administers"]:
            target = {"dataset": live.id, "organization": live.scene.org["id"], "group": live.group}[name.split("_")[0]]
            if name.startswith("organization") or role != "sysadmin":
                with undone():
                    answer = through(live, role, name, {"id": target})
                    assert answer != "ok" or name.startswith("group"), f"{name} by {role}"
                    assert live.now() == live.before, f"{name} by {role}"


def test_who_moves_a_proposal(live: Live) -> None:
    """A proposal that is with the committee."""
    live.scene.call("package_patch", "author", id=live.id, title="Propuesto")
    sent = live.scene.call("publication_submit", "author", id=live.id)
    data = {"id": live.id, "revision_id": sent["revision_id"], "note": "x", "reason": "x", "publish_at": "2099-01-01"}
    wrong = []
    for name, allowed in IN_REVIEW.items():
        for role in ROLES:
            with undone():
                answer = through(live, role, name, data)
                if (answer == "ok") != (role in allowed):
                    wrong.append(f"{name} by {role}: {answer}")
    assert not wrong, "\n".join(wrong)

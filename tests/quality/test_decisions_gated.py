"""With the publication workflow: what is masked is proposed, what is declared is judged before anything is public."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.quality import reports
from ckanext.gobierno_abierto.quality.decisions import bases
from ckanext.gobierno_abierto.workflow import checks
from tests.files import samples as s
from tests.quality.deciding import BASIS, body_of, checked, decisions, said, secret_free, uploaded
from tests.quality.people import CSV, KINDS
from tests.workflow.browsing import Visit, faults
from tests.workflow.browsing import text_of as text_in
from tests.workflow.cast import PEOPLE, cast, collaborate
from tests.workflow.conftest import Scene

pytestmark = [
    pytest.mark.gated,
    pytest.mark.ckan_config("ckan.locale_default", "es"),
    pytest.mark.ckan_config("ckan.auth.allow_dataset_collaborators", True),
]
CLEAN = b"municipio,monto\nOruro,1\nTarija,2\nTrinidad,5\n"
DEED = {"column": "carnet", "kind": "cedula"}
ALL = dict.fromkeys(KINDS, "drop")
WRITERS = {"author", "editor", "admin", "both", "sysadmin", "collaborator"}
ALLOWED = {
    "quality_personal_data_show": {*WRITERS, "member", "reviewer", "colleague", "coordinator"},
    "quality_personal_data_mask": WRITERS,
    "quality_personal_data_declare": WRITERS,
    "quality_personal_data_undeclare": WRITERS,
    "quality_personal_data_decide": {"reviewer", "colleague", "coordinator", "sysadmin"},
}


@pytest.fixture
def scene(rolled_back_db: None, storage: Path, queued: list[str], monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The people; nobody waits for tables to be loaded."""
    monkeypatch.setitem(checks.CHECKS, "tables", lambda _proposal: [])
    return cast()


@pytest.fixture
def draft(scene: Scene) -> dict[str, Any]:
    """A dataset that was never published, with people's data in its file."""
    made = scene.dataset(resources=[])
    collaborate(scene, made["id"])
    return {**made, "file": uploaded(scene, made["id"])}


@pytest.fixture
def proposed(scene: Scene) -> dict[str, Any]:
    """A published dataset whose clean file is to be replaced by one with people's data."""
    made = scene.dataset(resources=[])
    collaborate(scene, made["id"])
    file = uploaded(scene, made["id"], body=CLEAN)
    scene.publish(made["id"])
    scene.call("resource_patch", "author", id=file["id"], upload=s.sent("padron.csv", CSV))
    return {**made, "file": file, "subject": checked(file["id"])}


def waiting(resource_id: str) -> bytes:
    """The file of the proposal."""
    row = next(row for row in reports.of_resource(resource_id) if row.subject != resource_id)
    return (Path(tk.config["ckan.storage_path"]) / row.source["path"]).read_bytes()


def test_the_proposed_file_is_what_is_decided_on(scene: Scene, proposed: dict[str, Any]) -> None:
    answer = said(scene, proposed["file"]["id"])
    assert (answer["subject"], answer["proposed"], answer["blocking"]) == (proposed["subject"], True, True)
    assert said(scene, proposed["file"]["id"], version=proposed["file"]["id"])["columns"] == []


def test_what_is_masked_is_proposed(scene: Scene, proposed: dict[str, Any]) -> None:
    resource_id = proposed["file"]["id"]
    done = scene.call("quality_personal_data_mask", "editor", id=resource_id, treatments=ALL)
    assert done["resource"]["publication"]["status"] == "borrador"
    assert body_of(resource_id) == CLEAN
    assert waiting(resource_id).startswith(b"municipio,monto\n") and secret_free(waiting(resource_id).decode())
    assert secret_free(scene.call("resource_show", None, id=resource_id), done)
    assert checked(resource_id) != proposed["subject"]
    answer = said(scene, resource_id)
    assert (answer["columns"], answer["proposed"], answer["blocking"]) == ([], True, False)
    entry = audit.rows(package_id=proposed["id"], actions=["ocultar_datos"])[0]
    assert entry.details["subject"] == proposed["subject"] and secret_free([row.as_dict() for row in audit.rows()])
    assert audit.verify().ok


def test_a_file_that_waits_no_more_is_not_masked(scene: Scene, proposed: dict[str, Any]) -> None:
    resource_id = proposed["file"]["id"]
    for version in (resource_id, proposed["subject"]):
        scene.call(
            "quality_personal_data_mask", "editor", id=resource_id, treatments=ALL
        ) if version != resource_id else 0
        with pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
            scene.call("quality_personal_data_mask", "editor", id=resource_id, treatments=ALL, version=version)
    assert body_of(resource_id) == CLEAN and secret_free(waiting(resource_id).decode())


def test_a_resource_that_only_the_proposal_has(scene: Scene) -> None:
    made = scene.dataset(resources=[])
    uploaded(scene, made["id"], body=CLEAN)
    scene.publish(made["id"])
    added = scene.call("resource_create", "author", package_id=made["id"], name="Padrón", upload=s.sent("p.csv", CSV))
    checked(added["id"])
    assert said(scene, added["id"], "reviewer")["blocking"] is True
    scene.call("quality_personal_data_declare", "author", id=added["id"], basis=BASIS, **DEED)
    scene.call("quality_personal_data_mask", "author", id=added["id"], treatments={"nombre completo": "drop"})
    checked(added["id"])
    assert decisions(said(scene, added["id"])) == {"carnet": "declared", "fecha de nacimiento": "none"}
    with pytest.raises(tk.NotAuthorized):
        said(scene, added["id"], "stranger")


def test_a_basis_must_be_declared_before_it_is_sent_and_accepted_before_it_is_public(
    scene: Scene, draft: dict[str, Any]
) -> None:
    resource_id = draft["file"]["id"]
    with pytest.raises(tk.ValidationError, match="carnet"):
        scene.call("publication_submit", "author", id=draft["id"])
    scene.call("quality_personal_data_mask", "author", id=resource_id, treatments={"nombre completo": "drop"})
    checked(resource_id)
    for column in ("carnet", "fecha de nacimiento"):
        given = {"id": resource_id, "column": column, "kind": KINDS[column]}
        scene.call("quality_personal_data_declare", "author", **given, basis=BASIS)
    sent = scene.call("publication_submit", "author", id=draft["id"])
    asked = {"id": draft["id"], "revision_id": sent["revision_id"]}
    with pytest.raises(tk.ValidationError):
        scene.call("publication_approve", "reviewer", **asked)
    for column in ("carnet", "fecha de nacimiento"):
        given = {"id": resource_id, "column": column, "kind": KINDS[column], "accepted": True}
        scene.call("quality_personal_data_decide", "reviewer", **given)
    assert scene.call("publication_approve", "reviewer", **asked)["live"] == "publicado"
    assert {row.accepted for row in bases.of_resource(resource_id)} == {True}
    assert BASIS not in str(scene.call("package_show", None, id=draft["id"]))


@pytest.mark.parametrize("state", ["draft", "proposed"])
@pytest.mark.parametrize("action", ALLOWED)
def test_who_may(request: pytest.FixtureRequest, scene: Scene, action: str, state: str) -> None:
    made = request.getfixturevalue(state)
    given: dict[str, Any] = {"id": made["file"]["id"], **DEED, "basis": BASIS, "accepted": True}
    given["treatments"] = {"carnet": "drop"}
    for who in sorted(PEOPLE, key=lambda one: one in ALLOWED[action]):
        if not action.endswith("_declare"):
            bases.declare(made["id"], made["file"]["id"], **DEED, basis=BASIS, user_id=scene.people["author"]["id"])
        if who in ALLOWED[action]:
            assert scene.call(action, who, **given), who
            if action.endswith("_mask"):
                # The file holds nothing more: of the others only the permission is asked.
                break
            if action.endswith("_decide"):
                bases.withdraw(made["file"]["id"], **DEED)
        else:
            with pytest.raises(tk.NotAuthorized):
                scene.call(action, None if who == "anonymous" else who, **given)
    for who in ALLOWED[action]:
        assert tk.check_access(action, {"user": scene.people[who]["name"]}, given), who


@pytest.mark.parametrize("state,outside", [("draft", 404), ("proposed", 403)])
def test_who_sees_the_page(request: pytest.FixtureRequest, scene: Scene, app: Any, state: str, outside: int) -> None:
    made, visit = request.getfixturevalue(state), Visit(scene, app)
    path = f"/dataset/{made['name']}/resource/{made['file']['id']}/datos-personales"
    sent: dict[str, Any] = {"do": "treat", "column-0": "carnet", "kind-0": "cedula", "table-0": "", "choice-0": "drop"}
    assert app.get(path, follow_redirects=False).status_code == 302
    for who in PEOPLE[1:]:
        inside = who in ALLOWED["quality_personal_data_show"]
        body = visit.get(path, who, 200 if inside else outside)
        assert secret_free(body) and ("carnet" in body) == inside
        if inside:
            assert faults(body) == []
            assert ("Archivo de la propuesta" in text_in(body)) == (state == "proposed")
        if who not in WRITERS:
            visit.post(path, who, 403 if inside else outside, **sent)
    visit.post(path, "author", **sent)

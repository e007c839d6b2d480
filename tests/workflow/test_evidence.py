"""A proposal's files go through the quality gate before anybody can make them public."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.gobierno_abierto.quality import gate, jobs, reports
from ckanext.gobierno_abierto.workflow import maintenance, tables
from tests.metadata.api import act
from tests.quality.test_gate import FAULTY, GOOD, PEOPLE
from tests.workflow.conftest import Scene

pytestmark = [pytest.mark.gated, pytest.mark.real_gate, pytest.mark.usefixtures("datastore_tidy")]
OUTSIDERS = (None, "citizen", "stranger")


def upload(body: bytes) -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(body), "tabla.csv")


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Contents that were queued for their check; the tests do the work."""
    found: list[str] = []
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    monkeypatch.setattr(jobs, "enqueue", found.append)
    return found


def work(queued: list[str]) -> None:
    """The worker takes what was queued."""
    while queued:
        gate.run(queued.pop(0))
    tables.resume()


@pytest.fixture
def drafted(scene: Scene, queued: list[str]) -> dict[str, Any]:
    """A draft with one file."""
    made = scene.dataset(resources=[])
    scene.call("resource_create", "author", package_id=made["id"], name="Tabla", upload=upload(GOOD), format="CSV")
    return dict(scene.call("package_show", "author", id=made["id"]))


@pytest.fixture
def published(scene: Scene, drafted: dict[str, Any], queued: list[str]) -> dict[str, Any]:
    """It went the whole way."""
    work(queued)
    scene.publish(drafted["id"])
    return dict(scene.call("package_show", None, id=drafted["id"]))


def findings(scene: Scene, id: str, who: str = "author") -> dict[str, str]:
    """Message to when it blocks, of the two checks."""
    found = scene.call("publication_check", who, id=id)
    return {one["message"]: one["blocks"] for one in found if one["check"] in ("quality", "personal_data")}


def report(scene: Scene, who: str | None, resource_id: str, **data: Any) -> dict[str, Any]:
    return dict(scene.call("quality_report_show", who, id=resource_id, **data))


def test_an_approval_waits_for_the_check(scene: Scene, drafted: dict[str, Any], queued: list[str]) -> None:
    assert queued == [drafted["resources"][0]["id"]]
    sent = scene.call("publication_submit", "author", id=drafted["id"])
    with pytest.raises(tk.ValidationError, match="todavía se está revisando"):
        scene.call("publication_approve", "reviewer", id=drafted["id"], revision_id=sent["revision_id"])
    work(queued)
    scene.call("publication_approve", "reviewer", id=drafted["id"], revision_id=sent["revision_id"])
    assert report(scene, None, drafted["resources"][0]["id"])["state"] == "done"


def test_faults_are_evidence(scene: Scene, published: dict[str, Any], queued: list[str]) -> None:
    scene.call("resource_patch", "author", id=published["resources"][0]["id"], upload=upload(FAULTY))
    work(queued)
    found = findings(scene, published["id"])
    assert set(found.values()) == {"never"} and any("1 caso" in message for message in found)
    scene.publish(published["id"])


def test_what_waits_is_the_insiders_and_what_is_live_everybodys(
    scene: Scene, published: dict[str, Any], queued: list[str]
) -> None:
    resource_id = published["resources"][0]["id"]
    before = report(scene, None, resource_id)
    scene.call("resource_patch", "author", id=resource_id, upload=upload(FAULTY))
    assert len(queued) == 1 and queued != [resource_id]
    subject = queued[0]
    work(queued)
    model.Session.expire_all()
    for who in OUTSIDERS:
        assert report(scene, who, resource_id) == before
        with pytest.raises((tk.ObjectNotFound, tk.NotAuthorized)):
            report(scene, who, resource_id, version=subject)
    for who in ("author", "editor", "member", "reviewer", "sysadmin"):
        shown = report(scene, who, resource_id)
        assert (shown["subject"], shown["proposed"]) == (subject, True)
        assert shown["report"]["summary"]["rows"] == 4
        assert report(scene, who, resource_id, version=resource_id)["report"] == before["report"]


def test_a_published_content_keeps_its_report(scene: Scene, published: dict[str, Any], queued: list[str]) -> None:
    resource_id = published["resources"][0]["id"]
    scene.call("resource_patch", "author", id=resource_id, upload=upload(GOOD + b"Tarija,7\n"))
    subject = queued[0]
    work(queued)
    proposed = report(scene, "author", resource_id)["report"]
    scene.publish(published["id"])
    shown = report(scene, "author", resource_id)
    assert (shown["subject"], shown["state"], shown["report"]) == (resource_id, "done", proposed)
    assert reports.report_of(subject) is None and len(shown["versions"]) == 1
    # The save that published it queued it too: the worker finds nothing to do.
    finished = shown["finished"]
    work(queued)
    assert report(scene, "author", resource_id)["finished"] == finished


def test_a_proposal_that_is_over_leaves_no_report(scene: Scene, published: dict[str, Any], queued: list[str]) -> None:
    resource_id = published["resources"][0]["id"]
    scene.call("resource_patch", "author", id=resource_id, upload=upload(FAULTY))
    subject = queued[0]
    assert tables.sweep() == 0 and reports.report_of(subject) is not None
    scene.call("publication_cancel", "author", id=published["id"], discard=True)
    list(maintenance.run_scheduled())
    assert reports.report_of(subject) is None and reports.report_of(resource_id) is not None
    work([subject])


def test_a_new_link_of_a_proposal_is_asked_once(
    scene: Scene, published: dict[str, Any], queued: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def download(url: str, target: Any, limit: int) -> int:
        asked.append(url)
        return int(target.write(GOOD))

    monkeypatch.setattr(gate, "download", download)
    link = "https://entidad.gob.bo/otra.csv"
    made = scene.call("resource_create", "author", package_id=published["id"], name="Otra", url=link, format="CSV")
    scene.call("package_patch", "author", id=published["id"], notes="Otra descripción.")
    assert len(queued) == 1
    work(queued)
    assert asked == [link]
    for who in OUTSIDERS:
        with pytest.raises((tk.ObjectNotFound, tk.NotAuthorized)):
            report(scene, who, made["id"])
    assert report(scene, "author", made["id"])["state"] == "done"
    scene.publish(published["id"])
    assert report(scene, None, made["id"])["state"] == "done"


def test_personal_data_stop_the_submission_until_they_are_justified(
    scene: Scene, drafted: dict[str, Any], queued: list[str]
) -> None:
    """Declared by the officer, accepted by a reviewer, never by the one who declared."""
    id, resource_id = drafted["id"], drafted["resources"][0]["id"]
    scene.call("resource_patch", "author", id=resource_id, upload=upload(PEOPLE))
    work(queued)
    found = findings(scene, id)
    assert sum(blocks == "submission" for blocks in found.values()) >= 2
    with pytest.raises(tk.ValidationError, match="datos personales"):
        scene.call("publication_submit", "author", id=id)
    for finding in report(scene, "author", resource_id)["report"]["tables"][0]["personal_data"]:
        scene.call(
            "quality_personal_data_declare", "author", id=resource_id, column=finding["column"], kind=finding["kind"],
            basis="La nómina de beneficiarios es pública por la Ley 341.",
        )  # fmt: skip
    assert set(findings(scene, id).values()) <= {"approval", "never"}
    sent = scene.call("publication_submit", "author", id=id)
    with pytest.raises(tk.ValidationError, match="base legal"):
        scene.call("publication_approve", "reviewer", id=id, revision_id=sent["revision_id"])
    for basis in report(scene, "reviewer", resource_id)["bases"]:
        scene.call(
            "quality_personal_data_decide", "reviewer", id=resource_id, column=basis["column"], kind=basis["kind"],
            accepted=True,
        )  # fmt: skip
    scene.call("publication_approve", "reviewer", id=id, revision_id=sent["revision_id"])
    # Next month's file has the same columns: nothing is asked again.
    scene.call("resource_patch", "author", id=resource_id, upload=upload(PEOPLE + b"\n"))
    work(queued)
    assert not {"submission", "approval"} & set(findings(scene, id).values())


def test_a_masked_file_goes_on(scene: Scene, drafted: dict[str, Any], queued: list[str]) -> None:
    id, resource_id = drafted["id"], drafted["resources"][0]["id"]
    scene.call("resource_patch", "author", id=resource_id, upload=upload(PEOPLE))
    work(queued)
    kinds = {
        one["kind"]: one["column"]
        for one in report(scene, "author", resource_id)["report"]["tables"][0]["personal_data"]
    }
    wanted = {"cedula": "hash", "nombre_persona": "drop", "fecha_nacimiento": "generalise"}
    treatments = {column: wanted[kind] for kind, column in kinds.items()}
    scene.call("quality_personal_data_mask", "author", id=resource_id, treatments=treatments)
    work(queued)
    assert findings(scene, id) == {} or set(findings(scene, id).values()) == {"never"}
    scene.publish(id)
    assert report(scene, None, resource_id)["report"]["summary"]["personal_data"] == 0


def test_who_uploaded_the_file_decides_about_no_basis(scene: Scene, drafted: dict[str, Any], queued: list[str]) -> None:
    """Somebody who writes for the entity and reviews it too, as small committees have."""
    act("organization_member_create", id=scene.committee["id"], username=scene.people["editor"]["name"], role="editor")
    resource_id = drafted["resources"][0]["id"]
    scene.call("resource_patch", "editor", id=resource_id, upload=upload(PEOPLE))
    work(queued)
    assert reports.report_of(resource_id).source["uploaded_by"] == scene.people["editor"]["name"]
    (basis, *_rest) = report(scene, "author", resource_id)["report"]["tables"][0]["personal_data"]
    named = {"id": resource_id, "column": basis["column"], "kind": basis["kind"]}
    scene.call("quality_personal_data_declare", "author", basis="La nómina es pública por la Ley 341.", **named)
    with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
        scene.call("quality_personal_data_decide", "editor", accepted=True, **named)
    scene.call("quality_personal_data_decide", "reviewer", accepted=True, **named)


def test_an_earlier_file_of_a_proposal_is_forgotten(scene: Scene, published: dict[str, Any], queued: list[str]) -> None:
    """Its check may end after the newer one's: nobody must take it for what is proposed."""
    resource_id = published["resources"][0]["id"]
    scene.call("resource_patch", "author", id=resource_id, upload=upload(FAULTY))
    first = queued[0]
    scene.call("resource_patch", "author", id=resource_id, upload=upload(GOOD + b"Beni,1\n"))
    assert reports.report_of(first) is None
    work(queued)
    shown = report(scene, "author", resource_id)
    assert shown["subject"] != first and shown["report"]["summary"]["rows"] == 3
    assert reports.report_of(shown["subject"]).source["uploaded_by"] == scene.people["author"]["id"]

"""Masking, declaring and judging: what each does, who may, and that nothing of anybody gets out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.quality import reports
from ckanext.gobierno_abierto.quality.decisions import actions, bases
from tests.files import samples as s
from tests.quality.deciding import (
    BASIS,
    DEED,
    body_of,
    checked,
    decisions,
    declare,
    fault,
    judge,
    logged,
    mask,
    said,
    secret_free,
    uploaded,
)
from tests.quality.people import CARDS, CSV, HEADING, KINDS, ROWS, text_of
from tests.workflow.cast import PEOPLE, cast, collaborate
from tests.workflow.conftest import Scene, sample

pytestmark = [
    pytest.mark.portal,
    pytest.mark.ckan_config("ckan.locale_default", "es"),
    pytest.mark.ckan_config("ckan.auth.allow_dataset_collaborators", True),
]
WRITERS = {"author", "editor", "admin", "both", "sysadmin", "collaborator"}


@pytest.fixture
def scene(rolled_back_db: None, storage: Path, queued: list[str]) -> Scene:
    return cast()


@pytest.fixture
def package(scene: Scene) -> dict[str, Any]:
    """A dataset without files, which the collaborator may edit."""
    made = scene.call("package_create", "author", **sample(owner_org=scene.org["id"], resources=[], private=False))
    collaborate(scene, made["id"])
    return dict(made)


@pytest.fixture
def made(scene: Scene, package: dict[str, Any]) -> dict[str, Any]:
    return uploaded(scene, package["id"])


# What is answered.


def test_what_was_found(scene: Scene, made: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = said(scene, made["id"])
    assert {one["column"]: one["kind"] for one in answer["columns"]} == KINDS
    assert set(decisions(answer).values()) == {"none"}
    card = answer["columns"][0]
    assert card["treatments"] == ["drop", "hash", "generalise"] and card["basis"] is None
    assert len(card["masked_samples"]) == 3 and card["evidence"][0]["text"]["es"]
    assert (answer["blocking"], answer["pending"], answer["state"], answer["proposed"]) == (True, False, "done", False)
    assert answer["file"] == {"name": "padron.csv", "format": "csv", "rewritten": True, "why_not": ""}
    assert answer["can"] == ["mask", "declare"]
    assert secret_free(answer, caplog.text)


def test_before_the_check_nothing_is_known(scene: Scene, package: dict[str, Any]) -> None:
    made = scene.call("resource_create", "author", package_id=package["id"], upload=s.sent("padron.csv", CSV))
    answer = said(scene, made["id"])
    assert (answer["state"], answer["columns"], answer["blocking"]) == ("waiting", [], False)
    for call in (declare, mask):
        with pytest.raises(tk.ValidationError, match="informe terminado"):
            call(scene, made["id"])


@pytest.mark.parametrize("missing", ["no-existe", "\x00", ""])
@pytest.mark.parametrize("name", ["show", "mask", "declare", "undeclare", "decide"])
def test_what_does_not_exist(scene: Scene, missing: str, name: str) -> None:
    with pytest.raises(tk.ObjectNotFound):
        scene.call(f"quality_personal_data_{name}", "sysadmin", id=missing, **DEED)


def test_a_version_that_is_not_the_resources(scene: Scene, package: dict[str, Any], made: dict[str, Any]) -> None:
    other = uploaded(scene, package["id"])
    for version in (other["id"], "no-existe"):
        with pytest.raises(tk.ObjectNotFound, match="versión"):
            said(scene, made["id"], version=version)
    assert said(scene, made["id"], version=made["id"])["subject"] == made["id"]


# Who may.

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "show": ("quality_personal_data_show", {}),
    "mask": ("quality_personal_data_mask", {"treatments": {"carnet": "drop"}}),
    "declare": ("quality_personal_data_declare", {**DEED, "basis": BASIS}),
    "undeclare": ("quality_personal_data_undeclare", DEED),
    "decide": ("quality_personal_data_decide", {**DEED, "accepted": True}),
}
#: Of each action, who is let in; the declarer is `author`, who uploaded the file too.
ALLOWED = {
    "show": {*WRITERS, "member", "reviewer", "colleague", "coordinator"},
    "mask": WRITERS,
    "declare": WRITERS,
    "undeclare": WRITERS,
    "decide": {"reviewer", "colleague", "coordinator", "sysadmin"},
}


@pytest.mark.parametrize("deed", CALLS)
def test_who_may(scene: Scene, package: dict[str, Any], made: dict[str, Any], deed: str) -> None:
    action, given = CALLS[deed]
    for who in sorted(PEOPLE, key=lambda one: one in ALLOWED[deed]):
        if deed != "declare":
            by = scene.people["author"]["id"]
            bases.declare(package["id"], made["id"], **DEED, basis=BASIS, user_id=by)
            model.Session.commit()
        if who not in ALLOWED[deed]:
            with pytest.raises(tk.NotAuthorized) as refused:
                scene.call(action, None if who == "anonymous" else who, id=made["id"], **given)
            assert secret_free(str(refused.value)) and body_of(made["id"]) == CSV
            assert len(bases.of_resource(made["id"])) == (deed != "declare")
            continue
        assert scene.call(action, who, id=made["id"], **given), who
        if deed == "decide":
            bases.withdraw(made["id"], **DEED)
        if deed == "mask":
            scene.call("resource_patch", "author", id=made["id"], upload=s.sent("padron.csv", CSV))
            checked(made["id"])


def test_can_says_what_may_be_done(scene: Scene, made: dict[str, Any]) -> None:
    found = {who: set(said(scene, made["id"], who)["can"]) for who in ALLOWED["show"]}
    for who, can in found.items():
        assert can == {deed for deed in ("mask", "declare", "decide") if who in ALLOWED[deed]}, who


@pytest.mark.ckan_config("ckan.auth.create_unowned_dataset", False)
def test_a_dataset_of_nobody(scene: Scene, package: dict[str, Any], made: dict[str, Any]) -> None:
    """CKAN lets editors of any organization change it; only the coordinators judge."""
    model.Package.get(package["id"]).owner_org = None
    model.Session.commit()
    assert said(scene, made["id"], "coordinator")["can"] == ["mask", "declare", "decide"]
    assert said(scene, made["id"], "reviewer")["can"] == ["mask", "declare"]
    assert len(actions.secret_of(model.Package.get(package["id"]))) == 32
    for who in ("citizen", "member"):
        with pytest.raises(tk.NotAuthorized):
            said(scene, made["id"], who)


# Legal bases.


def test_a_basis_is_declared_and_accepted(scene: Scene, package: dict[str, Any], made: dict[str, Any]) -> None:
    answer = declare(scene, made["id"], basis=f"  {BASIS}\r\nAnexo.\x00\ud800 ")
    assert decisions(answer)["carnet"] == "declared" and (answer["blocking"], answer["pending"]) == (True, True)
    basis = answer["columns"][0]["basis"]
    assert (basis["basis"], basis["declared_by"]) == (f"{BASIS}\nAnexo.?", scene.people["author"]["name"])
    assert (basis["accepted"], basis["decided_by"], basis["note"]) == (None, None, "")
    answer = judge(scene, made["id"], declared_at=basis["declared_at"])
    basis = answer["columns"][0]["basis"]
    assert decisions(answer)["carnet"] == "accepted" and basis["decided_by"] == scene.people["reviewer"]["name"]
    assert (basis["note"], answer["pending"]) == ("Revisado.", False)
    assert [row.action for row in logged(package["id"])] == ["aceptar_base", "declarar_base"]
    expected = {"resource_id": made["id"], **DEED}
    assert [row.details for row in logged(package["id"])] == [expected, expected]
    assert secret_free([row.as_dict() for row in audit.rows()]) and audit.verify().ok
    assert BASIS not in str([row.as_dict() for row in audit.rows()])


@pytest.mark.parametrize("length,good", [(0, False), (19, False), (20, True), (2000, True), (2001, False)])
def test_how_long_a_basis_is(scene: Scene, made: dict[str, Any], length: int, good: bool) -> None:
    if good:
        assert declare(scene, made["id"], basis="ñ" * length)
        return
    with pytest.raises(tk.ValidationError) as refused:
        declare(scene, made["id"], basis=" " * 30 + "ñ" * length)
    assert str(length) in fault(refused) and bases.of_resource(made["id"]) == []


@pytest.mark.parametrize("given", [{"column": "monto"}, {"kind": "telefono"}, {"column": ""}, {"kind": "\x00"}])
def test_a_basis_is_for_what_was_found(scene: Scene, made: dict[str, Any], given: dict[str, str]) -> None:
    with pytest.raises(tk.ValidationError, match="no señaló"):
        declare(scene, made["id"], **given)


def test_a_refused_basis_is_replaced_an_accepted_one_withdrawn_first(scene: Scene, made: dict[str, Any]) -> None:
    declare(scene, made["id"])
    answer = judge(scene, made["id"], accepted="false", note="Esa ley no lo manda.")
    assert decisions(answer)["carnet"] == "refused" and answer["blocking"] is True
    answer = declare(scene, made["id"], "editor", basis=f"{BASIS} Otra.")
    basis = answer["columns"][0]["basis"]
    assert (basis["accepted"], basis["note"], basis["declared_by"]) == (None, "", scene.people["editor"]["name"])
    judge(scene, made["id"])
    with pytest.raises(tk.ValidationError, match="ya fue aceptada") as refused:
        declare(scene, made["id"])
    assert refused.value.portal_status == 409  # type: ignore[attr-defined]
    answer = scene.call("quality_personal_data_undeclare", "admin", id=made["id"], **DEED)
    assert decisions(answer)["carnet"] == "none" and answer["bases"] == []
    with pytest.raises(tk.ObjectNotFound):
        scene.call("quality_personal_data_undeclare", "admin", id=made["id"], **DEED)


def test_a_decision_can_be_taken_back(scene: Scene, made: dict[str, Any]) -> None:
    declare(scene, made["id"])
    judge(scene, made["id"])
    assert decisions(judge(scene, made["id"], "colleague", False))["carnet"] == "refused"
    assert decisions(judge(scene, made["id"], "coordinator", True, note=""))["carnet"] == "accepted"


@pytest.mark.parametrize(
    "accepted,note", [(False, ""), (False, " \n"), ("no", ""), (True, "x" * 2001), ("quizás", "x")]
)
def test_a_refusal_says_why(scene: Scene, made: dict[str, Any], accepted: Any, note: str) -> None:
    declare(scene, made["id"])
    with pytest.raises((tk.ValidationError, ValueError)):
        judge(scene, made["id"], accepted=accepted, note=note)
    assert bases.of_resource(made["id"])[0].accepted is None


def test_a_basis_that_changed_meanwhile_is_not_judged(scene: Scene, made: dict[str, Any]) -> None:
    read = declare(scene, made["id"])["columns"][0]["basis"]["declared_at"]
    declare(scene, made["id"], basis=f"{BASIS} Otra cosa.")
    with pytest.raises(tk.ValidationError, match="cambió después"):
        judge(scene, made["id"], declared_at=read)


@pytest.mark.parametrize("who", ["sysadmin", "collaborator"])
def test_four_eyes(scene: Scene, made: dict[str, Any], who: str) -> None:
    declare(scene, made["id"], who)
    with pytest.raises(tk.NotAuthorized):
        judge(scene, made["id"], who)
    assert decisions(judge(scene, made["id"]))["carnet"] == "accepted"


@pytest.mark.parametrize("who", ["reviewer", "sysadmin", "coordinator"])
def test_who_uploaded_the_file_does_not_judge(scene: Scene, made: dict[str, Any], who: str) -> None:
    declare(scene, made["id"])
    row = reports.report_of(made["id"])
    source = {**row.source, "uploaded_by": scene.people[who]["id"]}
    reports.announce(row.subject, row.resource_id, row.package_id, row.content, source, again=True)
    reports.finish(row.subject, row.content, row.report)
    model.Session.commit()
    with pytest.raises(tk.NotAuthorized, match="subió el archivo"):
        judge(scene, made["id"], who)
    assert "decide" not in said(scene, made["id"], who)["can"]
    assert decisions(judge(scene, made["id"], "colleague"))["carnet"] == "accepted"


def test_a_basis_holds_for_later_files_of_that_column_and_kind(scene: Scene, made: dict[str, Any]) -> None:
    declare(scene, made["id"])
    judge(scene, made["id"])
    later = text_of(
        [list(HEADING), *[[card.replace("2", "3", 1), *row[1:]] for card, row in zip(CARDS, ROWS, strict=True)]]
    )
    scene.call("resource_patch", "author", id=made["id"], upload=s.sent("padron.csv", later.encode()))
    checked(made["id"])
    assert decisions(said(scene, made["id"])) == {
        "carnet": "accepted",
        "nombre completo": "none",
        "fecha de nacimiento": "none",
    }
    phones = [[f"7{number:02}12345", *row[1:]] for number, row in enumerate(ROWS)]
    heading = ["carnet", *HEADING[1:]]
    scene.call("resource_patch", "author", id=made["id"], upload=s.sent("p.csv", text_of([heading, *phones]).encode()))
    checked(made["id"])
    kinds = {one["column"]: one["kind"] for one in said(scene, made["id"])["columns"]}
    if kinds.get("carnet") not in (None, "cedula"):
        assert decisions(said(scene, made["id"]))["carnet"] == "none"


def test_another_kind_in_the_column_needs_its_own_basis(scene: Scene, made: dict[str, Any]) -> None:
    declare(scene, made["id"])
    judge(scene, made["id"])
    row = reports.report_of(made["id"])
    row.report["tables"][0]["personal_data"][0]["kind"] = "pasaporte"
    reports.announce(row.subject, row.resource_id, row.package_id, row.content, row.source, again=True)
    reports.finish(row.subject, row.content, row.report)
    answer = said(scene, made["id"])
    assert decisions(answer)["carnet"] == "none" and len(answer["bases"]) == 1

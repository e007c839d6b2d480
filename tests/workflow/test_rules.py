"""What the workflow refuses, and in which words: four eyes, states, stale revisions, two editors, dates, tombstones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.gobierno_abierto.common import audit, clock
from ckanext.gobierno_abierto.workflow import maintenance, notifications, records
from tests.workflow.conftest import Scene

pytestmark = pytest.mark.gated


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    """The portal's clock goes on by this much."""
    moment = datetime.now(timezone.utc) + timedelta(**span)
    for module in ("service", "maintenance", "proposals", "publishing", "records", "reading", "notifications"):
        target = f"ckanext.gobierno_abierto.workflow.{module}.now"
        monkeypatch.setattr(target, lambda: moment, raising=False)
    monkeypatch.setattr(audit, "now", lambda: moment)
    monkeypatch.setattr(clock, "now", lambda: moment)


def refused(scene: Scene, action: str, who: str, /, **data: Any) -> tk.ValidationError:
    """The refusal of an action that is not possible in this state."""
    with pytest.raises(tk.ValidationError) as caught:
        scene.call(action, who, **data)
    assert getattr(caught.value, "portal_status", None) == 409, caught.value.error_dict
    return caught.value


def test_nobody_approves_their_own_work(scene: Scene) -> None:
    """A sysadmin who also edits for the entity and reviews for the committee is an author all the same."""
    name = scene.people["sysadmin"]["name"]
    tk.get_action("organization_member_create")(
        {"ignore_auth": True}, {"id": scene.committee["id"], "username": name, "role": "admin"}
    )
    made = scene.dataset(who="sysadmin")
    sent = scene.call("publication_submit", "sysadmin", id=made["id"])
    assert "publication_approve" not in sent["can"]
    with pytest.raises(tk.NotAuthorized, match="Debe aprobarla otra persona"):
        scene.call("publication_approve", "sysadmin", id=made["id"], revision_id=sent["revision_id"])


def test_who_only_changed_a_word_is_an_author_too(scene: Scene) -> None:
    tk.get_action("organization_member_create")(
        {"ignore_auth": True},
        {"id": scene.org["id"], "username": scene.people["reviewer"]["name"], "role": "editor"},
    )
    made = scene.dataset()
    scene.call("package_patch", "reviewer", id=made["id"], notes="Una palabra")
    sent = scene.call("publication_submit", "author", id=made["id"])
    with pytest.raises(tk.NotAuthorized):
        scene.call("publication_approve", "reviewer", id=made["id"], revision_id=sent["revision_id"])


@pytest.mark.parametrize("who", ["citizen", "member", "stranger", "editor", "admin"])
def test_who_does_not_review_does_not_approve(scene: Scene, who: str) -> None:
    made = scene.dataset()
    sent = scene.call("publication_submit", "author", id=made["id"])
    with pytest.raises(tk.NotAuthorized):
        scene.call("publication_approve", who, id=made["id"], revision_id=sent["revision_id"])


def test_only_what_was_read_is_approved(scene: Scene) -> None:
    made = scene.dataset()
    sent = scene.call("publication_submit", "author", id=made["id"])
    scene.call("package_patch", "author", id=made["id"], title="Cambiado después")
    assert "en borrador" in str(
        refused(scene, "publication_approve", "reviewer", id=made["id"], revision_id=sent["revision_id"]).error_dict
    )
    again = scene.call("publication_submit", "author", id=made["id"])
    stale = refused(scene, "publication_approve", "reviewer", id=made["id"], revision_id=sent["revision_id"])
    assert "Lea esa versión" in str(stale.error_dict)
    scene.call("publication_approve", "reviewer", id=made["id"], revision_id=again["revision_id"])
    assert scene.call("package_show", None, id=made["id"])["title"] == "Cambiado después"


def test_changes_are_asked_answered_and_told(scene: Scene) -> None:
    made = scene.dataset()
    scene.call("publication_submit", "author", id=made["id"])
    scene.call(
        "publication_request_changes", "reviewer", id=made["id"], note="Casi",
        comments=[{"field": "notes", "text": "Diga la fuente"}],
    )  # fmt: skip
    where = scene.call("publication_show", "author", id=made["id"])
    assert where["status"] == "observado" and "publication_submit" in where["can"]
    told = notifications.mine(scene.people["author"]["id"])
    assert told[0]["kind"] == "observado" and [one["text"] for one in told[0]["remarks"]] == ["Casi", "Diga la fuente"]
    run = records.open_run(made["id"])
    assert [row.field for row in records.rows("comments", run_id=run.id)] == [None, "notes"]
    scene.call("package_patch", "author", id=made["id"], notes="Fuente: el registro")
    assert scene.call("publication_show", "author", id=made["id"])["status"] == "observado"
    scene.publish(made["id"])
    assert scene.call("package_show", None, id=made["id"])["notes"] == "Fuente: el registro"


def test_a_request_for_changes_says_what(scene: Scene) -> None:
    made = scene.dataset()
    scene.call("publication_submit", "author", id=made["id"])
    with pytest.raises(tk.ValidationError, match="Falta el motivo"):
        scene.call("publication_request_changes", "reviewer", id=made["id"], note="  ")


def test_two_editors_do_not_overwrite_each_other(scene: Scene) -> None:
    public = scene.published()
    base = scene.call("publication_show", "author", id=public["id"])["revision_id"]
    scene.call("package_patch", "author", id=public["id"], title="De una", publication_base=base)
    both = scene.call("package_patch", "editor", id=public["id"], notes="De otra", publication_base=base)
    assert (both["title"], both["notes"]) == ("De una", "De otra")
    conflict = refused(scene, "package_patch", "editor", id=public["id"], title="De otra", publication_base=base)
    assert "title" in str(conflict.error_dict)
    assert scene.call("publication_revision_list", "author", id=public["id"])[0]["number"] == 3


def test_a_draft_that_two_people_write(scene: Scene) -> None:
    made = scene.dataset()
    base = made["publication"]["revision_id"]
    scene.call("package_patch", "author", id=made["id"], title="De una", publication_base=base)
    conflict = refused(scene, "package_patch", "editor", id=made["id"], title="De otra", publication_base=base)
    assert "title" in str(conflict.error_dict)


def test_a_date_publishes_by_itself_also_late(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scene.dataset()
    sent = scene.call("publication_submit", "author", id=made["id"])
    at = (datetime.now(timezone.utc) + timedelta(hours=2)).isoformat()
    moved = scene.call("publication_approve", "reviewer", id=made["id"], revision_id=sent["revision_id"], publish_at=at)
    assert moved["status"] == "aprobado" and moved["waiting_for"]["role"] == "clock"
    assert list(maintenance.run_scheduled()) == []
    later(monkeypatch, days=3)
    assert [outcome.ok for outcome in maintenance.run_scheduled(dry_run=True)] == [True]
    assert scene.call("publication_show", "author", id=made["id"])["status"] == "aprobado"
    assert [outcome.ok for outcome in maintenance.run_scheduled()] == [True]
    assert list(maintenance.run_scheduled()) == []
    assert scene.call("package_show", None, id=made["id"])["private"] is False
    history = scene.call("publication_history", None, id=made["id"])
    assert history[0]["by"] == scene.committee["title"]


def test_reviewers_are_reminded_once_in_a_while(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scene.dataset()
    scene.call("publication_submit", "author", id=made["id"])
    assert list(maintenance.run_scheduled()) == []
    later(monkeypatch, days=11)
    assert [outcome.text for outcome in maintenance.run_scheduled()] == [f"{made['name']}: recordado"]
    assert list(maintenance.run_scheduled()) == []
    assert notifications.mine(scene.people["reviewer"]["id"])[0]["kind"] == "recordatorio"


@pytest.mark.parametrize("value", ["ayer", "2020-01-01", "32/13/2024", "\x00"])
def test_a_date_must_be_a_future_one(scene: Scene, value: str) -> None:
    made = scene.dataset()
    scene.call("publication_submit", "author", id=made["id"])
    with pytest.raises(tk.ValidationError):
        scene.call("publication_schedule", "sysadmin", id=made["id"], publish_at=value)


def test_a_withdrawn_dataset_leaves_a_tombstone(scene: Scene, app: Any) -> None:
    public = scene.published(title="Padrón con cédulas")
    with pytest.raises(tk.NotAuthorized):
        scene.call("publication_withdraw", "author", id=public["id"], reason="No")
    with pytest.raises(tk.ValidationError, match="Falta el motivo"):
        scene.call("publication_withdraw", "sysadmin", id=public["id"])
    scene.call("publication_withdraw", "sysadmin", id=public["id"], reason="Tenía datos personales")
    with pytest.raises(tk.NotAuthorized):
        scene.call("package_show", None, id=public["id"])
    assert scene.call("package_search", None, q="padrón")["count"] == 0
    page = app.get(f"/dataset/{public['name']}", status=410)
    assert "Padrón con cédulas" in page.body and "Tenía datos personales" in page.body
    assert app.get(f"/dataset/{public['name']}/resource/{public['resources'][0]['id']}", status=410)
    assert [event["event"] for event in scene.call("publication_history", None, id=public["id"])] == [
        "retirado",
        "publicado",
    ]
    refused(scene, "publication_submit", "author", id=public["id"])
    scene.call("publication_restore", "sysadmin", id=public["id"])
    assert scene.call("package_show", None, id=public["id"])["title"] == "Padrón con cédulas"
    assert app.get(f"/dataset/{public['name']}", status=200)


def test_an_entity_proposes_the_withdrawal(scene: Scene) -> None:
    public = scene.published()
    proposed = scene.call("publication_withdraw", "admin", id=public["id"], reason="Repetido")
    assert (proposed["status"], proposed["kind"], proposed["live"]) == ("en_revision", "retiro", "publicado")
    assert scene.call("package_show", None, id=public["id"])
    refused(scene, "package_patch", "author", id=public["id"], title="Mientras tanto")
    scene.call("publication_approve", "reviewer", id=public["id"], revision_id=proposed["revision_id"])
    assert scene.call("publication_show", "author", id=public["id"])["status"] == "retirado"


def test_an_emergency_is_marked_for_everybody(scene: Scene) -> None:
    made = scene.dataset()
    with pytest.raises(tk.NotAuthorized):
        scene.call("publication_emergency_publish", "admin", id=made["id"], reason="Inundación")
    scene.call("publication_emergency_publish", "sysadmin", id=made["id"], reason="Inundación en curso")
    (event,) = scene.call("publication_history", None, id=made["id"])
    assert event["emergency"] and event["reason"] == "Inundación en curso"
    assert "emergencia" in [one["kind"] for one in notifications.mine(scene.people["reviewer"]["id"])]


def test_history_names_bodies_never_people(scene: Scene) -> None:
    public = scene.published()
    scene.call("package_patch", "author", id=public["id"], title="Nuevo título")
    scene.publish(public["id"])
    events = scene.call("publication_history", None, id=public["id"])
    assert events[0]["changes"] == {"fields": ["title"], "resources": []}
    text = str(events)
    assert all(person["id"] not in text and person["fullname"] not in text for person in scene.people.values())


def test_an_organization_without_committee_is_reviewed_by_the_coordination(scene: Scene) -> None:
    made = scene.dataset(who="stranger", owner_org=scene.other_org["id"])
    sent = scene.call("publication_submit", "stranger", id=made["id"])
    moved = scene.call("publication_approve", "sysadmin", id=made["id"], revision_id=sent["revision_id"])
    assert moved["status"] == "publicado"


def test_the_queue_is_what_the_reviewer_may_decide(scene: Scene) -> None:
    other = factories.Organization(committees=[factories.Organization(kind="comite")["name"]])
    first, second = scene.dataset(title="Primera"), scene.dataset(title="Segunda", type="dataset")
    foreign = scene.dataset(who="sysadmin", owner_org=other["id"])
    for made, who in ((first, "author"), (second, "author"), (foreign, "sysadmin")):
        scene.call("publication_submit", who, id=made["id"])
    queue = scene.call("publication_queue", "reviewer")
    assert [row["title"] for row in queue["results"]] == ["Primera", "Segunda"] and queue["count"] == 2
    assert queue["organizations"] == [
        {"id": scene.org["id"], "count": 2, "name": scene.org["name"], "title": scene.org["title"]}
    ]
    assert scene.call("publication_queue", "citizen")["count"] == 0
    assert scene.call("publication_queue", "author")["count"] == 0
    assert scene.call("publication_queue", "sysadmin")["count"] >= 3
    answers = scene.call(
        "publication_bulk_approve", "reviewer",
        items=[{"id": row["id"], "revision_id": row["revision_id"]} for row in queue["results"]]
        + [{"id": foreign["id"], "revision_id": "x"}],
    )["results"]  # fmt: skip
    assert [answer["ok"] for answer in answers] == [True, True, False]


def test_each_move_stands_in_the_audit_log(scene: Scene) -> None:
    public = scene.published()
    entries = scene.call("publication_audit_list", "reviewer", id=public["id"])["results"]
    assert [entry["action"] for entry in reversed(entries)] == ["guardar", "enviar", "aprobar", "publicar"]
    with pytest.raises(tk.NotAuthorized):
        scene.call("publication_audit_list", "reviewer")
    with pytest.raises(tk.NotAuthorized):
        scene.call("publication_audit_list", "citizen", id=public["id"])
    assert audit.verify().ok


def test_a_script_of_today_goes_on(scene: Scene) -> None:
    """What it read is sent back whole; the answer says where things are."""
    made = scene.dataset()
    read = scene.call("package_show", "author", id=made["id"])
    assert scene.call("package_update", "author", **{**read, "title": "Leído y escrito"})["title"] == "Leído y escrito"
    scene.publish(made["id"])
    read = scene.call("package_show", "author", id=made["id"])
    updated = scene.call(
        "package_update", "author", **{**read, "title": "Propuesto", "private": True, "state": "draft"}
    )
    assert updated["title"] == "Propuesto" and updated["publication"]["status"] == "borrador"
    revised = scene.call("package_revise", "author", match={"id": made["id"]}, update={"notes": "Revisado"})
    assert revised["package"]["title"] == "Propuesto" and revised["package"]["notes"] == "Revisado"
    live = scene.call("package_show", None, id=made["id"])
    assert (live["title"], live["private"], live["state"]) == ("Leído y escrito", False, "active")


def test_what_was_public_before_stays_and_gets_its_first_version(scene: Scene) -> None:
    from ckanext.gobierno_abierto.workflow.interfaces import installing

    with installing():
        made = scene.dataset()
    assert scene.call("package_show", None, id=made["id"])["private"] is False
    assert records.publication(made["id"]) is None
    assert sum(maintenance.init_existing(1)) >= 1
    assert records.publication(made["id"]).live == "publicado"
    assert sum(maintenance.init_existing(10)) == 0
    assert len(scene.call("publication_revision_list", None, id=made["id"])) == 1
    assert scene.call("package_show", None, id=made["id"])["private"] is False


def test_what_was_public_before_is_not_changed_by_a_save(scene: Scene) -> None:
    from ckanext.gobierno_abierto.workflow.interfaces import installing

    with installing():
        made = scene.dataset()
    scene.call("package_patch", "author", id=made["id"], title="Otro")
    assert scene.call("package_show", None, id=made["id"])["title"] == "Registro de prueba"
    assert [row["number"] for row in scene.call("publication_revision_list", "author", id=made["id"])] == [2, 1]

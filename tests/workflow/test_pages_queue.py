"""The pages over many datasets: the reviewers' queue, the bulk approval, one's own proposals, the audit log."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.common.clock import now
from ckanext.gobierno_abierto.workflow import records
from tests.workflow.browsing import Visit, faults, text_of
from tests.workflow.conftest import Scene

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]

EVERYBODY = ("citizen", "member", "author", "editor", "admin", "reviewer", "stranger", "sysadmin")


@pytest.fixture
def visit(scene: Scene, app: Any) -> Visit:
    return Visit(scene, app)


def waiting(visit: Visit, title: str, days: int = 0, **values: Any) -> dict[str, Any]:
    """A dataset that waits for its committee since so many days."""
    made = visit.scene.dataset(title=title, **values)
    visit.scene.call("publication_submit", "author", id=made["id"], note=f"Nota de {title}")
    since = sa.text("UPDATE publication_run SET since = :at WHERE package_id = :id")
    model.Session.execute(since, {"at": now() - timedelta(days=days), "id": made["id"]})
    model.Session.commit()
    return made


def ticked(visit: Visit, *datasets: dict[str, Any]) -> list[str]:
    return [f"{one['id']}|{records.open_run(one['id']).revision_id}" for one in datasets]


def titles(body: str) -> list[str]:
    return re.findall(r'-titulo"><a href="[^"]+">([^<]+)</a>', body)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_has_which_page(visit: Visit, who: str) -> None:
    waiting(visit, "Uno")
    reviews = who in ("reviewer", "sysadmin", "admin", "stranger")
    body = visit.get("/revision", who, 200 if reviews else 403)
    assert not reviews or (("Uno" in body) == (who in ("reviewer", "sysadmin")) and faults(body) == [])
    body = visit.get("/propuestas", who)
    assert ("Uno" in body) == (who in ("author", "editor", "admin")) and faults(body) == []
    log = visit.get("/auditoria", who, 200 if who == "sysadmin" else 403)
    assert who != "sysadmin" or faults(log) == []
    for form in ("csv", "json"):
        visit.get(f"/auditoria.{form}", who, 200 if who == "sysadmin" else 403)
    if not reviews:
        visit.post("/revision/aprobar", who, 403, item="x|y")


@pytest.mark.parametrize("path", ["/revision", "/propuestas", "/auditoria", "/auditoria.csv", "/auditoria.json"])
def test_a_visitor_signs_in_first(visit: Visit, path: str) -> None:
    answer = visit.app.get(path, follow_redirects=False)
    assert answer.status_code == 302 and f"came_from={path}" in answer.location.replace("%2F", "/")
    assert "/user/login" in visit.post("/revision/aprobar", None, item="x|y").location


def test_the_longest_waiting_first_and_the_filters(visit: Visit) -> None:
    waiting(visit, "Nuevo", 1)
    waiting(visit, "Viejo", 9)
    public = visit.scene.published(title="Publicado")
    visit.scene.call("publication_withdraw", "admin", id=public["id"], reason="Ya no sirve")
    assert titles(visit.get("/revision", "reviewer")) == ["Viejo", "Nuevo", "Publicado"]
    for query, found in (
        ("waiting_days=5", ["Viejo"]),
        ("kind=retiro", ["Publicado"]),
        ("kind=cambio&waiting_days=1", ["Viejo", "Nuevo"]),
        (f"organization={visit.scene.org['name']}", ["Viejo", "Nuevo", "Publicado"]),
        (f"organization={visit.scene.other_org['name']}", []),
        ("type=tramite", []),
        ("type=dataset&kind=", ["Viejo", "Nuevo", "Publicado"]),
    ):
        body = visit.get(f"/revision?{query}", "reviewer")
        assert titles(body) == found, query
        assert faults(body) == [], query
    body = visit.get("/revision?waiting_days=muchos", "reviewer", 400)
    assert "no sirve" in body and titles(body) == ["Viejo", "Nuevo", "Publicado"]
    text = text_of(visit.get("/revision", "reviewer"))
    assert "3 propuestas esperan" in text and "Espera hace 9 días" in text and "Nota de Viejo" in text


def test_pages_keep_the_filters(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.gobierno_abierto.workflow import queue_pages

    monkeypatch.setattr(queue_pages, "PER_PAGE", 1)
    waiting(visit, "Uno", 2)
    waiting(visit, "Dos", 1)
    body = visit.get("/revision?kind=cambio", "reviewer")
    assert titles(body) == ["Uno"] and "Página 1 de 2" in body
    (following,) = re.findall(r'rel="next" href="([^"]+)"', body)
    body = visit.get(following.replace("&amp;", "&"), "reviewer")
    assert titles(body) == ["Dos"] and "kind=cambio" in body
    assert "Página 1 de 2" in visit.get("/propuestas", "author")
    assert "Dos" not in visit.get("/propuestas?page=2", "author")


def test_own_proposals_cannot_be_ticked(visit: Visit) -> None:
    visit.scene.call("organization_member_create", "sysadmin", id=visit.scene.committee["id"],
                     username=visit.scene.people["author"]["name"], role="editor")  # fmt: skip
    mine = waiting(visit, "Mío")
    body = visit.get("/revision", "author")
    assert mine["id"] + "|" not in body and "la debe aprobar otra persona" in body and faults(body) == []
    answer = visit.post("/revision/aprobar", "author", 200, item=ticked(visit, mine))
    assert "Debe aprobarla otra persona" in answer.body and 'name="item"' not in answer.body
    visit.post("/revision/aprobar", "author", 200, item=ticked(visit, mine), confirmado="1")
    assert records.open_run(mine["id"]).state == "en_revision"


def test_bulk_approval_shows_each_decision_first(visit: Visit) -> None:
    good, stale, other = waiting(visit, "Bueno"), waiting(visit, "Movido <b>"), waiting(visit, "Otro")
    items = [*ticked(visit, good, stale), f"{other['id']}|", "no-existe|x", "sin barra"]
    visit.scene.call("package_patch", "editor", id=stale["id"], notes="Cambió.")
    visit.scene.call("publication_submit", "editor", id=stale["id"])

    body = visit.post("/revision/aprobar", "reviewer", 200, item=items, comment="Todo bien").body
    text = text_of(body)
    assert "Todavía no se aprobó nada" in text and text.count("Se aprobará") == 1 and text.count("No se puede") == 4
    assert "Lea esa versión y decida de nuevo" in text and "Movido &lt;b&gt;" in body
    assert re.findall(r'name="item" value="([^"]+)"', body) == items[:1]
    assert ">Todo bien</textarea>" in body and faults(body) == []
    assert records.open_run(good["id"]).state == "en_revision"

    body = visit.post("/revision/aprobar", "reviewer", 200, item=items, comment="Bien", confirmado="1").body
    text = text_of(body)
    assert "Se aprobaron 1 de 5." in text and "aprobada y publicada" in text and faults(body) == []
    assert records.open_run(good["id"]) is None
    assert [records.open_run(one["id"]).state for one in (stale, other)] == ["en_revision"] * 2


def test_nothing_ticked_and_too_many(visit: Visit) -> None:
    assert visit.post("/revision/aprobar", "reviewer").location.endswith("/revision")
    visit.post("/revision/aprobar", "reviewer", 400, item=[f"{n}|x" for n in range(101)])


def test_one_s_own_proposals(visit: Visit) -> None:
    waiting(visit, "Enviado")
    visit.scene.dataset(title="En borrador")
    two_steps = visit.scene.dataset(title="Aprobado", type="dataset")
    sent = visit.scene.call("publication_submit", "author", id=two_steps["id"])
    soon = (now() + timedelta(days=3)).isoformat()
    visit.scene.call("publication_approve", "reviewer", id=two_steps["id"], revision_id=sent["revision_id"],
                     publish_at=soon)  # fmt: skip
    body = visit.get("/propuestas", "editor")
    text = text_of(body)
    committee, org = (model.Group.get(one["id"]).title for one in (visit.scene.committee, visit.scene.org))
    assert f"Lo tiene {committee}" in text and f"Lo tiene {org}" in text and "Se publica el" in text
    assert "Aprobado, espera su fecha" in text and faults(body) == []
    assert "no tiene propuestas abiertas" in text_of(visit.get("/propuestas", "stranger"))
    assert "no publica por ninguna organización" in text_of(visit.get("/propuestas", "citizen"))


def test_the_log_of_a_dataset_is_its_people_s(visit: Visit) -> None:
    made = waiting(visit, "Con <registro>")
    visit.scene.dataset(title="Ajeno")
    for who, status in (("author", 200), ("reviewer", 200), ("member", 200), ("stranger", 403), ("citizen", 403)):
        body = visit.get(f"/auditoria?id={made['name']}", who, status)
        visit.get(f"/auditoria.csv?id={made['name']}", who, status)
        assert "Ajeno" not in body
    text = text_of(visit.get(f"/auditoria?id={made['name']}&action=enviar", "author"))
    assert "Envió a revisión" in text and "Nota de Con" in text and "1 registro" in text
    body = visit.get(f"/auditoria?id={made['name']}", "author")
    assert "Con &lt;registro&gt;" in body and faults(body) == []


def test_filters_of_the_log(visit: Visit) -> None:
    waiting(visit, "Uno")
    total = audit.count()
    assert f"{total} registros" in text_of(visit.get("/auditoria", "sysadmin"))
    assert "0 registros" in text_of(visit.get("/auditoria?since=2999-01-01T00:00", "sysadmin"))
    assert "no sirve" in visit.get("/auditoria?since=ayer", "sysadmin", 400)
    assert "No existe el conjunto" in visit.get("/auditoria?id=no-existe", "sysadmin", 400)
    visit.get("/auditoria.csv?since=ayer", "sysadmin", 400)
    visit.get("/auditoria.csv?id=no-existe", "sysadmin", 404)
    visit.get("/auditoria.xml", "sysadmin", 404)


def test_exports_hold_the_whole_chain(visit: Visit) -> None:
    made = waiting(visit, "=1+1")
    answer = visit.app.get("/auditoria.json", headers=visit.as_("sysadmin"))
    rows = json.loads(answer.data)
    assert len(rows) == audit.count() and rows[-1]["hash"] == audit.head()[1]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"] and "public" not in answer.headers["Cache-Control"]
    answer = visit.app.get(f"/auditoria.csv?id={made['name']}", headers=visit.as_("author"))
    lines = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8"))))
    assert {line["package_id"] for line in lines} == {made["id"]}
    assert [line["action"] for line in lines] == ["guardar", "enviar"]

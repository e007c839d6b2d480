"""The publication page: who sees it, what it says in each state, and that each of its forms does what it says."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest

from ckanext.gobierno_abierto.common.clock import LA_PAZ, now
from ckanext.gobierno_abierto.workflow import records, tables
from tests.workflow import test_files
from tests.workflow.browsing import Visit, faults, messages, text_of
from tests.workflow.conftest import Scene

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]

#: What would break out of an element, an attribute, a text area or a script.
HOSTILE = "Agua <script>alert(1)</script> \"'> </textarea><img src=x onerror=alert(2)> {{ 7*7 }}"
PASSWORD = "correcto caballo 9"
INSIDERS = ("author", "editor", "admin", "member", "reviewer", "sysadmin")
OUTSIDERS = ("citizen", "stranger")


@pytest.fixture
def visit(scene: Scene, app: Any) -> Visit:
    return Visit(scene, app)


def page_of(dataset: dict[str, Any]) -> str:
    return f"/dataset/{dataset['name']}/publicacion"


def sign_in(visit: Visit, who: str) -> None:
    """A session, as a browser has it."""
    user = model.User.get(visit.scene.people[who]["name"])
    user.password = PASSWORD
    model.Session.commit()
    visit.app.post("/user/login", data={"login": user.name, "password": PASSWORD}, follow_redirects=False)


def do(visit: Visit, dataset: dict[str, Any], who: str, name: str, status: int = 302, **data: Any) -> Any:
    return visit.post(page_of(dataset), who, status, do=name, **data)


def state_of(visit: Visit, dataset: dict[str, Any], who: str = "author") -> dict[str, Any]:
    return dict(visit.scene.call("publication_show", who, id=dataset["id"]))


def sent(visit: Visit, **values: Any) -> dict[str, Any]:
    made = visit.scene.dataset(**values)
    visit.scene.call("publication_submit", "author", id=made["id"])
    return made


@pytest.mark.parametrize("who,status", [*((who, 200) for who in INSIDERS), *((who, 404) for who in OUTSIDERS)])
def test_who_sees_the_page_of_a_draft(visit: Visit, who: str, status: int) -> None:
    made = visit.scene.dataset()
    for path in (page_of(made), f"{page_of(made)}/cambios", f"{page_of(made)}/version/1"):
        body = visit.get(path, who, status)
        assert status != 200 or faults(body) == [], path


@pytest.mark.parametrize("who", OUTSIDERS)
def test_of_a_public_dataset_the_others_are_told_no(visit: Visit, who: str) -> None:
    public = visit.scene.published()
    for path in (page_of(public), f"{page_of(public)}/cambios", f"{page_of(public)}/version/1"):
        visit.get(path, who, 403)
    visit.post(page_of(public), who, 403, do="withdraw", reason="No me gusta")
    assert state_of(visit, public)["live"] == "publicado"


@pytest.mark.parametrize("name", ["draft", "nothing"])
def test_a_visitor_signs_in_first_whatever_there_is(visit: Visit, name: str) -> None:
    made = {"name": visit.scene.dataset()["name"] if name == "draft" else "no-existe"}
    for path in (page_of(made), f"{page_of(made)}/cambios", f"{page_of(made)}/version/1"):
        answer = visit.app.get(path, follow_redirects=False)
        assert answer.status_code == 302 and "/user/login" in answer.location, path
    assert "/user/login" in visit.post(page_of(made), None, do="submit").location


def test_the_page_stays_in_no_cache(visit: Visit) -> None:
    made = visit.scene.dataset()
    answer = visit.app.get(page_of(made), headers=visit.as_("author"))
    assert {"private", "no-store"} <= set(re.split(r",\s*", answer.headers["Cache-Control"]))
    assert "public" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["version/99", "version/x", "cambios?from=99", "cambios?to=x", "cambios?from=0"])
def test_no_such_revision(visit: Visit, path: str) -> None:
    made = visit.scene.dataset()
    visit.get(f"{page_of(made)}/{path}", "author", 404)


def test_a_revision_of_another_dataset_is_none_of_this_one(visit: Visit) -> None:
    made, other = visit.scene.dataset(), visit.scene.dataset()
    theirs = state_of(visit, other)["revision_id"]
    visit.get(f"{page_of(made)}/version/{theirs}", "author", 404)
    visit.get(f"{page_of(made)}/cambios?to={theirs}", "author", 404)


def test_a_form_that_says_nothing(visit: Visit) -> None:
    made = visit.scene.dataset()
    do(visit, made, "author", "", 400)
    do(visit, made, "author", "package_delete", 400)


def test_the_whole_way(visit: Visit) -> None:
    made = visit.scene.dataset()
    body = visit.get(page_of(made), "author")
    assert "Falta enviarlo a revisión" in body or "Falta enviarla a revisión" in body
    assert re.search(r'aria-current="step">\s*<span>Borrador', body)
    first = state_of(visit, made)["revision_id"]

    do(visit, made, "author", "submit", note="Datos de 2024", revision_id=first)
    body = visit.get(page_of(made), "author")
    assert "Lo tiene" in body and "La propuesta fue enviada a revisión." in body
    assert re.search(r'aria-current="step">\s*<span>Revisión del comité \(paso 1 de 1\)', body)
    assert 'value="approve"' not in body and "Retirar el envío" in body

    body = visit.get(page_of(made), "reviewer")
    assert "Le toca decidir" in body and "Datos de 2024" in body
    comments: dict[str, Any] = {
        "comentario||notes": "Más larga",
        f"comentario|{made['resources'][0]['id']}|name": "Otro nombre",
    }
    do(visit, made, "reviewer", "request_changes", note="Falta la fuente", revision_id=first, **comments)
    said = [(row.text, row.field, row.resource_id) for row in comments_of(made)]
    assert sorted(said, key=str) == sorted(
        [
            ("Falta la fuente", None, None),
            ("Más larga", "notes", None),
            ("Otro nombre", "name", made["resources"][0]["id"]),
        ],
        key=str,
    )
    text = text_of(visit.get(page_of(made), "author"))
    assert "Lea lo que se pide" in text and "Enlace · Nombre" in text and "Correcciones" in text

    visit.scene.call("package_patch", "author", id=made["id"], notes="Una descripción más larga.")
    do(visit, made, "author", "submit")
    do(visit, made, "reviewer", "approve", revision_id=state_of(visit, made)["revision_id"], comment="Bien")
    assert state_of(visit, made)["status"] == "publicado"
    body = visit.get(page_of(made), "author")
    assert "lo publicado no cambia" in body and "Lo que cambia" not in body
    assert faults(body) == []


def comments_of(dataset: dict[str, Any]) -> list[Any]:
    return records.rows("comments", run_id=records.open_run(dataset["id"]).id)


def test_take_back_and_discard(visit: Visit) -> None:
    public = visit.scene.published()
    visit.scene.call("package_patch", "author", id=public["id"], title="Otro")
    do(visit, public, "author", "submit")
    do(visit, public, "author", "cancel")
    assert state_of(visit, public)["status"] == "borrador"
    do(visit, public, "author", "discard")
    assert records.open_run(public["id"]) is None
    do(visit, public, "author", "discard", 409)


def test_a_draft_that_was_never_public_is_deleted_instead(visit: Visit) -> None:
    made = visit.scene.dataset()
    body = visit.get(page_of(made), "admin")
    assert 'value="discard"' not in body and f"/dataset/delete/{made['name']}" in body
    do(visit, made, "author", "discard", 409)


def test_dates_are_bolivian(visit: Visit) -> None:
    made = sent(visit)
    soon = (now() + timedelta(days=2)).astimezone(LA_PAZ).replace(second=0, microsecond=0)
    typed = soon.strftime("%Y-%m-%dT%H:%M")
    do(visit, made, "reviewer", "approve", revision_id=state_of(visit, made)["revision_id"], publish_at=typed)
    status = state_of(visit, made)
    assert (status["status"], status["publish_at"]) == ("aprobado", soon.isoformat()) or records.open_run(
        made["id"]
    ).publish_at == soon
    body = visit.get(page_of(made), "sysadmin")
    assert f'value="{typed}"' in body and "se publica el" in body and faults(body) == []
    do(visit, made, "sysadmin", "publish_at", publish_at="")
    assert records.open_run(made["id"]).publish_at is None
    do(visit, made, "sysadmin", "publish")
    assert state_of(visit, made)["status"] == "publicado"
    do(visit, made, "sysadmin", "withdraw_at", withdraw_at=typed)
    assert "Se retira el" in visit.get(page_of(made), "author")
    refused = do(visit, made, "sysadmin", "withdraw_at", 400, withdraw_at="2020-01-01T08:00").body
    assert "ya pasó" in str(messages(refused)) and 'value="2020-01-01T08:00"' in refused
    assert "no sirve" in str(messages(do(visit, made, "sysadmin", "withdraw_at", 400, withdraw_at="mañana").body))


def test_withdraw_restore_and_propose_a_withdrawal(visit: Visit) -> None:
    public = visit.scene.published()
    body = visit.get(page_of(public), "admin")
    assert "Proponer el retiro" in body and "Retirar del portal" not in body
    assert "Falta el motivo" in str(messages(do(visit, public, "admin", "withdraw", 400, reason=" ").body))
    do(visit, public, "admin", "withdraw", reason="Ya no es nuestro")
    body = visit.get(page_of(public), "reviewer")
    assert "Propuesta de retiro" in body and "Ya no es nuestro" in body and "Aprobar el retiro" in body
    assert 'name="publish_at"' not in body and faults(body) == []
    do(visit, public, "reviewer", "approve", revision_id=state_of(visit, public)["revision_id"])
    assert state_of(visit, public)["live"] == "retirado"
    assert faults(visit.get(page_of(public), "author")) == []
    do(visit, public, "author", "restore", 403)
    do(visit, public, "sysadmin", "restore")
    do(visit, public, "sysadmin", "withdraw", reason="Un error")
    assert state_of(visit, public)["live"] == "retirado"


def test_emergency_needs_a_sysadmin_and_a_reason(visit: Visit) -> None:
    made = visit.scene.dataset()
    assert 'value="emergency"' not in visit.get(page_of(made), "admin")
    do(visit, made, "admin", "emergency", 403, reason="Urgente")
    do(visit, made, "sysadmin", "emergency", 400, reason="")
    do(visit, made, "sysadmin", "emergency", reason="Una inundación")
    assert "Publicada de emergencia" in visit.get(f"/dataset/{made['name']}/historia", None)


@pytest.mark.parametrize("who", ["author", "editor", "member", "reviewer"])
def test_the_forms_are_what_can_says(visit: Visit, who: str) -> None:
    made = sent(visit)
    can = state_of(visit, made, who)["can"]
    body = visit.get(page_of(made), who)
    offered = set(re.findall(r'name="do" value="(\w+)"', body))
    expected = {
        "publication_approve": "approve",
        "publication_request_changes": "request_changes",
        "publication_cancel": "cancel",
    }
    assert offered == {form for action, form in expected.items() if action in can}


def test_nothing_typed_is_lost(visit: Visit) -> None:
    made = sent(visit)
    stale = state_of(visit, made)["revision_id"]
    visit.scene.call("package_patch", "editor", id=made["id"], notes="Otra cosa.")
    visit.scene.call("publication_submit", "editor", id=made["id"])
    typed: dict[str, Any] = {"note": "Mi nota", "comentario||title": "Mi comentario"}
    answer = do(visit, made, "reviewer", "request_changes", 409, revision_id=stale, **typed)
    body = answer.body
    assert "Lea esa versión y decida de nuevo" in str(messages(body))
    assert ">Mi nota</textarea>" in body and ">Mi comentario</textarea>" in body
    assert stale not in re.findall(r'name="revision_id" value="([^"]+)"', body)
    assert faults(body) == []
    body = do(visit, made, "reviewer", "approve", 409, comment="Está bien", revision_id=stale).body
    assert ">Está bien</textarea>" in body
    assert state_of(visit, made)["status"] == "en_revision"


def test_four_eyes_on_the_page(visit: Visit) -> None:
    visit.scene.call("organization_member_create", "sysadmin", id=visit.scene.committee["id"],
                     username=visit.scene.people["author"]["name"], role="editor")  # fmt: skip
    made = sent(visit)
    body = visit.get(page_of(made), "author")
    assert 'value="approve"' not in body and "la debe aprobar otra persona" in body
    answer = do(visit, made, "author", "approve", 403, revision_id=state_of(visit, made)["revision_id"])
    assert "Debe aprobarla otra persona" in str(messages(answer.body))


def test_what_is_missing_leads_to_the_form(visit: Visit) -> None:
    made = visit.scene.dataset(license_id="", contact=[])
    body = visit.get(page_of(made), "author")
    assert f'href="/dataset/edit/{made["name"]}/1#field-license_id"' in body
    assert f'href="/dataset/edit/{made["name"]}/2#field-contact"' in body
    assert body.count("Impide enviarla") == 2
    assert "#field-license_id" not in visit.get(page_of(made), "reviewer"), "reviewers have no form to go to"
    refused = messages(do(visit, made, "author", "submit", 400, note="Ya está").body)
    assert len(refused) == 2


def test_hostile_words_stay_words(visit: Visit) -> None:
    resource = {"name": HOSTILE, "url": "https://entidad.gob.bo/a.csv", "format": "<b>CSV</b>", "description": HOSTILE}
    public = visit.scene.published(title=HOSTILE, resources=[resource])
    visit.scene.call("package_patch", "author", id=public["id"], title=f"{HOSTILE} otra vez", notes=HOSTILE,
                     contact=[{"name": HOSTILE, "email": "a@b.bo"}])  # fmt: skip
    do(visit, public, "author", "submit", note=HOSTILE)
    asked: dict[str, Any] = {"note": HOSTILE, "comentario||title": HOSTILE}
    do(visit, public, "reviewer", "request_changes", **asked)
    name = public["name"]
    for path, who in (
        (page_of(public), "author"),
        (f"{page_of(public)}/cambios", "reviewer"),
        (f"{page_of(public)}/version/2", "reviewer"),
        (f"/dataset/{name}/historia", None),
        (f"/dataset/{name}/historia/1", None),
        ("/propuestas", "author"),
        (f"/auditoria?id={name}", "author"),
    ):
        body = visit.get(path, who)
        assert "<script>alert" not in body and "<img src=x" not in body and "49" not in text_of(body)[:40], path
        assert "</textarea><img" not in body and faults(body) == [], path
    body = do(visit, public, "author", "submit", 409, note=HOSTILE, revision_id="otra").body
    assert "<script>alert" not in body and "</textarea><img" not in body


def test_the_difference_in_words(visit: Visit) -> None:
    public = visit.scene.published(theme=["GOVE"])
    resources = [{"name": "Otro", "url": "https://entidad.gob.bo/b.json", "format": "JSON"}, *public["resources"]]
    visit.scene.call("package_patch", "author", id=public["id"], title="Registro de ensayo", frequency="MONTHLY",
                     theme=["GOVE", "HEAL"], tags=[{"name": "nuevo"}], resources=resources)  # fmt: skip
    body = visit.get(page_of(public), "reviewer")
    text = text_of(body)
    for words in (
        "Registro de [quitado: prueba ] [agregado: ensayo ]", "[quitado: Anual ]", "[agregado: Mensual ]",
        "Gobierno y sector público [agregado: Salud ]", "[quitado: registro ] [agregado: nuevo ]",
        "Otro Agregado", "https://entidad.gob.bo/b.json",
    ):  # fmt: skip
        assert words in text, words
    assert re.search(r"<del>.*?prueba.*?</del><ins>.*?ensayo.*?</ins>", body)
    assert faults(body) == []
    same = text_of(visit.get(f"{page_of(public)}/cambios?from=2&to=2", "reviewer"))
    assert "Las dos versiones dicen lo mismo." in same


def test_the_difference_of_files_and_tables(
    visit: Visit, ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    public = test_files.with_file(visit.scene)
    resource = public["resources"][0]
    visit.scene.call("resource_patch", "author", id=resource["id"], upload=test_files.upload(test_files.NEW))
    assert "todavía se está cargando" in visit.get(page_of(public), "author")
    assert tables.resume() == 1
    body = visit.get(page_of(public), "reviewer")
    text = text_of(body)
    for words in ("Filas : 2 → 3", "Columnas : 2 → 3", "Columna nueva : nota", "− quitada 2021 2", "+ nueva 2022 4"):
        assert words.replace(" :", ":") in text, words
    assert resource["hash"] in text and faults(body) == []
    paths = re.findall(r'href="(/dataset/[^"]+/publicacion/archivo/[^"]+)"', body)
    found = [visit.app.get(path, headers=visit.as_("reviewer")).data.decode() for path in paths]
    assert found == [test_files.OLD, test_files.NEW]
    assert [visit.app.get(path).status_code for path in paths] == [200, 404], "the proposed file is not public"


def test_the_page_in_english_and_without_scripts(visit: Visit) -> None:
    made = visit.scene.dataset()
    body = visit.get(f"/en{page_of(made)}", "author")
    assert '<html lang="en"' in body and f'action="/en{page_of(made)}"' in body
    main = body[body.index("<main") : body.index("</main>")]
    assert "<script" not in main and "onclick" not in main and "data-module" not in main


def test_a_wrong_token_is_refused(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    made = visit.scene.dataset()
    sign_in(visit, "author")
    assert "Enviar a revisión" in visit.app.get(page_of(made)).body
    monkeypatch.setitem(visit.app.flask_app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setattr(visit.app.flask_app.extensions["csrf"], "_exempt_views", set())
    answer = visit.app.post(page_of(made), data={"do": "submit"}, follow_redirects=False)
    assert answer.status_code == 400

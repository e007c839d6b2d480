"""CKAN's own forms and menus with the workflow: what they say, what they save, and what is not there any more."""

from __future__ import annotations

import re
from typing import Any

import ckan.model as model
import pytest

from ckanext.gobierno_abierto.workflow import records
from tests.workflow.browsing import Visit, text_of
from tests.workflow.conftest import Scene, sample

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]


@pytest.fixture
def visit(scene: Scene, app: Any) -> Visit:
    return Visit(scene, app)


def form_of(dataset: dict[str, Any], **changes: str) -> dict[str, Any]:
    """The first page of the dataset's form, filled."""
    return {
        "title": dataset["title"],
        "name": dataset["name"],
        "notes": dataset["notes"],
        "owner_org": dataset["owner_org"],
        "license_id": dataset["license_id"],
        "access_rights": "PUBLIC",
        "theme": dataset["theme"],
        "tag_string": "registro",
        "_ckan_phase": "1",
        "pkg_name": dataset["id"],
        "save": "",
        **changes,
    }


def base_in(body: str) -> str:
    return re.findall(r'name="publication_base" value="([^"]+)"', body)[0]


def edit(dataset: dict[str, Any], page: int = 1) -> str:
    return f"/dataset/edit/{dataset['name']}/{page}"


def test_the_forms_say_what_a_save_does(visit: Visit) -> None:
    draft, public = visit.scene.dataset(), visit.scene.published()
    resource = public["resources"][0]["id"]
    paths = [edit(public), edit(public, 2), f"/dataset/{public['name']}/resource/new"]
    paths.append(f"/dataset/{public['name']}/resource/{resource}/edit")
    for path in paths:
        body = visit.get(path, "author")
        assert "Está editando su propuesta; lo publicado no cambia hasta que se apruebe." in body, path
        assert base_in(body), path
    assert "Es un borrador: solo lo ven su entidad y su comité" in visit.get(edit(draft), "author")
    visit.scene.call("package_patch", "author", id=public["id"], title="Otro")
    visit.scene.call("publication_submit", "author", id=public["id"])
    for path in paths:
        assert "Si guarda, el envío se retira" in visit.get(path, "editor"), path
    assert "publication_base" not in visit.get("/dataset/new", "author")


def test_the_form_shows_the_proposal_on_each_page(visit: Visit) -> None:
    public = visit.scene.published()
    visit.scene.call("package_patch", "author", id=public["id"], title="Título propuesto", frequency="MONTHLY")
    assert 'value="Título propuesto"' in visit.get(edit(public), "editor")
    assert re.search(r'<option value="MONTHLY"\s+selected', visit.get(edit(public, 2), "editor"))


def test_a_save_of_a_public_dataset_leads_to_its_publication_page(visit: Visit) -> None:
    public = visit.scene.published()
    answer = visit.post(edit(public), "author", **form_of(public, title="Otro título"))
    assert answer.location.endswith(f"/dataset/{public['name']}/publicacion")
    body = visit.get(f"/dataset/{public['name']}/publicacion", "author")
    assert "Guardado como propuesta. Falta enviarla a revisión" in body
    assert visit.scene.call("package_show", None, id=public["id"])["title"] == public["title"]


def test_so_does_a_save_of_its_files(visit: Visit) -> None:
    public = visit.scene.published()
    base, here = f"/dataset/{public['name']}/resource", f"/dataset/{public['name']}/publicacion"
    new: dict[str, Any] = {
        "id": "",
        "url": "https://entidad.gob.bo/b.csv",
        "name": "Segundo",
        "format": "CSV",
        "url_type": "",
    }
    answer = visit.post(f"{base}/new", "author", save="go-dataset-complete", **new)
    assert answer.location.endswith(here)
    answer = visit.post(f"{base}/new", "author", save="again", **{**new, "name": "Tercero"})
    assert answer.location.endswith("/resource/new"), "the form goes on"
    first = public["resources"][0]["id"]
    changed: dict[str, Any] = {**new, "url": "https://entidad.gob.bo/c.csv", "name": "Primero", "id": first}
    assert visit.post(f"{base}/{first}/edit", "author", save="", **changed).location.endswith(here)
    content = records.revision(records.open_run(public["id"]).revision_id).content
    assert [one["name"] for one in content["resources"]] == ["Primero", "Segundo", "Tercero"]
    assert not any("publication_base" in one for one in content["resources"])
    assert visit.post(f"{base}/{first}/delete", "author", delete="").location.endswith(here)
    answer = visit.post(f"{base}/{content['resources'][1]['id']}/delete", "author", cancel="")
    assert answer.location.endswith("/edit")
    assert [one["name"] for one in visit.scene.call("package_show", None, id=public["id"])["resources"]] == ["Enlace"]


def test_a_save_of_a_draft_says_that_it_was_not_sent(visit: Visit) -> None:
    draft = visit.scene.dataset()
    answer = visit.post(edit(draft), "author", **form_of(draft, title="Otro título"))
    assert answer.location.endswith(f"/dataset/{draft['name']}")
    assert "Falta enviarlo a revisión" in visit.get(f"/dataset/{draft['name']}", "author")


def test_a_save_with_a_mistake_keeps_the_form(visit: Visit) -> None:
    public = visit.scene.published()
    first = base_in(visit.get(edit(public), "author"))
    answer = visit.post(edit(public), "author", 200, **form_of(public, title="", publication_base=first))
    assert base_in(answer.body) == first and "No se guardó nada" in answer.body
    assert records.open_run(public["id"]) is None


@pytest.mark.parametrize("what", ["dataset", "resource"])
def test_two_editors_are_told_of_each_other(visit: Visit, what: str) -> None:
    public = visit.scene.published()
    resource = public["resources"][0]
    path = edit(public) if what == "dataset" else f"/dataset/{public['name']}/resource/{resource['id']}/edit"
    base = base_in(visit.get(path, "author"))

    def save(who: str, words: str, status: int) -> Any:
        if what == "dataset":
            return visit.post(path, who, status, **form_of(public, title=words, publication_base=base))
        data = {"id": resource["id"], "url": resource["url"], "format": "CSV", "name": words, "url_type": ""}
        return visit.post(path, who, status, save="", publication_base=base, **data)

    save("author", "De la primera", 302)
    answer = save("editor", "De la segunda", 200)
    assert "otra persona cambió los mismos campos" in answer.body
    assert "De la segunda" in answer.body and base_in(answer.body) == base, "a second try conflicts again"
    content = records.revision(records.open_run(public["id"]).revision_id).content
    assert (content if what == "dataset" else content["resources"][0])["title" if what == "dataset" else "name"] == (
        "De la primera"
    )


@pytest.mark.parametrize("public", [True, False])
def test_who_goes_back_to_the_form_is_nobody_else(visit: Visit, public: bool) -> None:
    dataset = visit.scene.published() if public else visit.scene.dataset()
    base = base_in(visit.get(edit(dataset), "author"))
    for title in ("Primero", "Segundo"):
        visit.post(edit(dataset), "author", **form_of(dataset, title=title, publication_base=base))
    assert records.revision(records.open_run(dataset["id"]).revision_id).content["title"] == "Segundo"
    answer = visit.post(edit(dataset), "editor", 200, **form_of(dataset, title="Tercero", publication_base=base))
    assert "otra persona cambió los mismos campos" in answer.body


def test_two_editors_of_different_fields_both_keep_theirs(visit: Visit) -> None:
    public = visit.scene.published()
    base = base_in(visit.get(edit(public), "author"))
    visit.post(edit(public), "author", **form_of(public, title="Otro título", publication_base=base))
    visit.post(edit(public), "editor", **form_of(public, notes="Otra descripción", publication_base=base))
    content = records.revision(records.open_run(public["id"]).revision_id).content
    assert (content["title"], content["notes"]) == ("Otro título", "Otra descripción")


def test_nobody_chooses_who_sees_it(visit: Visit) -> None:
    draft = visit.scene.dataset()
    for path in ("/dataset/new", edit(draft)):
        body = visit.get(path, "author")
        assert 'name="owner_org"' in body and 'name="private"' not in body and "unpublish" not in body, path
    assert f"/dataset/delete/{draft['id']}" in visit.get(edit(draft), "admin")
    model.Package.get(draft["id"]).state = "draft"
    model.Session.commit()
    body = visit.get(f"/dataset/{draft['name']}/resource/new", "author")
    assert "Terminar el borrador" in body and 'value="go-metadata" type="submit">Publi' not in body


def test_a_public_dataset_is_not_deleted_in_ckan_s_pages(visit: Visit) -> None:
    public = visit.scene.published()
    body = visit.get(edit(public), "admin")
    assert "/dataset/delete/" not in body and "Retirar del portal" in body
    assert "Este conjunto no se elimina" in visit.get(f"/dataset/delete/{public['name']}", "admin")
    answer = visit.post(f"/dataset/delete/{public['name']}", "admin", 409)
    assert "es público y no se elimina" in answer.body
    visit.scene.call("package_show", None, id=public["id"])


def test_ckan_s_bulk_page_only_lists(visit: Visit) -> None:
    public = visit.scene.published(title="Uno <b>")
    path = f"/organization/bulk_process/{visit.scene.org['name']}"
    body = visit.get(path, "admin")
    assert "Uno &lt;b&gt;" in body and "bulk_action" not in body and f"/dataset/{public['name']}/publicacion" in body
    data = {"bulk_action.private": "private", f"dataset_{public['id']}": "on"}
    assert "cada conjunto se publica con la aprobación" in visit.post(path, "admin", 409, **data).body
    assert model.Package.get(public["id"]).private is False


def test_a_file_is_taken_away_in_the_proposal(visit: Visit) -> None:
    public = visit.scene.published()
    path = f"/dataset/{public['name']}/resource/{public['resources'][0]['id']}/delete"
    assert "El archivo se quita en su propuesta" in visit.get(path, "author")


@pytest.mark.parametrize(
    "who,links",
    [
        ("citizen", {"/avisos"}),
        ("member", {"/avisos"}),
        ("author", {"/avisos", "/propuestas"}),
        ("reviewer", {"/avisos", "/propuestas", "/revision"}),
        ("sysadmin", {"/avisos", "/revision", "/auditoria"}),
    ],
)
def test_the_account_menu(visit: Visit, who: str, links: set[str]) -> None:
    made = visit.scene.dataset()
    visit.scene.call("publication_submit", "author", id=made["id"])
    body = visit.get("/about", who)
    menu = body[body.index('class="username"') : body.index('action="/user/_logout"')]
    assert set(re.findall(r'href="(/(?:avisos|propuestas|revision|auditoria))"', menu)) == links
    if who == "reviewer":
        assert "Revisión (1" in text_of(f"<main>{menu}</main>") and "Avisos (1" in text_of(f"<main>{menu}</main>")


def test_the_forms_of_a_new_dataset(visit: Visit) -> None:
    values = sample()
    form = {"title": values["title"], "owner_org": visit.scene.org["id"], "save": "", "_ckan_phase": "1"}
    answer = visit.post("/dataset/new", "author", **form, name="")
    assert answer.location.endswith("/dataset/new/registro-de-prueba/2")
    assert model.Package.get("registro-de-prueba").private is True
    assert "Es un borrador" in visit.get("/dataset/new/registro-de-prueba/2", "author")

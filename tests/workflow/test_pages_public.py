"""What everybody may read: the history, the versions and their differences, the tombstone; and nothing else."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import ckan.model as model
import pytest
from werkzeug.datastructures import FileStorage

from tests.workflow.browsing import Visit, faults, text_of
from tests.workflow.conftest import Scene

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]

CANARY = "canariosecreto"
READERS = (None, "citizen", "stranger")


@pytest.fixture(autouse=True)
def own_storage(ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))


@pytest.fixture
def visit(scene: Scene, app: Any) -> Visit:
    return Visit(scene, app)


def with_file(visit: Visit, text: str = "uno") -> dict[str, Any]:
    """A published dataset with an uploaded text, which no table is loaded from."""
    made = visit.scene.dataset(resources=[])
    upload = FileStorage(io.BytesIO(text.encode()), "notas.txt")
    visit.scene.call("resource_create", "author", package_id=made["id"], name="Notas", upload=upload, format="TXT")
    visit.scene.publish(made["id"])
    return dict(visit.scene.call("package_show", None, id=made["id"]))


def paths_of(dataset: dict[str, Any]) -> list[str]:
    base = f"/dataset/{dataset['name']}"
    return [base, f"{base}/historia", f"{base}/historia/1", f"{base}/historia/comparar", "/dataset/", "/"]


@pytest.mark.parametrize("who", READERS)
def test_no_draft_no_comment_no_person(visit: Visit, who: str | None) -> None:
    public = visit.scene.published()
    visit.scene.call("package_patch", "author", id=public["id"], notes="Segunda versión.")
    visit.scene.publish(public["id"])
    secret = {"name": CANARY, "url": f"https://x.bo/{CANARY}", "format": "CSV"}
    visit.scene.call("package_patch", "author", id=public["id"], title=f"{CANARY} uno", notes=f"{CANARY} dos",
                     tags=[{"name": CANARY}], resources=[secret])  # fmt: skip
    sent = visit.scene.call("publication_submit", "author", id=public["id"], note=f"{CANARY} tres")
    comments = [{"text": f"{CANARY} cinco", "field": "notes"}]
    visit.scene.call("publication_request_changes", "reviewer", id=public["id"], note=f"{CANARY} cuatro",
                     comments=comments, revision_id=sent["revision_id"])  # fmt: skip
    names = [visit.scene.people[one]["fullname"] for one in ("author", "reviewer", "editor")]
    for path in paths_of(public):
        body = visit.get(path, who)
        assert CANARY not in body, path
        assert not [name for name in names if name in body], path
    for number in ("3", sent["revision_id"]):
        visit.get(f"/dataset/{public['name']}/historia/{number}", who, 404)
        visit.get(f"/dataset/{public['name']}/historia/comparar?de=1&a={number}", who, 404)


@pytest.mark.parametrize("who", [*READERS, "author"])
def test_a_draft_has_no_public_pages(visit: Visit, who: str | None) -> None:
    made = visit.scene.dataset(title=CANARY, name="borrador-de-prueba")
    status = 200 if who == "author" else 404
    body = visit.get(f"/dataset/{made['name']}/historia", who, status)
    assert (CANARY in body) == (who == "author")
    for path in ("historia/1", "historia/comparar"):
        assert CANARY not in visit.get(f"/dataset/{made['name']}/{path}", who, 404)


@pytest.mark.parametrize("path", ["historia", "historia/1", "historia/comparar", "historia/x%00y"])
@pytest.mark.parametrize("name", ["no-existe", "%00"])
def test_no_such_dataset(visit: Visit, path: str, name: str) -> None:
    visit.get(f"/dataset/{name}/{path}", None, 404)


def test_the_history_tells_what_changed_and_who_approved(visit: Visit) -> None:
    public = with_file(visit)
    visit.scene.call("package_patch", "author", id=public["id"], frequency="MONTHLY", notes="Otra descripción.")
    resource = {**public["resources"][0], "upload": FileStorage(io.BytesIO(b"dos"), "notas.txt")}
    visit.scene.call("resource_update", "author", **resource)
    visit.scene.publish(public["id"])
    body = visit.get(f"/dataset/{public['name']}/historia", None)
    text = text_of(body)
    committee = model.Group.get(visit.scene.committee["id"]).title
    assert text.count(f"Decidió: {committee}") == 2
    assert "Cambió en la descripción: Descripción, Frecuencia de actualización." in text
    assert "Notas (cambiado)" in text and "Primera versión publicada." in text
    assert faults(body) == []

    versions = re.findall(rf'href="(/dataset/{public["name"]}/historia/\d+)"', body)
    new_number, old_number = (path.rpartition("/")[2] for path in versions)
    new, old = (visit.get(path, None) for path in versions)
    assert faults(new) == faults(old) == []
    assert "No es la versión actual." in old and "No es la versión actual." not in new
    for page, content in ((new, b"dos"), (old, b"uno")):
        (path,) = set(re.findall(r'href="([^"]+/publicacion/archivo/[^"]+)"', page))
        answer = visit.app.get(path.replace("http://test.ckan.net", ""))
        assert (answer.status_code, answer.data) == (200, content)

    body = visit.get(f"/dataset/{public['name']}/historia/comparar?de={old_number}&a={new_number}", None)
    text = text_of(body)
    assert "[quitado: Anual ]" in text and "[agregado: Mensual ]" in text and faults(body) == []
    assert body.count("/publicacion/archivo/") == 2, "both files can be downloaded"
    assert "Comentar" not in text


def test_a_withdrawn_dataset_keeps_its_history_and_hides_its_versions(visit: Visit) -> None:
    public = with_file(visit)
    visit.scene.call("package_patch", "author", id=public["id"], title=CANARY)
    visit.scene.call("publication_withdraw", "sysadmin", id=public["id"], reason="Datos <b>equivocados</b>\nPerdón")
    body = visit.get(f"/dataset/{public['name']}", None, 410)
    assert "Datos &lt;b&gt;equivocados&lt;/b&gt;<br>Perdón" in body and faults(body) == []
    assert f'href="/dataset/{public["name"]}/historia"' in body and CANARY not in body
    for reference in (public["name"], public["id"]):
        body = visit.get(f"/dataset/{reference}/historia", None)
        text = text_of(body)
        assert "Retirado del portal" in text and "Versión 2" in text and CANARY not in body
        assert faults(body) == [] and "/historia/2" not in body
    visit.get(f"/dataset/{public['name']}/historia/2", None, 404)
    visit.get(f"/dataset/{public['name']}/historia/2", "author")
    visit.scene.call("publication_restore", "sysadmin", id=public["id"])
    text = text_of(visit.get(f"/dataset/{public['name']}/historia", None))
    assert text.index("Público otra vez") < text.index("Retirado del portal") < text.index("Versión 2")
    visit.get(f"/dataset/{public['name']}/historia/2", None)


def test_the_dataset_page_leads_there(visit: Visit) -> None:
    public = visit.scene.published()
    path = f"/dataset/{public['name']}"
    body = visit.get(path, None)
    assert f'href="{path}/historia"' in body and "/publicacion" not in body and "Publicado." not in body
    visit.scene.call("package_patch", "author", id=public["id"], title="Otro título")
    visit.scene.call("publication_submit", "author", id=public["id"])
    assert "/publicacion" not in visit.get(path, "citizen")
    for who in ("author", "reviewer", "member"):
        text = text_of(visit.get(path, who))
        committee = model.Group.get(visit.scene.committee["id"]).title
        assert f"Publicado, con cambios en revisión. Lo tiene {committee}, desde el" in text
        assert "Esta página muestra lo publicado." in text and "Otro título" not in text


def test_a_private_badge_says_the_status(visit: Visit) -> None:
    made = visit.scene.dataset()
    visit.scene.call("publication_submit", "author", id=made["id"])
    for path in (f"/dataset/{made['name']}", "/dashboard/datasets"):
        body = visit.get(path, "author")
        assert "En revisión" in body and "Privado" not in body, path

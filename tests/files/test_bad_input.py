"""Bad input through the form and the API: a clear answer in Spanish, and nothing half saved."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

from ckanext.gobierno_abierto.files import guard
from tests.files import samples as s
from tests.files.conftest import act, resources, stored

pytestmark = [pytest.mark.portal, pytest.mark.ckan_config("ckan.locale_default", "es")]

BAD = [
    ("vacio.csv", b"", "está vacío"),
    ("datos.xlsx", s.HTML, "página web"),
    ("datos.csv", s.PDF, "documento PDF"),
    ("rios.zip", s.packed({"rios.shp": b"x"}), "le falta .dbf, .shx"),
    ("datos.exe", b"MZ", "no programas"),
    ("dibujo.svg", b"<svg/>", "PNG o PDF"),
    ("roto.json", b"{", "no se puede leer"),
    ("clave.xlsx", s.ENCRYPTED, "contraseña"),
    ("../../x.csv\0.exe", b"MZ", "no programas"),
]
NAMES = ["../../../etc/cron.csv", "a\u202evsc.csv", "con.csv", "x" * 10_000 + ".csv", "..\\a.csv"]


def form(officer: dict[str, Any], name: str, body: bytes, **fields: str) -> dict[str, Any]:
    """Arguments of a POST of the resource form."""
    return {
        "headers": {"Authorization": officer["token"]},
        "data": {"id": "", "save": "go-metadata", "name": "x", "upload": (io.BytesIO(body), name), **fields},
        "content_type": "multipart/form-data",
    }


def test_form_and_api_say_what_is_wrong(
    app: Any, dataset: dict[str, Any], officer: dict[str, Any], storage: Path
) -> None:
    for name, body, told in BAD:
        answer = app.post(f"/dataset/{dataset['name']}/resource/new", **form(officer, name, body))
        assert answer.status_code == 200
        assert told in answer.get_data(as_text=True), f"{name}: {told}"
        answer = app.post(
            "/api/3/action/resource_create",
            headers={"Authorization": officer["token"]},
            data={"package_id": dataset["id"], "upload": (io.BytesIO(body), name)},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 409
        assert told in json.dumps(answer.json["error"]["upload"], ensure_ascii=False), f"{name}: {told}"
    assert resources(dataset) == []
    assert stored(storage) == []


def test_hostile_names_of_good_files_are_made_safe(
    app: Any, dataset: dict[str, Any], officer: dict[str, Any], storage: Path
) -> None:
    for name in NAMES:
        app.post(
            "/api/3/action/resource_create",
            headers={"Authorization": officer["token"]},
            data={"package_id": dataset["id"], "upload": (io.BytesIO(s.CSV), name)},
            content_type="multipart/form-data",
            status=200,
        )
    found = resources(dataset)
    assert len(found) == len(stored(storage)) == len(NAMES)
    for resource in found:
        saved = resource["url"].rpartition("/download/")[2]
        assert saved.endswith(".csv") and len(saved) <= 100
        assert saved.isascii() and "/" not in saved and ".." not in saved
        assert app.get(resource["url"].partition("test.ckan.net")[2]).data == s.CSV
    assert all(path.is_relative_to(storage / "resources") for path in stored(storage))


def test_a_file_over_the_limit_is_refused_by_its_length(
    app: Any, dataset: dict[str, Any], officer: dict[str, Any], storage: Path
) -> None:
    """Nothing of the body is parsed: the announced length alone is enough."""

    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, _offset: int, _whence: int = 0) -> int:
            return 0

        def tell(self) -> int:
            return 0

        def readinto(self, buffer: Any) -> int:
            self.given += len(buffer)
            return len(buffer)

    for address in (f"/dataset/{dataset['name']}/resource/new", "/api/3/action/resource_create"):
        body = Endless()
        answer = app.post(
            address,
            headers={"Authorization": officer["token"], "Content-Length": str(40 << 20)},
            input_stream=body,
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(40 << 20)},
        )
        assert answer.status_code == 413
        text = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.get_data(as_text=True)
        assert answer.is_json == address.startswith("/api")
        assert "40 MB" in text and "10 MB" in text and "Divida el archivo" in text
        assert body.given == 40 << 20, "the body was read and thrown away, so the sender gets the answer"
    assert resources(dataset) == []
    assert stored(storage) == []


def test_a_file_just_over_the_limit_is_refused_by_its_size(
    app: Any, dataset: dict[str, Any], officer: dict[str, Any], storage: Path
) -> None:
    body = b"a,b\n" + b"1,2\n" * ((10 << 18) + 10)
    answer = app.post(f"/dataset/{dataset['name']}/resource/new", **form(officer, "grande.csv", body))
    assert "demasiado grande: el máximo es 10 MB" in answer.get_data(as_text=True)
    assert stored(storage) == []


def test_a_body_without_a_file_has_its_own_limit(
    app: Any, officer: dict[str, Any], ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "gobierno_abierto.files.max_json_mb", 1)
    answer = app.post(
        "/api/3/action/datastore_create",
        headers={"Authorization": officer["token"]},
        data=b'{"a": "' + b"x" * (2 << 20) + b'"}',
        content_type="application/json",
    )
    assert answer.status_code == 413
    assert "Divida" in answer.json["error"]["message"]


def test_a_broken_form_token_is_explained(
    app: Any, dataset: dict[str, Any], officer: dict[str, Any], storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = factories.User(password="clave-larga-1")
    act("organization_member_create", id=officer["organization"]["id"], username=user["name"], role="editor")
    browser = app.flask_app.test_client()
    browser.post("/user/login", data={"login": user["name"], "password": "clave-larga-1"})
    address = f"/dataset/{dataset['name']}/resource/new"
    monkeypatch.setitem(app.flask_app.config, "WTF_CSRF_ENABLED", True)
    # The tests' many applications share one CSRFProtect: forget what the earlier ones exempted.
    monkeypatch.setattr(app.flask_app.extensions["csrf"], guard.DECLARED, frozenset(), raising=False)
    # An anonymous visit makes CKAN exempt the view in its whole process; the check holds all the same.
    app.get(address, status=403)
    for token in (None, "", "inventado"):
        sent = form(officer, "a.csv", s.CSV, **({} if token is None else {"_csrf_token": token}))
        del sent["headers"]
        answer = browser.post(address, **sent)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert "El formulario venció" in page and "recargue la página" in page
    assert resources(dataset) == []
    assert stored(storage) == []


def test_a_dataset_type_that_does_not_exist_is_refused(app: Any, officer: dict[str, Any]) -> None:
    answer = app.post(
        "/api/3/action/package_create",
        headers={"Authorization": officer["token"]},
        json={"name": "sin-esquema", "type": "inventado", "owner_org": officer["organization"]["id"]},
    )
    assert answer.status_code in {400, 409}
    assert answer.json["success"] is False
    assert "inventado" in json.dumps(answer.json["error"], ensure_ascii=False)
    assert model.Package.get("sin-esquema") is None


def test_a_name_that_is_taken_is_refused(app: Any, dataset: dict[str, Any], officer: dict[str, Any]) -> None:
    answer = app.post(
        "/api/3/action/package_create",
        headers={"Authorization": officer["token"]},
        json={"name": dataset["name"], "title": "x", "owner_org": officer["organization"]["id"]},
    )
    assert answer.status_code == 409
    assert "name" in answer.json["error"]

"""Masking through the API: the file is written again as a new upload, and nothing of anybody stays anywhere."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.lib import uploader

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.quality import reports
from ckanext.gobierno_abierto.quality.decisions import actions, masking
from ckanext.gobierno_abierto.quality.personal_data.treatments import hash_value
from tests.files import samples as s
from tests.files.conftest import stored
from tests.metadata.api import act
from tests.quality.deciding import (
    TREATED,
    body_of,
    checked,
    decisions,
    declare,
    fault,
    logged,
    mask,
    said,
    secret_free,
    uploaded,
)
from tests.quality.people import CARDS, CSV, HEADING, KINDS, ROWS, text_of
from tests.workflow.cast import cast
from tests.workflow.conftest import Scene, sample

pytestmark = [pytest.mark.portal, pytest.mark.ckan_config("ckan.locale_default", "es")]


@pytest.fixture
def scene(rolled_back_db: None, storage: Path, queued: list[str]) -> Scene:
    return cast()


@pytest.fixture
def package(scene: Scene) -> dict[str, Any]:
    """A dataset without files."""
    values = sample(owner_org=scene.org["id"], resources=[], private=False)
    return dict(scene.call("package_create", "author", **values))


@pytest.fixture
def made(scene: Scene, package: dict[str, Any]) -> dict[str, Any]:
    return uploaded(scene, package["id"])


def test_the_file_is_written_again(
    scene: Scene, package: dict[str, Any], made: dict[str, Any], queued: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    columns = [{"name": name, "type": "texto", "title": name.title()} for name in HEADING]
    scene.call("resource_patch", "author", id=made["id"], columns=columns)
    queued.clear()
    with caplog.at_level(logging.DEBUG):
        done = mask(scene, made["id"], "editor")
    assert done["file"] == {"name": "padron.csv", "format": "csv", "table": "", "rows": 30}
    assert done["treated"] == [{"column": name, "kind": KINDS[name], "treatment": TREATED[name]} for name in KINDS]
    assert (done["still_found"], done["notes"]) == ([], [])
    after = scene.call("resource_show", "author", id=made["id"])
    assert after["url"].endswith("/padron.csv") and after["format"] == "CSV" and after["hash"] != made["hash"]
    assert [one["name"] for one in after["columns"]] == [name for name in HEADING if name != "nombre completo"]
    body = body_of(made["id"])
    assert secret_free(body.decode(), done, caplog.text)
    secret = actions.secret_of(model.Package.get(package["id"]))
    rows = list(csv.reader(io.StringIO(body.decode())))
    assert rows[1] == [hash_value(CARDS[0], secret), ROWS[0][2][-4:], *ROWS[0][3:]]
    # Its own check is queued, and finds nothing.
    assert queued == [made["id"]] and said(scene, made["id"])["state"] == "waiting"
    checked(made["id"])
    answer = said(scene, made["id"])
    assert (answer["columns"], answer["blocking"]) == ([], False)
    entry = logged(package["id"])[0]
    assert (entry.action, entry.actor_id) == ("ocultar_datos", scene.people["editor"]["id"])
    assert entry.details["treated"] == [[name, KINDS[name], TREATED[name]] for name in KINDS]
    assert secret_free([row.as_dict() for row in audit.rows()]) and audit.verify().ok


def test_the_notes_say_what_changed(scene: Scene, package: dict[str, Any]) -> None:
    body = ("Padrón de prueba\n" + text_of([list(HEADING), *ROWS], ";")).encode("cp1252")
    latin = uploaded(scene, package["id"], body=body)
    notes = mask(scene, latin["id"])["notes"]
    assert len(notes) == 2 and "CP1252" in notes[0] and "1 línea de título" in notes[1]
    assert body_of(latin["id"]).startswith("Padrón de prueba\n".encode())
    book = uploaded(
        scene, package["id"], upload=s.sent("Padrón 2024.xlsx", s.xlsx([list(HEADING), *ROWS])), format="XLSX"
    )
    done = mask(scene, book["id"])
    assert done["file"]["name"].endswith(".csv") and "CSV" in done["notes"][0]
    after = scene.call("resource_show", "author", id=book["id"])
    assert after["format"] == "CSV" and after["url"].endswith(".csv") and after["mimetype"] == "text/csv"
    assert secret_free(body_of(book["id"]).decode())


@pytest.mark.parametrize(
    "given,words",
    [
        ({"treatments": {}}, "No eligió"),
        ({"treatments": None}, "No eligió"),
        ({"treatments": "x"}, "objeto"),
        ({"treatments": ["carnet"]}, "objeto"),
        ({"treatments": {"carnet": 1}}, "objeto"),
        ({"treatments": {"monto": "drop"}}, "«monto»"),
        ({"treatments": {"carnet": "cifrar"}}, "drop, hash, generalise"),
        ({"treatments": {"fecha de nacimiento": "hash"}}, "generalise, drop"),
        ({"table": "Hoja 9"}, "«Hoja 9»"),
    ],
)
def test_what_cannot_be_done(
    scene: Scene, package: dict[str, Any], made: dict[str, Any], storage: Path, given: dict[str, Any], words: str
) -> None:
    before = stored(storage)
    with pytest.raises(tk.ValidationError) as refused:
        mask(scene, made["id"], **given)
    assert words in fault(refused)
    assert body_of(made["id"]) == CSV and stored(storage) == before and logged(package["id"]) == []


def test_treatments_as_json(scene: Scene, made: dict[str, Any]) -> None:
    assert mask(scene, made["id"], treatments='{"carnet": "drop"}')["treated"][0]["treatment"] == "drop"


@pytest.mark.parametrize(
    "name,body",
    [
        ("padron.json", b"[" + b",".join(b'{"carnet": "%s"}' % card.encode() for card in CARDS) + b"]"),
        ("padron.jsonl", b"\n".join(b'{"carnet": "%s"}' % card.encode() for card in CARDS)),
    ],
)
def test_formats_that_are_not_written(scene: Scene, package: dict[str, Any], name: str, body: bytes) -> None:
    made = uploaded(scene, package["id"], upload=s.sent(name, body))
    answer = said(scene, made["id"])
    assert answer["columns"][0]["treatments"] == [] and "origen" in answer["file"]["why_not"]
    with pytest.raises(tk.ValidationError, match="sistema de origen"):
        mask(scene, made["id"], treatments={"carnet": "drop"})
    assert decisions(declare(scene, made["id"]))["carnet"] == "declared"


def test_a_link_is_mended_where_it_leads(scene: Scene, package: dict[str, Any], made: dict[str, Any]) -> None:
    url = "https://entidad.gob.bo/padron.csv"
    link = scene.call("resource_create", "author", package_id=package["id"], url=url, format="CSV")
    row, found = reports.report_of(link["id"]), reports.report_of(made["id"]).report
    reports.finish(row.subject, row.content, found)
    answer = said(scene, link["id"])
    assert "enlace" in answer["file"]["why_not"] and answer["columns"][0]["treatments"] == []
    with pytest.raises(tk.ValidationError, match="enlace"):
        mask(scene, link["id"])


def test_a_file_that_changed_since_its_report(scene: Scene, made: dict[str, Any], storage: Path) -> None:
    path = Path(uploader.get_resource_uploader({"id": made["id"]}).get_path(made["id"]))
    path.write_bytes(CSV + b"\n")
    with pytest.raises(tk.ValidationError, match="cambió después") as refused:
        mask(scene, made["id"])
    assert refused.value.portal_status == 409  # type: ignore[attr-defined]
    path.write_bytes(CSV)
    row = model.Session.get(model.Resource, made["id"])
    row.hash = "0" * 64
    model.Session.commit()
    with pytest.raises(tk.ValidationError, match="cambió después"):
        mask(scene, made["id"])
    assert path.read_bytes() == CSV


def test_a_file_that_is_replaced_meanwhile(scene: Scene, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    write, other = masking.write, CSV.replace(b"monto", b"valor")

    def slow(*arguments: Any) -> Any:
        written = write(*arguments)
        scene.call("resource_patch", "editor", id=made["id"], upload=s.sent("padron.csv", other))
        return written

    monkeypatch.setattr(masking, "write", slow)
    with pytest.raises(tk.ValidationError, match="cambió después"):
        mask(scene, made["id"])
    assert body_of(made["id"]) == other


def test_nothing_is_left_behind(
    scene: Scene, package: dict[str, Any], made: dict[str, Any], storage: Path, tmp_path_factory: Any, monkeypatch: Any
) -> None:
    """Neither temporary files nor a row of the log, whatever the save says."""
    folder = tmp_path_factory.mktemp("temporales")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    mask(scene, made["id"], treatments={"carnet": "hash"})
    checked(made["id"])
    assert list(folder.iterdir()) == [] and len(logged(package["id"])) == 1
    before = stored(storage)
    monkeypatch.setitem(tk.config, "ckan.max_resource_size", 0)
    with pytest.raises(tk.ValidationError):
        mask(scene, made["id"], treatments={"nombre completo": "drop"})
    assert list(folder.iterdir()) == [] and stored(storage) == before and len(logged(package["id"])) == 1


def test_hashes_are_of_an_organization(scene: Scene, package: dict[str, Any], monkeypatch: Any) -> None:
    mine = model.Package.get(package["id"])
    other = act("package_create", **sample(owner_org=scene.other_org["id"], resources=[]))
    again = act("package_create", **sample(owner_org=scene.org["id"], resources=[]))
    first = actions.secret_of(mine)
    assert actions.secret_of(model.Package.get(again["id"])) == first and len(first) == 32
    assert actions.secret_of(model.Package.get(other["id"])) != first
    monkeypatch.setitem(tk.config, "gobierno_abierto.quality.hash_secret", "una clave propia, hecha al azar")
    assert actions.secret_of(mine) != first
    monkeypatch.setitem(tk.config, "SECRET_KEY", "otra")
    assert len(actions.secret_of(mine)) == 32


def test_a_weak_secret_is_refused(scene: Scene, made: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setitem(tk.config, "gobierno_abierto.quality.hash_secret", "corta")
    with pytest.raises(tk.ValidationError, match="al menos 16"):
        mask(scene, made["id"])
    assert body_of(made["id"]) == CSV


def test_a_file_named_after_its_first_row(scene: Scene, package: dict[str, Any]) -> None:
    made = uploaded(scene, package["id"], body=text_of([[row[0], row[3]] for row in ROWS]).encode())
    answer = said(scene, made["id"])
    assert answer["columns"][0]["column"] == "columna 1" and answer["columns"][0]["treatments"] == []
    assert "encabezado" in answer["file"]["why_not"] and secret_free(answer)
    for call, given in ((declare, {"column": CARDS[0]}), (mask, {"treatments": {CARDS[0]: "drop"}})):
        with pytest.raises(tk.ValidationError) as refused:
            call(scene, made["id"], **given)
        assert "encabezado" in fault(refused) and secret_free(fault(refused))
    assert logged(package["id"]) == []

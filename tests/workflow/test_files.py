"""Files and tables of proposals: apart until they are approved, swapped in then, readable afterwards."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from werkzeug.datastructures import FileStorage

from ckanext.gobierno_abierto.quality import jobs
from ckanext.gobierno_abierto.workflow import maintenance, records, tables, versions
from tests.workflow.conftest import Scene

pytestmark = pytest.mark.gated

OLD = "anio,valor\n2020,1\n2021,2\n"
NEW = "anio,valor,nota\n2020,1,a\n2021,3,b\n2022,4,c\n"


def upload(text: str, name: str = "tabla.csv") -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(text.encode()), name)


@pytest.fixture(autouse=True)
def work_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are called by the tests, not queued."""
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)


def with_file(scene: Scene) -> dict[str, Any]:
    """A published dataset with one loaded table."""
    made = scene.dataset(resources=[])
    resource = scene.call(
        "resource_create", "author", package_id=made["id"], name="Tabla", upload=upload(OLD), format="CSV"
    )
    jobs.run(resource["id"])
    scene.publish(made["id"])
    return dict(scene.call("package_show", None, id=made["id"]))


def live_path(resource_id: str) -> Path:
    """Where the resource's own address leads."""
    return versions.path_of(records.row("live_file", resource_id=resource_id))


def rows_of(resource_id: str) -> list[dict[str, Any]]:
    """What the DataStore gives a visitor."""
    return list(tk.get_action("datastore_search")({"user": ""}, {"resource_id": resource_id})["records"])


def test_a_replaced_file_waits_beside_the_live_one(scene: Scene) -> None:
    dataset = with_file(scene)
    resource = dataset["resources"][0]
    answer = scene.call("resource_patch", "author", id=resource["id"], upload=upload(NEW))
    assert answer["publication"]["status"] == "borrador" and answer["hash"] != resource["hash"]
    live = scene.call("resource_show", None, id=resource["id"])
    assert (live["hash"], live["size"], live["url"]) == (resource["hash"], resource["size"], resource["url"])
    assert live_path(resource["id"]).read_text() == OLD


def test_a_table_is_known_as_one_after_each_move(scene: Scene) -> None:
    dataset = with_file(scene)
    assert dataset["resources"][0]["datastore_active"] is True
    scene.call("publication_withdraw", "sysadmin", id=dataset["id"], reason="Revisión")
    scene.call("publication_restore", "sysadmin", id=dataset["id"])
    assert scene.call("resource_show", None, id=dataset["resources"][0]["id"])["datastore_active"] is True


def test_an_approval_waits_for_the_table(scene: Scene) -> None:
    dataset = with_file(scene)
    scene.call("resource_patch", "author", id=dataset["resources"][0]["id"], upload=upload(NEW))
    with pytest.raises(tk.ValidationError, match="todavía se está cargando"):
        scene.publish(dataset["id"])


def test_approval_swaps_the_file_and_keeps_its_address(scene: Scene) -> None:
    dataset = with_file(scene)
    resource = dataset["resources"][0]
    first = records.row("live_file", resource_id=resource["id"])
    scene.call("resource_patch", "author", id=resource["id"], upload=upload(NEW))
    assert tables.resume() == 1
    scene.publish(dataset["id"])
    live = scene.call("resource_show", None, id=resource["id"])
    assert live["url"] == resource["url"] and live["id"] == resource["id"]
    assert live["size"] == len(NEW) and live["hash"] != resource["hash"]
    assert live_path(resource["id"]).read_text() == NEW
    assert versions.path_of(first).read_text() == OLD


def test_the_table_of_a_proposal_stands_apart_and_is_swapped_in(scene: Scene) -> None:
    dataset = with_file(scene)
    resource = dataset["resources"][0]
    assert len(rows_of(resource["id"])) == 2
    scene.call("resource_patch", "author", id=resource["id"], upload=upload(NEW))
    file_id = records.revision(records.open_run(dataset["id"]).revision_id).files[resource["id"]]
    tables.prepare(file_id, "CSV")
    assert records.row("file", id=file_id).loaded["rows"] == 3
    assert len(rows_of(resource["id"])) == 2
    difference = scene.call("publication_diff", "reviewer", id=dataset["id"])
    table = difference["resources"][0]["table"]
    assert (table["old"]["rows"], table["new"]["rows"], table["added"]) == (2, 3, ["nota"])
    assert table["sample"] == {
        "columns": ["anio", "valor"],
        "added": table["sample"]["added"],
        "removed": [["2021", "2"]],
    }
    assert sorted(table["sample"]["added"]) == [["2021", "3"], ["2022", "4"]]
    scene.publish(dataset["id"])
    assert [row["valor"] for row in rows_of(resource["id"])] == [1, 3, 4]
    assert "nota" in rows_of(resource["id"])[0]


def test_a_new_resource_has_its_id_from_the_proposal_on(scene: Scene) -> None:
    dataset = with_file(scene)
    made = scene.call(
        "resource_create", "author", package_id=dataset["id"], name="Otra", upload=upload(NEW, "otra.csv")
    )
    changed = scene.call("resource_patch", "author", id=made["id"], description="Con notas")
    assert (changed["id"], changed["description"], changed["size"]) == (made["id"], "Con notas", len(NEW))
    with pytest.raises(tk.ObjectNotFound):
        scene.call("resource_show", None, id=made["id"])
    tables.resume()
    scene.publish(dataset["id"])
    live = scene.call("package_show", None, id=dataset["id"])
    assert [one["id"] for one in live["resources"]] == [dataset["resources"][0]["id"], made["id"]]
    assert live_path(made["id"]).read_text() == NEW


def test_a_removed_resource_goes_with_the_approval(scene: Scene) -> None:
    dataset = with_file(scene)
    resource = dataset["resources"][0]
    scene.call(
        "resource_create", "author", package_id=dataset["id"], name="B", url="https://x.gob.bo/b.csv", format="CSV"
    )
    scene.call("resource_delete", "author", id=resource["id"])
    assert len(scene.call("package_show", None, id=dataset["id"])["resources"]) == 1
    scene.publish(dataset["id"])
    live = scene.call("package_show", None, id=dataset["id"])
    assert [one["name"] for one in live["resources"]] == ["B"]
    assert records.row("live_file", resource_id=resource["id"]) is None


def test_discarding_removes_the_proposed_files_only(scene: Scene) -> None:
    dataset = with_file(scene)
    resource = dataset["resources"][0]
    scene.call("resource_patch", "author", id=resource["id"], upload=upload(NEW))
    file_id = records.revision(records.open_run(dataset["id"]).revision_id).files[resource["id"]]
    assert records.row("file", id=file_id) is not None
    scene.call("publication_cancel", "author", id=dataset["id"], discard=True)
    assert records.row("file", id=file_id) is None
    assert live_path(resource["id"]).read_text() == OLD


def test_rows_of_a_public_table_are_proposed_not_written(scene: Scene) -> None:
    dataset = with_file(scene)
    resource = dataset["resources"][0]
    record = {"resource_id": resource["id"], "method": "insert", "force": True, "records": [{"anio": 2030, "valor": 9}]}
    with pytest.raises(tk.ValidationError, match="resource_update"):
        scene.call("datastore_upsert", "author", **record)
    assert len(rows_of(resource["id"])) == 2


def test_a_feed_takes_rows_and_keeps_its_structure(scene: Scene, app: Any) -> None:
    made = scene.dataset(resources=[], frequency="UPDATE_CONT")
    resource = scene.call(
        "datastore_create", "author", resource={"package_id": made["id"], "name": "Sensor", "format": "CSV"},
        fields=[{"id": "hora", "type": "text"}, {"id": "valor", "type": "numeric"}], primary_key=["hora"],
    )  # fmt: skip
    scene.publish(made["id"])
    resource_id = resource["resource_id"]
    scene.call("datastore_upsert", "author", resource_id=resource_id, records=[{"hora": "10", "valor": 1}], force=True)
    assert [row["hora"] for row in rows_of(resource_id)] == ["10"]
    with pytest.raises(tk.ValidationError):
        scene.call("datastore_delete", "author", resource_id=resource_id, force=True)
    with pytest.raises(tk.NotAuthorized):
        scene.call("datastore_upsert", "stranger", resource_id=resource_id, records=[{"hora": "11"}], force=True)


def test_no_file_without_a_row(scene: Scene) -> None:
    dataset = with_file(scene)
    scene.call("resource_patch", "author", id=dataset["resources"][0]["id"], upload=upload(NEW))
    root = Path(tk.config["ckan.storage_path"])
    for row in records.rows("package_files", package_id=dataset["id"]):
        assert (root / row.path).is_file()
    assert maintenance.sweep()[0] == 0


@pytest.mark.parametrize("public", [False, True])
def test_a_link_that_replaces_a_file_says_nothing_of_it(scene: Scene, public: bool) -> None:
    """Neither in the draft or the proposal nor in what is published: the two are the same."""
    made = with_file(scene) if public else scene.dataset(resources=[])
    if not public:
        scene.call("resource_create", "author", package_id=made["id"], name="Tabla", upload=upload(OLD), format="CSV")
    resource = scene.call("package_show", "author", id=made["id"])["resources"][0]
    link = {"url": "https://entidad.gob.bo/informe.pdf", "format": "PDF", "url_type": "", "clear_upload": "true"}
    proposed = scene.call("resource_patch", "author", **{"id": resource["id"], **link})
    facts = {"mimetype": "application/pdf", "size": None, "hash": "", "hash_algorithm": None}
    assert {name: proposed.get(name) for name in facts} == facts
    again = scene.call("package_patch", "author", id=made["id"], title="Otro título")["resources"][0]
    assert {name: again.get(name) for name in facts} == facts
    jobs.run(resource["id"])
    scene.publish(made["id"])
    (live,) = scene.call("package_show", None, id=made["id"])["resources"]
    assert {name: live.get(name) for name in facts} == facts
    assert records.row("live_file", resource_id=resource["id"]) is None

"""From a saved file to a table that answers: whole or not at all, again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckanext.datastore.backend.postgres import get_read_engine
from sqlalchemy import text

from tests.files import samples as s
from tests.files.conftest import act

pytestmark = [pytest.mark.portal, pytest.mark.ckan_config("ckan.datastore.default_fts_lang", "spanish")]
FIRST = b"codigo;Nombre;poblacion;fecha\n0201;La Paz;1,5;31/01/2024\n0301;Cochabamba;S/D;-\n"
SECOND = b"codigo;Nombre;nuevo\n0701;Santa Cruz poblaciones;1\n"


@pytest.fixture
def made(dataset: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An uploaded table, loaded; its DataStore table is dropped at the end (no transaction reaches it)."""
    from ckanext.gobierno_abierto.quality import jobs

    found = act("resource_create", package_id=dataset["id"], name="t", upload=s.sent("t.csv", FIRST))
    jobs.run(found["id"])
    yield found
    tables = jobs._tables(found["id"])
    tables.drop()
    tables.commit()
    tables.close()


def rows(resource_id: str, **search: Any) -> list[dict[str, Any]]:
    return act("datastore_search", resource_id=resource_id, **search)["records"]


def replace(made: dict[str, Any], body: bytes, name: str = "t.csv") -> dict[str, Any]:
    from ckanext.gobierno_abierto.quality import jobs

    act("resource_patch", id=made["id"], upload=s.sent(name, body))
    jobs.run(made["id"])
    model.Session.expire_all()
    return act("quality_load_show", id=made["id"])


def test_a_table_is_typed_searched_and_shown(made: dict[str, Any], queued: list[str]) -> None:
    state = act("quality_load_show", id=made["id"])
    assert (state["status"], state["rows"], state["columns"]) == ("complete", 2, 4)
    assert (state["encoding"], state["delimiter"]) == ("utf-8-sig", ";")
    assert state["types"] == {"codigo": "text", "Nombre": "text", "poblacion": "numeric", "fecha": "date"}
    assert rows(made["id"]) == [
        {"_id": 1, "codigo": "0201", "Nombre": "La Paz", "poblacion": 1.5, "fecha": "2024-01-31"},
        {"_id": 2, "codigo": "0301", "Nombre": "Cochabamba", "poblacion": None, "fecha": None},
    ]
    assert [row["codigo"] for row in rows(made["id"], q="cochabamba")] == ["0301"]
    assert act("resource_show", id=made["id"])["datastore_active"] is True
    assert queued == [made["id"]]
    # Spanish words are stemmed: the singular finds the plural.
    replace(made, SECOND)
    assert [row["codigo"] for row in rows(made["id"], q="población")] == ["0701"]
    assert rows(made["id"], q="cochabamba") == []


def test_a_reload_keeps_the_dictionary_the_imposed_types_and_the_aliases(made: dict[str, Any]) -> None:
    fields = act("datastore_info", id=made["id"])["fields"]
    for field in fields:
        field["info"] = {"label": "Nombre del municipio"} if field["id"] == "Nombre" else {}
    kept = [{"id": f["id"], "type": f["type"], "info": f["info"]} for f in fields]
    kept[0]["info"] = {"type_override": "numeric"}
    act("datastore_create", resource_id=made["id"], force=True, fields=kept, aliases=["municipios_prueba"])
    assert replace(made, SECOND)["status"] == "complete"
    info = {f["id"]: f for f in act("datastore_info", id=made["id"])["fields"]}
    assert info["Nombre"]["info"]["label"] == "Nombre del municipio"
    assert info["codigo"]["type"] == "numeric" and rows(made["id"])[0]["codigo"] == 701
    assert rows("municipios_prueba")[0]["Nombre"] == "Santa Cruz poblaciones"
    state = replace(made, b"codigo;Nombre;x\nno es;a;1\n")
    assert state["status"] == "error" and "«codigo»" in state["detail"] and "línea 2" in state["detail"]


def test_the_same_content_is_not_loaded_twice(made: dict[str, Any], queued: list[str], monkeypatch: Any) -> None:
    from ckanext.gobierno_abierto.quality import jobs

    act("resource_patch", id=made["id"], description="otra")
    assert queued == [made["id"]], "a change of words is no change of content"
    monkeypatch.setattr(jobs, "_load", lambda _resource: pytest.fail("loaded again"))
    jobs.run(made["id"])
    assert act("quality_load_show", id=made["id"])["status"] == "complete"


def test_a_file_that_is_no_table_removes_the_old_one_and_says_why(made: dict[str, Any]) -> None:
    state = replace(made, b"a,b\n1,2,3\n")
    assert state["status"] == "error"
    assert state["error"]["code"] == "LongRow"
    assert act("resource_show", id=made["id"])["datastore_active"] is False
    with pytest.raises(tk.ObjectNotFound):
        rows(made["id"])
    assert replace(made, SECOND)["status"] == "complete"
    assert replace(made, s.PDF, "t.pdf")["status"] == "none"
    with pytest.raises(tk.ObjectNotFound):
        rows(made["id"])


def test_a_failure_before_the_swap_leaves_the_old_table(made: dict[str, Any], monkeypatch: Any) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loader
    from ckanext.gobierno_abierto.quality.loading_source import open_table

    def fail(*_arguments: Any) -> None:
        raise RuntimeError("power cut")

    act("resource_patch", id=made["id"], upload=s.sent("t.csv", SECOND))
    monkeypatch.setattr(loader, "_entry", fail)
    tables = jobs._tables(made["id"])
    try:
        with jobs.on_disk(act("resource_show", id=made["id"])) as path, pytest.raises(RuntimeError):
            with open_table(path, "csv", 10) as source:
                loader.load(source, tables)
    finally:
        tables.close()
    assert [row["codigo"] for row in rows(made["id"])] == ["0201", "0301"]
    with get_read_engine().connect() as connection:
        left = connection.execute(text("select count(*) from pg_tables where tablename like '\\_ga\\_%'")).scalar()
    assert left == 0


def test_an_unexpected_failure_is_kept_and_does_not_stop_the_queue(made: dict[str, Any], monkeypatch: Any) -> None:
    from ckanext.gobierno_abierto.quality import jobs

    def fail(_resource: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(jobs, "_load", fail)
    act("resource_patch", id=made["id"], upload=s.sent("t.csv", SECOND))
    jobs.run(made["id"])
    state = act("quality_load_show", id=made["id"])
    assert (state["status"], state["error"]["code"]) == ("error", "Interrupted")
    jobs.run("no-existe")


def test_a_table_wider_than_a_functions_arguments(made: dict[str, Any]) -> None:
    names = ",".join(f"c{n}" for n in range(300))
    state = replace(made, f"{names}\n{','.join('1' for _ in range(300))}\n".encode())
    assert (state["status"], state["columns"]) == ("complete", 300)


def test_only_who_may_change_the_resource_loads_it_again(made: dict[str, Any], queued: list[str]) -> None:
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("quality_load_run")({"user": ""}, {"id": made["id"]})
    assert act("quality_load_run", id=made["id"])["status"] == "pending"
    assert queued == [made["id"], made["id"]]


def test_what_is_no_table_is_refused_in_words(dataset: dict[str, Any]) -> None:
    found = act("resource_create", package_id=dataset["id"], upload=s.sent("a.pdf", s.PDF))
    assert act("quality_load_show", id=found["id"])["status"] == "none"
    with pytest.raises(tk.ValidationError):
        act("quality_load_run", id=found["id"])

"""A table that answers at once, and whose search by words follows: whoever dies in between, and whoever writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from ckan import model
from click.testing import CliRunner
from psycopg2 import sql

from tests.files import samples as s
from tests.files.conftest import act
from tests.quality.test_loader import FIRST, SECOND, replace, rows
from tests.quality.test_loader import made as loaded_table
from tests.quality.test_reading import TYPES

pytestmark = [pytest.mark.portal, pytest.mark.ckan_config("ckan.datastore.default_fts_lang", "spanish")]
made = loaded_table


@pytest.fixture
def usable(dataset: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A table whose worker died right after it began to answer."""
    from ckanext.gobierno_abierto.quality import jobs

    found = act("resource_create", package_id=dataset["id"], name="t", upload=s.sent("t.csv", FIRST))
    with monkeypatch.context() as dying:
        dying.setattr(jobs, "complete", lambda _tables: 1 / 0)
        jobs.run(found["id"])
    yield found
    tables = jobs._tables(found["id"])
    tables.drop()
    tables.commit()
    tables.close()


def asked(statement: sql.Composable | str, *values: Any) -> list[Any]:
    """Rows of the DataStore, outside of any transaction."""
    from ckanext.datastore.backend.postgres import get_write_engine

    connection = get_write_engine().raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement, values)
        return list(cursor.fetchall())
    finally:
        connection.rollback()
        connection.close()


def state(resource_id: str) -> dict[str, Any]:
    model.Session.expire_all()
    return dict(act("quality_load_show", id=resource_id))


def indexes(resource_id: str) -> list[str]:
    return sorted(row[0] for row in asked("SELECT indexdef FROM pg_indexes WHERE tablename = %s", resource_id))


def left_over() -> list[str]:
    return [row[0] for row in asked(r"SELECT relname FROM pg_class WHERE relname LIKE '\_ga\_%%' AND relkind = 'r'")]


def test_a_table_answers_before_its_words_are_made(usable: dict[str, Any]) -> None:
    found = state(usable["id"])
    assert (found["status"], found["full_text"], found["rows"]) == ("complete", False, 2)
    assert "palabras" in found["detail"]
    assert [row["codigo"] for row in rows(usable["id"])] == ["0201", "0301"]
    assert rows(usable["id"], filters={"codigo": "0301"})[0]["Nombre"] == "Cochabamba"
    assert act("resource_show", id=usable["id"])["datastore_active"] is True
    assert rows(usable["id"], q="cochabamba") == []


@pytest.mark.parametrize("way", ["run", "pending"])
def test_what_a_dead_worker_left_is_finished(usable: dict[str, Any], way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.gobierno_abierto.quality import cli, jobs

    if way == "run":
        monkeypatch.setattr(jobs, "_load", lambda _resource: pytest.fail("loaded again"))
        jobs.run(usable["id"])
    else:
        answer = CliRunner().invoke(cli.load, ["--pending"])
        assert answer.exit_code == 0 and usable["id"] in answer.output
    found = state(usable["id"])
    assert found["full_text"] is True and "palabras" not in found["detail"]
    assert [row["codigo"] for row in rows(usable["id"], q="cochabamba")] == ["0301"]
    assert left_over() == []


@pytest.mark.parametrize("method", ["gist", "gin"])
def test_either_index_is_made_under_the_name_that_ckan_looks_for(
    usable: dict[str, Any], ckan_config: Any, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    from ckanext.gobierno_abierto.quality import jobs
    from ckanext.gobierno_abierto.quality.loader import ckan_index_name

    monkeypatch.setitem(ckan_config, "ckan.datastore.default_fts_index_method", method)
    jobs.run(usable["id"])
    found = indexes(usable["id"])
    assert any(ckan_index_name(usable["id"]) in one and f"USING {method} (_full_text)" in one for one in found)
    assert [sum(end in one for one in found) for end in ("UNIQUE", "(codigo)", "(fecha)", "(poblacion)")] == [
        1,
        1,
        1,
        0,
    ]
    assert [row["codigo"] for row in rows(usable["id"], q="cochabamba")] == ["0301"]


def test_what_is_complete_is_not_made_again(made: dict[str, Any]) -> None:
    from ckanext.gobierno_abierto.quality import jobs
    from ckanext.gobierno_abierto.quality.loading_text import complete

    before = asked("SELECT %s::regclass::oid", f'"{made["id"]}"')
    tables = jobs._tables(made["id"])
    try:
        assert complete(tables) is False
        tables.resource_id = "00000000-0000-4000-8000-000000000000"
        assert complete(tables) is False
    finally:
        tables.close()
    assert asked("SELECT %s::regclass::oid", f'"{made["id"]}"') == before


def test_rows_of_the_api_keep_their_words_and_numbers(usable: dict[str, Any]) -> None:
    """Written before the words are made, and after."""
    from ckanext.gobierno_abierto.quality import jobs

    row = {"codigo": "0701", "Nombre": "Santa Cruz", "poblacion": 3, "fecha": "2024-05-06"}
    act("datastore_upsert", resource_id=usable["id"], method="insert", force=True, records=[row])
    jobs.run(usable["id"])
    row = {**row, "codigo": "0801", "Nombre": "Uyuni"}
    act("datastore_upsert", resource_id=usable["id"], method="insert", force=True, records=[row])
    assert [(row["_id"], row["codigo"]) for row in rows(usable["id"])] == [
        (1, "0201"),
        (2, "0301"),
        (3, "0701"),
        (4, "0801"),
    ]
    for word in ("cochabamba", "cruz", "uyuni"):
        assert len(rows(usable["id"], q=word)) == 1, word


def test_the_words_keep_what_people_made_of_the_table(usable: dict[str, Any]) -> None:
    from ckanext.gobierno_abierto.quality import jobs

    fields = [{"id": f["id"], "type": f["type"]} for f in act("datastore_info", id=usable["id"])["fields"]]
    fields[1]["info"] = {"label": "Nombre del municipio"}
    act("datastore_create", resource_id=usable["id"], force=True, fields=fields, aliases=["alias_prueba"])
    jobs.run(usable["id"])
    info = {field["id"]: field for field in act("datastore_info", id=usable["id"])["fields"]}
    assert info["Nombre"]["info"]["label"] == "Nombre del municipio"
    assert [row["codigo"] for row in rows("alias_prueba")] == ["0201", "0301"]
    assert [row["codigo"] for row in rows(usable["id"], q="cochabamba")] == ["0301"], "an index of CKAN's is no excuse"


def test_readers_go_on_and_writers_wait_while_the_words_are_made(
    usable: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loading_text

    held, go_on = threading.Event(), threading.Event()
    build = loading_text._build

    def slow(*arguments: Any) -> None:
        held.set()
        assert go_on.wait(20)
        build(*arguments)

    def finish() -> None:
        tables = jobs._tables(usable["id"])
        try:
            loading_text.complete(tables)
        finally:
            tables.close()

    monkeypatch.setattr(loading_text, "_build", slow)
    worker = threading.Thread(target=finish)
    worker.start()
    try:
        assert held.wait(20)
        table = sql.Identifier(usable["id"])
        assert asked(sql.SQL("SELECT count(*) FROM {}").format(table)) == [(2,)]
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            asked(sql.SQL("SET LOCAL lock_timeout = 100; UPDATE {} SET codigo = codigo RETURNING _id").format(table))
    finally:
        go_on.set()
        worker.join(30)
    assert [row["codigo"] for row in rows(usable["id"], q="cochabamba")] == ["0301"]


def test_a_failure_midway_leaves_the_table_that_answers(
    usable: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loading_text

    together, calls = loading_text._together, []

    def failing(tables: Any, given: Any) -> None:
        calls.append(len(given))
        if len(calls) == 3:
            raise psycopg2.errors.DeadlockDetected
        together(tables, given)

    monkeypatch.setattr(loading_text, "_together", failing)
    jobs.run(usable["id"])
    assert state(usable["id"])["full_text"] is True, "a lost lock is tried again"
    calls.clear()
    monkeypatch.setattr(loading_text, "TIMES", 1)
    monkeypatch.setattr(loading_text, "_build", lambda *_arguments: 1 / 0)
    assert replace(usable, SECOND)["full_text"] is False
    assert [row["codigo"] for row in rows(usable["id"])] == ["0701"]
    assert left_over() == []


def test_one_failed_job_ends_the_others(usable: dict[str, Any]) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loading_text

    def sleep(cursor: Any) -> None:
        cursor.execute("SELECT pg_sleep(30)")

    def fail(cursor: Any) -> None:
        cursor.execute("SELECT 1 / 0")

    tables = jobs._tables(usable["id"])
    begin = datetime.now()
    try:
        with pytest.raises(psycopg2.errors.DivisionByZero):
            loading_text._together(tables, [sleep, fail])
    finally:
        tables.close()
    assert (datetime.now() - begin).total_seconds() < 10


def test_a_reader_does_not_keep_those_behind_it_waiting(made: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """While an old reader is at the table, the swap stands back; what was done before it stays."""
    from ckanext.datastore.backend.postgres import get_write_engine

    from ckanext.gobierno_abierto.quality import jobs, loading_tables

    monkeypatch.setattr(loading_tables, "PATIENCE", 50)
    reader = get_write_engine().raw_connection()
    reader.cursor().execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(made["id"])))
    monkeypatch.setattr(loading_tables.time, "sleep", lambda _seconds: reader.rollback())
    tables = jobs._tables(made["id"])
    try:
        tables.run("drop_table", table=tables.new)
        tables.run("create_table", table=tables.new, columns=sql.SQL("x text"))
        tables.replace_with(tables.new)
        tables.commit()
        assert tables.columns(made["id"]) == {"x": "text"}
    finally:
        tables.close()
        reader.close()


@pytest.mark.parametrize(
    "types,sample,wanted",
    [
        (
            {"cod_municipio": "text", "n": "int8", "fecha": "date"},
            {"cod_municipio": ["a b"]},
            ["cod_municipio", "fecha"],
        ),
        ({"cuce": "text"}, {"cuce": ["20-0417-00-1", None]}, ["cuce"]),
        ({"nombre": "text", "vacia": "text"}, {"nombre": ["La Paz 2"], "vacia": [None]}, []),
        ({"largo": "text"}, {"largo": ["1" * 41]}, []),
        ({"momento": "timestamp without time zone"}, {}, ["momento"]),
        ({f"d{n}": "date" for n in range(20)}, {}, [f"d{n}" for n in range(8)]),
    ],
)
def test_which_columns_get_an_index(types: dict[str, str], sample: dict[str, Any], wanted: list[str]) -> None:
    from ckanext.gobierno_abierto.quality.loading_text import index_columns

    assert index_columns(types, sample) == wanted


def test_a_code_too_long_for_an_index_does_without(made: dict[str, Any]) -> None:
    from random import Random

    draw = Random(1)
    long = "".join(draw.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(20_000))
    body = "codigo;x\n" + "".join(f"a{n};1\n" for n in range(600)) + f"{long};1\n"
    assert replace(made, body.encode())["full_text"] is True
    assert not any("(codigo)" in one for one in indexes(made["id"]))


def test_every_kind_of_value_is_kept_as_its_type_says(made: dict[str, Any]) -> None:
    height = max(len(values) for values, _kind, _stored in TYPES)
    lines = [";".join(f"c{n}" for n in range(len(TYPES))) + ";n"]
    for row in range(height):
        cells = [values[row] if row < len(values) else "" for values, _kind, _stored in TYPES]
        lines.append(";".join([*cells, str(row)]))
    found = replace(made, "\n".join(lines).encode())
    assert [found["types"][f"c{n}"] for n in range(len(TYPES))] == [kind for _values, kind, _stored in TYPES]
    kept = rows(made["id"])
    for place, (values, kind, stored) in enumerate(TYPES):
        for row, _value in enumerate(values):
            assert _read(kept[row][f"c{place}"], kind) == _read(stored[row] or None, kind), values


def _read(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind in {"int8", "numeric"}:
        return float(Decimal(str(value)))
    return datetime.fromisoformat(value) if kind == "timestamp" else value


#: Text, whether its report is at hand, how often rows go to the database, types. A batch is a line or two.
WAYS = [
    ("a;b\n1;x\n2;y\n3;z\n", False, 1, {"a": "int8"}),
    ("a;b\n1;x\n2;y\n3,5;z\n", False, 2, {"a": "numeric"}),
    ("a;b\n1;x\n2;y\n3,5;z\n", True, 1, {"a": "numeric"}),
    ("a;b\n;x\n;y\n3;z\n", False, 2, {"a": "int8"}),
    ("a;b\n-;x\n-;y\nx;z\n", False, 1, {"a": "text"}),
    ("a;b\n1;x\n2;y\nTotal;z\n", False, 2, {"a": "text"}),
    ("a;b\n1;x\n2;y\nTotal;z\n", True, 1, {"a": "text"}),
    ("a;b\n1;x\n2;y\nS/D;z\n", False, 1, {"a": "int8"}),
    ("a;b;\n1;x;\n2;y;\n3;z;\n", False, 1, {"a": "int8", "b": "text"}),
    ("a;b;\n1;x;\n2;y;\n3;z;nota\n", False, 2, {"a": "int8", "b": "text", "columna_3": "text"}),
    # The report is right of the kind and wrong of the type: a dot is no separator that dates are loaded with.
    ("a;b\n31.01.2024;x\n31.01.2024;y\n", True, 1, {"a": "text"}),
    ("a;b\n007.5;x\n1.5;y\n", True, 1, {"a": "text"}),
]


@pytest.mark.parametrize("text,told,copies,types", WAYS)
def test_the_first_rows_are_believed_until_one_says_otherwise(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch, text: str, told: bool, copies: int, types: dict[str, str]
) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loader, reports
    from ckanext.gobierno_abierto.quality.inputs import delimited

    monkeypatch.setattr(delimited, "BLOCK", 5)
    copied: list[Any] = []
    copy = loader._copy
    monkeypatch.setattr(loader, "_copy", lambda *given: copied.append(given) or copy(*given))  # type: ignore[func-returns-value]
    act("resource_patch", id=made["id"], upload=s.sent("t.csv", text.encode()))
    if told:
        row = reports.report_of(made["id"])
        reports.begin(made["id"], row.content)
        reports.finish(made["id"], row.content, checked(made["id"]))
    jobs.run(made["id"])
    found = state(made["id"])
    assert {name: found["types"][name] for name in types} == types
    assert len(copied) == copies
    cells = [line.split(";") for line in text.splitlines()[1:]]
    assert [row["b"] for row in rows(made["id"])] == [row[1] for row in cells]
    assert [row["_id"] for row in rows(made["id"])] == list(range(1, len(cells) + 1))
    assert len(found["types"]) == len(types) or len(types) == 1


@pytest.mark.parametrize("lie", [{"codigo": {"integer": 1}}, {"codigo": {"text": 1}, "otra": {"integer": 1}}])
def test_a_report_that_lies_changes_nothing(made: dict[str, Any], tmp_path: Path, lie: Any) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loader, loading_source

    path = tmp_path / "t.csv"
    path.write_bytes(SECOND)
    tables = jobs._tables(made["id"])
    try:
        with loading_source.open_table(path, "csv", 10) as source:
            loaded = loader.load(source, tables, known=lie)
    finally:
        tables.close()
    assert loaded.types == {"codigo": "text", "Nombre": "text", "nuevo": "int8"}


def test_a_worker_that_dies_before_the_indexes_has_them_made(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.gobierno_abierto.quality import jobs, loading_text, status

    with monkeypatch.context() as dying:
        dying.setattr(loading_text, "_index", lambda *_given: 1 / 0)
        assert replace(made, FIRST.replace(b"La Paz", b"Oruro"))["full_text"] is True
    assert [row["codigo"] for row in rows(made["id"], q="oruro")] == ["0201"]
    assert not any("(fecha)" in one for one in indexes(made["id"]))
    assert made["id"] in {row.entity_id for row in status.unfinished()}
    jobs.run(made["id"])
    assert any("(fecha)" in one for one in indexes(made["id"]))
    assert made["id"] not in {row.entity_id for row in status.unfinished()}


def checked(resource_id: str) -> dict[str, Any]:
    """The report of a resource's file."""
    from ckanext.gobierno_abierto.quality import jobs
    from ckanext.gobierno_abierto.quality.report import check

    with jobs.on_disk(act("resource_show", id=resource_id)) as path:
        return dict(json.loads(json.dumps(check(path, "t.csv"))))


def test_a_prepared_table_can_be_searched_when_it_is_adopted(made: dict[str, Any], tmp_path: Path) -> None:
    from ckanext.gobierno_abierto.quality import prepared

    path = tmp_path / "t.csv"
    path.write_bytes(SECOND)
    waiting = "00000000-0000-4000-8000-00000000000f"
    found = prepared.prepare_table(waiting, path, "csv", made["id"])
    assert (found["status"], found["full_text"], found["rows"]) == ("complete", True, 1)
    assert prepared.adopt_table(waiting, made["id"], found) is True
    assert state(made["id"])["full_text"] is True
    assert [row["codigo"] for row in rows(made["id"], q="poblacion")] == ["0701"]
    row = {"codigo": "1", "Nombre": "Uyuni", "nuevo": 2}
    act("datastore_upsert", resource_id=made["id"], method="insert", force=True, records=[row])
    assert [row["_id"] for row in rows(made["id"], q="uyuni")] == [2]

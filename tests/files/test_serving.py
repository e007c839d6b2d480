"""Files handed to readers: headers, tables as files, the proxy."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import python_calamine

from ckanext.gobierno_abierto.files import serving, tables, xlsx
from ckanext.gobierno_abierto.files.helpers import ga_downloads
from tests.files import samples as s
from tests.files.conftest import act


@pytest.mark.parametrize(
    "kind,attachment,boxed",
    [
        ("text/csv", True, True),
        ("text/html; charset=utf-8", True, True),
        ("image/svg+xml", True, True),
        ("application/octet-stream", True, True),
        ("", True, True),
        ("image/png", False, True),
        ("text/plain; charset=utf-8", False, True),
        ("application/pdf", False, False),
    ],
)
def test_headers_of_what_somebody_uploaded(kind: str, attachment: bool, boxed: bool) -> None:
    found = serving.headers(kind, "inline; filename=a.csv")
    assert found["X-Content-Type-Options"] == "nosniff"
    assert (found.get("Content-Disposition") == "attachment; filename=a.csv") == attachment
    assert ("sandbox" in found.get("Content-Security-Policy", "")) == boxed


def test_a_workbook_is_read_back_as_it_was() -> None:
    rows = [
        ["=1+1", 1, None, "2024-01-31", True],
        ["@suma", -2.5, "0201", "2024-01-31T10:30:00", False],
        ["+51", 10**16, " <&> \x07ñ", None, None],
        ["-1", "3.25", "x", "31/01/2024", True],
    ]
    kinds = ["text", "numeric", "text", "timestamp", "bool"]
    data = b"".join(xlsx.workbook(["a", "b", "c", "=d", "e"], kinds, rows, "Hoja: 1/2"))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    found = book.get_sheet_by_index(0).to_python()
    assert found[0] == ["a", "b", "c", "=d", "e"]
    assert found[1][:3] == ["=1+1", 1.0, ""]
    assert str(found[1][3]) == "2024-01-31"
    assert str(found[2][3]) == "2024-01-31 10:30:00"
    assert found[2][:3] == ["@suma", -2.5, "0201"]
    assert found[3][:3] == ["+51", str(10**16), " <&> ñ"]
    assert found[4][1] == 3.25 and found[4][3] == "31/01/2024"
    assert b"<f>" not in data


def test_a_workbook_comes_out_while_rows_go_in() -> None:
    read = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal read
        for read in range(1, 60_001):
            yield [read, f"fila {read * 7919 % 10007}"]

    parts = xlsx.workbook(["n", "texto"], ["int8", "text"], rows())
    first = next(parts)
    assert 0 < read < 60_000
    assert len(first) + sum(map(len, parts)) > 100_000


@pytest.mark.parametrize("rows,columns,fits", [(1_048_575, 10, True), (1_048_576, 10, False), (5, 16_385, False)])
def test_what_a_sheet_cannot_hold_is_told(rows: int, columns: int, fits: bool) -> None:
    if fits:
        tables.check_fits(rows, columns)
    else:
        with pytest.raises(tables.TooManyRows, match="CSV o JSON"):
            tables.check_fits(rows, columns)


@pytest.fixture
def loaded(dataset: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A resource whose table is in the DataStore; the table goes when the test ends."""
    from ckanext.gobierno_abierto.quality import jobs

    body = b"codigo;nombre;monto;fecha\n0201;=La Paz;1,5;31/01/2024\n0301;Cochabamba;S/D;-\n"
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("Población.csv", body))
    jobs.run(made["id"])
    yield act("resource_show", id=made["id"])
    with jobs_tables(made["id"]) as found:
        found.drop()
        found.commit()


@contextmanager
def jobs_tables(resource_id: str) -> Iterator[Any]:
    from ckanext.gobierno_abierto.quality.loader import Tables

    found = Tables(resource_id, "spanish", "gin")
    try:
        yield found
    finally:
        found.close()


@pytest.mark.portal
def test_a_table_in_three_formats(app: Any, dataset: dict[str, Any], loaded: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(tables, "PAGE", 1)
    downloads = {one["format"] + one["kind"]: one for one in ga_downloads_in(app, loaded)}
    assert set(downloads) == {"CSVoriginal", "CSVtable", "XLSXtable", "JSONtable"}
    answers = {}
    for name, one in downloads.items():
        if one["kind"] == "table":
            answers[name] = app.get(one["url"])
            assert answers[name].data, "read to its end: the stream holds the request's context"
    assert [*csv.reader(io.StringIO(answers["CSVtable"].get_data(as_text=True)))] == [
        ["codigo", "nombre", "monto", "fecha"],
        ["0201", "=La Paz", "1.5", "2024-01-31"],
        ["0301", "Cochabamba", "", ""],
    ]
    assert json.loads(answers["JSONtable"].get_data(as_text=True))[0] == {
        "codigo": "0201",
        "nombre": "=La Paz",
        "monto": 1.5,
        "fecha": "2024-01-31",
    }
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answers["XLSXtable"].data))
    assert sheet.get_sheet_by_index(0).to_python()[1][:3] == ["0201", "=La Paz", 1.5]
    for name, answer in answers.items():
        extension = downloads[name]["format"].lower()
        assert answer.headers["Content-Disposition"] == f"attachment; filename=poblacion.{extension}"


def ga_downloads_in(app: Any, resource: dict[str, Any]) -> list[dict[str, Any]]:
    with app.flask_app.test_request_context():
        return ga_downloads(resource)


@pytest.mark.portal
def test_a_private_table_is_nobody_elses(app: Any, dataset: dict[str, Any], loaded: dict[str, Any]) -> None:
    act("package_patch", id=dataset["id"], private=True)
    for extension in ("csv", "xlsx", "json"):
        answer = app.get(f"/dataset/{dataset['id']}/resource/{loaded['id']}/tabla.{extension}")
        assert answer.status_code == 404
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("quality_load_show")({"user": ""}, {"id": loaded["id"]})


@pytest.mark.portal
def test_other_formats_and_other_resources_are_not_found(app: Any, dataset: dict[str, Any]) -> None:
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("a.pdf", s.PDF))
    assert app.get(f"/dataset/x/resource/{made['id']}/tabla.csv").status_code == 404
    assert app.get(f"/dataset/x/resource/{made['id']}/tabla.exe").status_code == 404
    answer = app.get(made["url"].partition("test.ckan.net")[2])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")


@pytest.mark.portal
def test_the_proxy_asks_no_internal_address(app: Any, dataset: dict[str, Any]) -> None:
    for url in ("http://127.0.0.1:6390/", "http://169.254.169.254/", "http://2130706433/", "http://intranet/"):
        made = act("resource_create", package_id=dataset["id"], url=url, format="GeoJSON")
        answer = app.get(f"/es/dataset/{dataset['name']}/resource/{made['id']}/proxy")
        assert answer.status_code == 409
        assert "El portal no lee la dirección" in answer.get_data(as_text=True)

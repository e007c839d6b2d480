"""Every format that is read: sheets, JSON, maps, Parquet; headings that are not on the first row."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.files.samples import CSV, GEOJSON, KML, packed, xlsx
from tests.quality.checking import faults, judged, lines

ENCODINGS = [("utf-8", True), ("utf-8-sig", True), ("utf-16", False), ("utf-16-le", False), ("cp1252", False)]


@pytest.mark.parametrize("encoding,clean", ENCODINGS)
@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_encodings_and_separators(tmp_path: Path, encoding: str, clean: bool, delimiter: str) -> None:
    body = "año;niñas\n2024;«sí»\n2023;«no»\n".replace(";", delimiter)
    report = judged(tmp_path, body.encode(encoding))
    assert report["file"]["delimiter"] == delimiter
    assert [one["name"] for one in report["tables"][0]["columns"]] == ["año", "niñas"]
    assert ("encoding" in faults(report)) is not clean
    assert report["tables"][0]["columns"][1]["top"]["values"][0]["value"] == "«sí»"


def book(*sheets: str, merged: str = "") -> bytes:
    """A workbook of these `sheetData` contents, made by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    numbers = range(1, len(sheets) + 1)
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{relations}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        + "".join(f'<sheet name="Hoja {n}" sheetId="{n}" r:id="s{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + "</Relationships>",
    }
    for number, sheet in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData>{merged}</worksheet>'
        )
    return packed({name: text.encode() for name, text in members.items()})


def grid(rows: Sequence[Sequence[Any]], top: int = 1, left: int = 0) -> str:
    """`sheetData` with the first cell at row `top` and column `left` (0: A)."""
    text = ""
    for number, row in enumerate(rows, top):
        cells = ""
        for place, value in enumerate(row, left):
            reference = f"{chr(65 + place)}{number}"
            if value is None:
                continue
            cells += (
                f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
                if isinstance(value, str)
                else f'<c r="{reference}"><v>{value}</v></c>'
            )
        text += f'<row r="{number}">{cells}</row>'
    return text


def test_a_sheet_keeps_its_row_numbers(tmp_path: Path) -> None:
    rows = [["codigo", "fecha"], ["1", "01/01/2024"], ["2", "31/02/2024"], ["3", "02/01/2024"]]
    report = judged(tmp_path, xlsx(rows), "a.xlsx")
    assert report["file"]["format"] == "xlsx" and report["file"]["stars"] == 2
    assert lines(faults(report)["impossible_dates"]) == [3]
    assert report["tables"][0]["unit"] == "row"


def test_a_table_far_from_the_corner(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["codigo", "fecha"],
        ["a", "01/01/2024"],
        [None, None],
        ["b", "31/02/2024"],
        ["c", "02/01/2024"],
    ]
    found = faults(judged(tmp_path, book(grid(rows, top=4, left=2)), "a.xlsx"))
    assert lines(found["impossible_dates"]) == [7]
    assert lines(found["blank_rows"]) == [6]
    assert lines(found["heading_not_first"]) == [4]


def test_a_title_above_the_heading(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Matriz de escuelas"],
        [None],
        ["codigo", "nombre", "total"],
        ["1", "A", 3],
        ["2", "B", 4],
    ]
    report = judged(tmp_path, book(grid(rows)), "a.xlsx")
    (one,) = faults(report)["heading_not_first"]
    assert one["places"][0]["line"] == 3 and "codigo, nombre, total" in one["detail"]["es"]
    assert [column["name"] for column in report["tables"][0]["columns"]] == ["codigo", "nombre", "total"]


def test_merged_groups_of_columns_name_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Municipio", "Población", None, "Viviendas", None],
        [None, "Hombres", "Mujeres", "Urbanas", "Rurales"],
        ["Sucre", 1, 2, 3, 4],
        ["Yotala", 5, 6, 7, 8],
    ]
    merged = '<mergeCells count="2"><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>'
    report = judged(tmp_path, book(grid(rows), merged=merged), "a.xlsx")
    names = ["Municipio", "Población - Hombres", "Población - Mujeres", "Viviendas - Urbanas", "Viviendas - Rurales"]
    assert [column["name"] for column in report["tables"][0]["columns"]] == names
    assert report["tables"][0]["heading"] == {"line": 1, "lines": 2} and report["tables"][0]["rows"] == 2
    assert "heading_not_first" in faults(report) and "merged_cells" not in faults(report)


def test_merged_cells_in_the_data(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["a", "b"], ["x", 1], [None, 2], ["y", 3]]
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    found = faults(judged(tmp_path, book(grid(rows), merged=merged), "a.xlsx"))
    assert lines(found["merged_cells"]) == [2]


def test_every_sheet_is_checked(tmp_path: Path) -> None:
    one = grid([["a", "fecha"], ["x", "31/02/2024"]])
    two = grid([["c", "d"], ["y", "=1+1"]])
    report = judged(tmp_path, book(one, "", two, grid([["vacía", "sin filas"]])), "a.xlsx")
    found = faults(report)
    assert [table["name"] for table in report["tables"]] == ["Hoja 1", "Hoja 3", "Hoja 4"]
    assert found["impossible_dates"][0]["table"] == 0 and found["formulas"][0]["table"] == 1
    assert found["several_sheets"][0]["count"] == 4 and "no_rows" not in found


def ods(rows: list[list[str]]) -> bytes:
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    body = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{v}</text:p></table:table-cell>' for v in row)
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Hoja">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": mime, "content.xml": content.encode(), "META-INF/manifest.xml": b"<a/>"})


def test_ods(tmp_path: Path) -> None:
    report = judged(tmp_path, ods([["a", "fecha"], ["x", "01/01/2024"], ["y", "31/02/2024"]]), "a.ods")
    assert report["file"]["format"] == "ods" and report["file"]["stars"] == 3
    assert lines(faults(report)["impossible_dates"]) == [3]


@pytest.mark.parametrize(
    "body,names,rows",
    [
        ('[{"a": 1, "b": {"c": "x"}}, {"a": 2, "d": [1]}]', ["a", "b.c", "d"], 2),
        ('{"meta": {"x": [1, 2]}, "data": [{"a": 1}, {"a": 2}]}', ["a"], 2),
        ('{"releases": [{"ocid": "1", "tender": {"id": "t"}}]}', ["ocid", "tender.id"], 1),
        ("[1, 2, 3]", ["valor"], 3),
        ("[]", [], 0),
    ],
)
def test_json(tmp_path: Path, body: str, names: list[str], rows: int) -> None:
    report = judged(tmp_path, body, "a.json")
    (table,) = report["tables"]
    assert [column["name"] for column in table["columns"]] == names
    assert table["rows"] == rows and table["unit"] == "record"


def test_a_key_that_comes_late_is_empty_before(tmp_path: Path) -> None:
    records = [f'{{"a": {n}}}' for n in range(6_000)] + ['{"a": 1, "tarde": "x"}']
    report = judged(tmp_path, "[" + ",".join(records) + "]", "a.json")
    late = report["tables"][0]["columns"][1]
    assert (late["name"], late["rows"], late["empty"]) == ("tarde", 6_001, 6_000)


def test_json_lines(tmp_path: Path) -> None:
    report = judged(tmp_path, '{"a": "01/01/2024"}\n\n{"a": }\n{"a": "31/02/2024"}\n{"a": "02/01/2024"}\n', "a.jsonl")
    found = faults(report)
    assert report["file"]["format"] == "jsonl"
    assert lines(found["bad_records"]) == [3] and lines(found["blank_rows"]) == [2]
    assert lines(found["impossible_dates"]) == [4]


def feature(geometry: str, name: str = "x") -> str:
    return f'{{"type": "Feature", "properties": {{"nombre": "{name}"}}, "geometry": {geometry}}}'


def test_geojson(tmp_path: Path) -> None:
    features = [
        feature('{"type": "Point", "coordinates": [-68.1, -16.5]}'),
        feature("null"),
        feature('{"type": "Point", "coordinates": [-16.5, -68.1]}'),
        feature('{"type": "Polygon", "coordinates": [[[-68, -16], [-67, -16], [-67, 40], [-68, -16]]]}'),
        feature('{"type": "Point", "coordinates": []}'),
    ]
    report = judged(tmp_path, f'{{"type": "FeatureCollection", "features": [{",".join(features)}]}}', "a.geojson")
    found = faults(report)
    assert report["tables"][0]["geometries"] == {"count": 5, "types": {"Point": 3, "Polygon": 1}}
    assert lines(found["missing_geometries"]) == [2, 5]
    assert lines(found["coordinates_outside"]) == [3, 4]
    assert "1" in found["coordinates_outside"][0]["detail"]["es"]
    assert not faults(judged(tmp_path, GEOJSON, "a.geojson"))


PLACEMARK = (
    "<Placemark><name>{0}</name><ExtendedData><Data name='tipo'><value>{1}</value></Data></ExtendedData>"
    "<Point><coordinates>{2}</coordinates></Point></Placemark>\n"
)


def test_kml_and_kmz(tmp_path: Path) -> None:
    marks = PLACEMARK.format("A", "río", "-68.1,-16.5,0") + PLACEMARK.format("B", "=x()", "2.3,48.8,0")
    text = KML.replace(b"<Document/>", f"<Document>\n{marks}</Document>".encode())
    for name, body in (("a.kml", text), ("a.kmz", packed({"doc.kml": text}))):
        report = judged(tmp_path, body, name)
        found = faults(report)
        assert report["file"]["format"] == "kml"
        assert [column["name"] for column in report["tables"][0]["columns"]] == ["name", "tipo"]
        assert lines(found["coordinates_outside"]) == [3] and lines(found["formulas"]) == [3]


def shapefile(points: list[tuple[float, float]], names: list[str], projected: bool = False) -> bytes:
    shapes = b"".join(struct.pack(">ii", n, 10) + struct.pack("<idd", 1, *point) for n, point in enumerate(points, 1))
    field = b"NOMBRE\0\0\0\0\0C" + bytes(4) + bytes([12, 0]) + bytes(14)
    table = struct.pack("<4BIHH20x", 3, 124, 1, 1, len(names), 32 + 32 + 1, 13) + field + b"\r"
    table += b"".join(b" " + name.encode("cp1252").ljust(12) for name in names)
    projection = b'PROJCS["WGS 84 / UTM zone 19S"]' if projected else b'GEOGCS["WGS 84"]'
    header = struct.pack(">i", 9994) + bytes(96)
    return packed({"r.shp": header + shapes, "r.shx": header, "r.dbf": table, "r.prj": projection})


def test_a_shapefile(tmp_path: Path) -> None:
    report = judged(tmp_path, shapefile([(-68.1, -16.5), (2.0, 48.0)], ["Río", "Sena"]), "a.zip")
    assert report["file"]["format"] == "shp"
    assert report["tables"][0]["columns"][0]["top"]["values"][0] == {"value": "Río", "count": 1}
    assert lines(faults(report)["coordinates_outside"]) == [2]
    projected = judged(tmp_path, shapefile([(589300.5, 8174147.2)], ["x"], projected=True), "a.zip")
    assert "coordinates_outside" not in faults(projected)


def test_parquet(tmp_path: Path) -> None:
    target = io.BytesIO()
    pl.DataFrame({"n": [1, None], "fecha": ["01/01/2024", "31/02/2024"], "l": [[1], []]}).write_parquet(target)
    report = judged(tmp_path, target.getvalue(), "a.parquet")
    assert [column["type"] for column in report["tables"][0]["columns"]] == ["integer", "date", "text"]
    assert lines(faults(report)["impossible_dates"]) == [2]


def test_the_table_of_a_zip(tmp_path: Path) -> None:
    report = judged(tmp_path, packed({"leame.md": b"x", "datos/a.csv": CSV}), "a.zip")
    assert report["file"]["format"] == "csv" and report["tables"][0]["rows"] == 2
    inner = judged(tmp_path, packed({"a.xlsx": xlsx([["a", "b"], ["1", "x"]])}), "a.zip")
    assert inner["file"]["format"] == "xlsx" and inner["tables"][0]["rows"] == 1


@pytest.mark.parametrize(
    "name,body", [("a.pdf", b"%PDF-1.7\n"), ("a.html", b"<html></html>"), ("a.gpkg", b"SQLite format 3\0")]
)
def test_what_holds_no_table_is_told_without_a_crash(tmp_path: Path, name: str, body: bytes) -> None:
    report = judged(tmp_path, body, name)
    told = [one for one in report["results"] if one["check"] == "ragged_rows"]
    assert told[0]["result"] == "not_applicable" and told[0]["reason"]["es"]
    assert ("machine_readable" in faults(report)) is (name != "a.gpkg")

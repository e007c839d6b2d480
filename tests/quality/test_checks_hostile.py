"""Hostile files: each gives its finding, in bounded time and memory, and never an exception."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ckanext.gobierno_abierto.quality.facts import Limits
from tests.files.samples import BOMB, CSV, DOCX, ENCRYPTED, GEOJSON, HTML, PDF, PNG, SHAPEFILE, locked_zip, packed, xlsx
from tests.quality.checking import faults, judged, lines

BOOK = xlsx([["codigo", "nombre"], ["1", "La Paz"]])
ODS_MIME = b"application/vnd.oasis.opendocument.spreadsheet"
SMALL = Limits(line=10_000, record=100_000, unpacked=1 << 20, sheet_unpacked=1 << 20, depth=50)


def rewritten(book: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A package with its members changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return packed({name: change(name, archive.read(name)) for name in archive.namelist()})


def with_doctype(name: str, body: bytes) -> bytes:
    if not name.startswith("xl/worksheets/"):
        return body
    return body.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)


def in_utf16(name: str, body: bytes) -> bytes:
    return body.decode().encode("utf-16") if name.startswith("xl/worksheets/") else body


def far_apart(name: str, body: bytes) -> bytes:
    """Two cells, the second in the last corner: the rectangle between them has 17 thousand million cells."""
    if not name.startswith("xl/worksheets/"):
        return body
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    return f'<?xml version="1.0"?><worksheet><sheetData>{rows}</sheetData></worksheet>'.encode()


def far_down(name: str, body: bytes) -> bytes:
    """A sheet of two narrow columns whose far corner only a cell's reference tells."""
    if not name.startswith("xl/worksheets/"):
        return body
    rows = '<row><c r="A1"><v>1</v></c></row><row><c r="AB1048576"><v>2</v></c></row>'
    return f'<?xml version="1.0"?><worksheet><sheetData>{rows}</sheetData></worksheet>'.encode()


def ods(table: str, manifest: bytes = b"<manifest/>") -> bytes:
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{table}</office:spreadsheet>"
    content += "</office:body></office:document-content>"
    return packed({"mimetype": ODS_MIME, "content.xml": content.encode(), "META-INF/manifest.xml": manifest})


REPEATED = (
    '<table:table table:name="h"><table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
    "</table:table-cell></table:table-row></table:table>"
)
LYING = packed({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (3 << 20)})

#: (what, name, body, code of the finding)
HOSTILE = [
    ("nothing", "a.csv", b"", "empty_file"),
    ("cut gzip", "a.csv.gz", gzip.compress(CSV * 999)[:-20], "unreadable"),
    ("damaged gzip", "a.csv.gz", gzip.compress(CSV * 999)[:40] + b"\0" * 99, "unreadable"),
    ("gzip bomb", "a.csv.gz", gzip.compress(b"a,b\n" * (80 << 20 >> 2)), "unsafe_archive"),
    ("workbook called CSV", "a.csv", BOOK, "wrong_extension"),
    ("CSV called workbook", "a.xlsx", CSV, "wrong_extension"),
    ("PDF called CSV", "a.csv", PDF, "wrong_extension"),
    ("image called workbook", "a.xlsx", PNG, "wrong_extension"),
    ("web page called workbook", "a.xls", HTML, "wrong_extension"),
    ("JSON called CSV", "a.csv", b'[{"a": 1}]', "wrong_extension"),
    ("document called workbook", "a.xlsx", DOCX, "wrong_extension"),
    ("binary called CSV", "a.csv", bytes(range(256)) * 40, "unknown_format"),
    ("locked workbook", "a.xlsx", ENCRYPTED, "protected"),
    ("locked ZIP", "a.zip", locked_zip(), "protected"),
    ("locked ODS", "a.ods", ods("", b"<manifest:encryption-data/>"), "protected"),
    ("cut workbook", "a.xlsx", BOOK[: len(BOOK) // 2], "unreadable"),
    ("workbook of rubbish", "a.xlsx", packed({"xl/workbook.xml": b"<a"}), "unreadable"),
    ("one line without end", "a.csv", b"a,b\n" + b"x" * 50_000, "long_line"),
    ("first line without end", "a.csv", b"x" * 50_000, "long_line"),
    ("quotes without end", "a.csv", b'a,b\n1,"' + b"x" * 50_000, "long_line"),
    ("DTD in a workbook", "a.xlsx", rewritten(BOOK, with_doctype), "xml_entities"),
    ("workbook part in UTF-16", "a.xlsx", rewritten(BOOK, in_utf16), "xml_entities"),
    ("DTD in KML", "a.kml", BOMB, "xml_entities"),
    ("sheet of 17 thousand million cells", "a.xlsx", rewritten(BOOK, far_apart), "unsafe_archive"),
    ("sheet of 28 columns to the last row", "a.xlsx", rewritten(BOOK, far_down), "unsafe_archive"),
    ("repeated cells of ODS", "a.ods", ods(REPEATED), "unsafe_archive"),
    ("workbook that unpacks to 3 MB", "a.xlsx", LYING, "unsafe_archive"),
    ("ZIP bomb", "a.zip", packed({"a.csv": b"0" * (400 << 20)}), "unsafe_archive"),
    ("path out of the folder", "a.zip", packed({"../../a.csv": CSV}), "unsafe_archive"),
    ("path from the root", "a.zip", packed({"/etc/a.csv": CSV}), "unsafe_archive"),
    ("program in a ZIP", "a.zip", packed({"a.csv": CSV, "b.exe": b"MZ"}), "unsafe_archive"),
    ("ZIP in a ZIP", "a.zip", packed({"b.zip": packed({"a.csv": CSV})}), "unsafe_archive"),
    ("several tables in a ZIP", "a.zip", packed({"a.csv": CSV, "b.csv": CSV}), "no_table"),
    ("deep JSON", "a.json", b"[" * 200_000 + b"]" * 200_000, "too_deep"),
    ("deep record", "a.json", b'[{"a": ' + b"[" * 90 + b"]" * 90 + b"}]", "too_deep"),
    ("deep line", "a.jsonl", b'{"a": ' + b"[" * 90 + b"]" * 90 + b"}\n", "too_deep"),
    ("endless record", "a.json", b'[{"a": "' + b"x" * 300_000 + b'"}]', "long_line"),
    ("endless JSON line", "a.jsonl", b'{"a": "' + b"x" * 300_000 + b'"}', "long_line"),
    ("cut JSON", "a.json", b'[{"a": 1}, {"a"', "unreadable"),
    ("cut GeoJSON", "a.geojson", GEOJSON[:-20], "unreadable"),
    ("deep KML", "a.kml", b"<kml>" + b"<Folder>" * 200 + b"</Folder>" * 200 + b"</kml>", "too_deep"),
    ("cut KML", "a.kml", b"<kml><Document>", "unreadable"),
    ("shapefile of rubbish", "a.zip", SHAPEFILE, "unreadable"),
    ("shapefile without table", "a.zip", packed({"a.shp": b"", "a.shx": b""}), "incomplete_shapefile"),
    ("Parquet of rubbish", "a.parquet", b"PAR1" + bytes(100) + b"PAR1", "unreadable"),
]


@pytest.mark.parametrize("name,body,code", [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_gives_its_finding(tmp_path: Path, name: str, body: bytes, code: str) -> None:
    begin = time.perf_counter()
    report = judged(tmp_path, body, name, limits=SMALL)
    assert code in faults(report), faults(report).keys()
    assert time.perf_counter() - begin < 10


def test_what_was_read_before_the_fault_stays(tmp_path: Path) -> None:
    report = judged(tmp_path, b"a,b\n1,2\n3\n" + b"x" * 50_000, limits=SMALL)
    assert {code: lines(many) for code, many in faults(report).items()} == {"ragged_rows": [3], "long_line": [4]}
    report = judged(tmp_path, b"".join(b"%d,x\n" % n for n in range(9_000)) + b"x" * 50_000, limits=SMALL)
    assert faults(report)["long_line"][0]["places"][0]["line"] == 9_001


def test_the_time_is_bounded(tmp_path: Path) -> None:
    report = judged(tmp_path, "a;b\n" + "1;2\n" * 9, limits=Limits(seconds=0))
    assert "not_fully_read" in faults(report)
    assert report["tables"][0]["complete"] is False


def test_no_temporary_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    judged(tmp_path, gzip.compress(CSV), "a.csv.gz")
    judged(tmp_path, packed({"a.csv": CSV}), "a.zip")
    assert list((tmp_path / "tmp").iterdir()) == []

"""What is taken and what is refused, by content and name: tables of cases, no database."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.files import problems
from ckanext.gobierno_abierto.files.formats import registry
from ckanext.gobierno_abierto.files.intake import inspect, readable, recorded_format
from tests.files import samples as s

TAKEN = [
    ("datos.csv", s.CSV, "CSV", "text/csv"),
    ("datos.CSV", s.CSV, "CSV", "text/csv"),
    ("latin.csv", "año;niños\n2024;3\n".encode("latin-1"), "CSV", "text/csv"),
    ("utf16.csv", "a;b\n1;2\n".encode("utf-16"), "CSV", "text/csv"),
    ("llaves.csv", b'{"a" no es json,b\n1,2\n', "CSV", "text/csv"),
    ("datos.tsv", b"a\tb\n1\t2\n", "TSV", "text/tab-separated-values"),
    ("libro.xlsx", s.xlsx([["a", "b"], ["x", 1]]), "XLSX", registry().formats["XLSX"].mimetype),
    ("libro.ods", s.ODS, "ODS", "application/vnd.oasis.opendocument.spreadsheet"),
    ("viejo.xls", s.OLE, "XLS", "application/vnd.ms-excel"),
    ("datos.json", b'\xef\xbb\xbf[{"a": 1}]', "JSON", "application/json"),
    ("mapa.json", s.GEOJSON, "GeoJSON", "application/geo+json"),
    ("mapa.geojson", s.GEOJSON, "GeoJSON", "application/geo+json"),
    ("lineas.jsonl", b'{"a": 1}\n\n{"a": 2}\n', "JSONL", "application/x-ndjson"),
    ("mapa.kml", s.KML, "KML", "application/vnd.google-earth.kml+xml"),
    ("mapa.xml", s.KML, "KML", "application/vnd.google-earth.kml+xml"),
    ("mapa.kmz", s.packed({"doc.kml": s.KML}), "KMZ", "application/vnd.google-earth.kmz"),
    ("rios.zip", s.SHAPEFILE, "SHP", "application/zip"),
    ("varios.zip", s.packed({"a.csv": s.CSV, "leame.txt": b"x"}), "ZIP", "application/zip"),
    ("informe.pdf", s.PDF, "PDF", "application/pdf"),
    ("informe.docx", s.DOCX, "DOCX", registry().formats["DOCX"].mimetype),
    ("datos.xml", b"<?xml version='1.0'?><datos><fila/></datos>", "XML", "application/xml"),
    ("notas.txt", "Según el censo".encode(), "TXT", "text/plain"),
    ("foto.png", s.PNG, "PNG", "image/png"),
    ("foto.jpg", b"\xff\xd8\xff\xe0" + bytes(20), "JPEG", "image/jpeg"),
    ("sin extension", s.PDF, "PDF", "application/pdf"),
    ("sinextension", s.GEOJSON, "GeoJSON", "application/geo+json"),
]

REFUSED = [
    ("vacio.csv", b"", problems.EmptyFile),
    ("vacio.pdf", b"", problems.EmptyFile),
    ("pagina.xlsx", s.HTML, problems.NotWhatItSays),
    ("pagina.csv", s.HTML, problems.NotWhatItSays),
    ("pagina.txt", s.HTML, problems.NotWhatItSays),
    ("pagina.xml", b"<html><body/></html>", problems.NotWhatItSays),
    ("dibujo.xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", problems.NotWhatItSays),
    ("documento.csv", s.PDF, problems.NotWhatItSays),
    ("binario.csv", bytes(range(256)) * 8, problems.NotWhatItSays),
    ("cola.csv", s.CSV * 3000 + b"\0\0", problems.Damaged),
    ("comprimido.csv", s.SHAPEFILE, problems.NotWhatItSays),
    ("objeto.csv", b'[{"a": 1}, {"a": 2}]', problems.NotWhatItSays),
    ("programa.csv", b"MZ\x90\0\3\0\0\0", problems.NotWhatItSays),
    ("programa.pdf", b"\x7fELF\2\1\1\0", problems.NotWhatItSays),
    ("texto.pdf", b"hola", problems.NotWhatItSays),
    ("foto.png", b"\xff\xd8\xff\xe0" + bytes(20), problems.NotWhatItSays),
    ("clave.xlsx", s.ENCRYPTED, problems.Protected),
    ("clave.zip", s.locked_zip(), problems.Protected),
    ("viejo.xlsx", s.OLE, problems.NotWhatItSays),
    ("otro.xlsx", s.DOCX, problems.NotWhatItSays),
    ("cortado.xlsx", s.xlsx([["a"], ["x"]])[:-40], problems.Damaged),
    ("macros.xlsx", s.packed({"xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b"x"}), problems.UnsafeArchive),
    ("roto.json", b'{"a": 1', problems.Damaged),
    ("coma.json", b'{"a": 1,}', problems.Damaged),
    ("dos.json", b'{"a": 1} {"b": 2}', problems.Damaged),
    ("hondo.json", b"[" * 5000 + b"]" * 5000, problems.TooDeep),
    ("lista.geojson", b'{"a": 1}', problems.NotWhatItSays),
    ("malas.jsonl", b'{"a": 1}\n{"a": \n', problems.Damaged),
    ("roto.kml", b"<kml><Document></kml>", problems.Damaged),
    ("otro.kml", b"<gpx/>", problems.NotWhatItSays),
    ("bomba.kml", s.BOMB, problems.Damaged),
    ("hondo.xml", b"<a>" * 1000 + b"</a>" * 1000, problems.TooDeep),
    ("sin_dbf.zip", s.packed({"rios.shp": b"x", "rios.shx": b"x"}), problems.IncompleteShapefile),
    ("sin_shp.zip", s.packed({"rios.dbf": b"x", "rios.shx": b"x"}), problems.IncompleteShapefile),
    ("mezcla.zip", s.packed({"a.shp": b"x", "b.dbf": b"x", "a.shx": b"x"}), problems.IncompleteShapefile),
    ("fuera.zip", s.packed({"../../etc/passwd": b"x"}), problems.UnsafeArchive),
    ("absoluto.zip", s.packed({"/etc/passwd": b"x"}), problems.UnsafeArchive),
    ("unidad.zip", s.packed({"C:\\datos.csv": b"x"}), problems.UnsafeArchive),
    ("virus.zip", s.packed({"a.csv": s.CSV, "instalar.exe": b"MZ"}), problems.UnsafeArchive),
    ("bomba.zip", s.packed({"a.csv": bytes(150 << 20)}), problems.UnsafeArchive),
    ("nada.zip", s.packed({}), problems.UnsafeArchive),
    ("datos.exe", b"MZ", problems.RefusedExtension),
    ("datos.csv.exe", b"MZ", problems.RefusedExtension),
    ("pagina.html", s.HTML, problems.RefusedExtension),
    ("dibujo.svg", b"<svg/>", problems.RefusedExtension),
    ("rios.shp", b"x", problems.RefusedExtension),
    ("datos.raro", b"x", problems.UnknownExtension),
    ("datos." + "x" * 10_000, b"x", problems.UnknownExtension),
    ("sin extension", s.CSV, problems.MissingExtension),
    ("..", s.CSV, problems.MissingExtension),
]


@pytest.mark.parametrize("name,body,format_name,mimetype", TAKEN, ids=[f"{c[0]}-{c[2]}" for c in TAKEN])
def test_taken(name: str, body: bytes, format_name: str, mimetype: str) -> None:
    stream = io.BytesIO(body)
    facts = inspect(stream, name)
    assert (facts.format, facts.mimetype, facts.size) == (format_name, mimetype, len(body))
    assert facts.sha256 == hashlib.sha256(body).hexdigest()
    assert stream.tell() == 0


@pytest.mark.parametrize("name,body,problem", REFUSED, ids=[f"{c[0][:20]}-{c[2].__name__}" for c in REFUSED])
def test_refused(name: str, body: bytes, problem: type[problems.FileProblem]) -> None:
    with pytest.raises(problem) as found:
        inspect(io.BytesIO(body), name)
    assert found.value.field == "upload"
    assert len(str(found.value)) < 600
    assert "{" not in str(found.value).split("»")[0]


def test_the_message_names_file_problem_and_mending() -> None:
    with pytest.raises(problems.NotWhatItSays) as found:
        inspect(io.BytesIO(s.HTML), "población 2024.xlsx")
    message = str(found.value)
    assert "«población 2024.xlsx»" in message
    assert "página web" in message
    assert "Expórtelo de nuevo" in message


def test_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(problems.TooLarge, match="1 kB"):
        inspect(io.BytesIO(s.CSV * 100), "datos.csv", max_bytes=1024)


def test_a_long_json_is_parsed_to_the_limit_only_and_its_end_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    small = dataclasses.replace(registry(), limits=dataclasses.replace(registry().limits, parsed_bytes=1000))
    monkeypatch.setattr("ckanext.gobierno_abierto.files.documents.registry", lambda: small)
    rows = b",".join(b'{"a": %d}' % n for n in range(1000))
    assert inspect(io.BytesIO(b"[" + rows + b"]"), "a.json").format == "JSON"
    with pytest.raises(problems.Damaged):
        inspect(io.BytesIO(b"[" + rows), "a.json")


@pytest.mark.parametrize(
    "found,named,kept",
    [
        ("CSV", None, "CSV"),
        ("CSV", "PDF", "CSV"),
        ("XML", "DDI", "DDI"),
        ("JSON", "ocds", "ocds"),
        ("ZIP", "GTFS", "GTFS"),
    ],
)
def test_an_officer_may_only_make_the_format_more_precise(found: str, named: str | None, kept: str) -> None:
    assert recorded_format(found, named) == kept


@pytest.mark.parametrize("size,text", [(0, "0 bytes"), (2048, "2 kB"), (1 << 20, "1 MB"), (3 << 29, "1,5 GB")])
def test_sizes_are_readable(size: int, text: str) -> None:
    assert readable(size) == text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(registry().by_extension)))
def test_any_bytes_are_taken_or_refused_in_words(body: bytes, extension: str) -> None:
    """No content makes the check fail with anything but a FileProblem."""
    try:
        facts = inspect(io.BytesIO(body), f"datos.{extension}")
    except problems.FileProblem as problem:
        assert str(problem)
    else:
        assert facts.size == len(body) > 0


def test_every_format_has_a_check_and_both_labels() -> None:
    from ckanext.gobierno_abierto.files.content import CHECKS

    for one in registry().formats.values():
        assert one.content in CHECKS, one.name
        assert set(one.label) == {"es", "en"}, one.name
        assert "/" in one.mimetype
    assert not set(registry().by_extension) & set(registry().refused)

"""A masked file: the columns that were chosen hold nothing of anybody, and the others are as they were."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.common.errors import InvalidInput
from ckanext.gobierno_abierto.quality.decisions import errors, masking
from ckanext.gobierno_abierto.quality.decisions.masking import Plan, Written, write
from ckanext.gobierno_abierto.quality.personal_data import masked_file
from ckanext.gobierno_abierto.quality.personal_data.masked_file import DROP, GENERALISE, HASH, BrokenRow
from ckanext.gobierno_abierto.quality.personal_data.treatments import WeakSecret, hash_value
from ckanext.gobierno_abierto.quality.report import check
from tests.files import samples
from tests.quality.people import CARDS, CSV, HEADING, NAMES, ROWS, SECRETS, text_of

SECRET = b"una clave de prueba, larga"
ALL = {"carnet": HASH, "nombre completo": DROP, "fecha de nacimiento": GENERALISE}


def masked(
    folder: Path, body: bytes, chosen: dict[str, str], name: str = "t.csv", table: str | None = None
) -> tuple[Written, bytes]:
    """What was written of a file with this content."""
    source, target = folder / "fuente", folder / "escrito"
    source.write_bytes(body)
    report = check(source, name)
    written = write(source, name, report, Plan.of(report, chosen, table), target, SECRET)
    return written, target.read_bytes()


def parsed(body: bytes, mark: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=mark))


def expected(rows: list[list[str]]) -> list[list[str]]:
    """The rows of people with ALL done to them."""
    return [[hash_value(card, SECRET), born[-4:], town, amount] for card, _name, born, town, amount in rows]


def without_secrets(body: bytes) -> bool:
    text = body.decode("utf-8-sig")
    return not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding,said",
    [("utf-8", ""), ("utf-8-sig", ""), ("cp1252", "cp1252"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le")],
)
def test_the_dialect_stays_and_the_text_is_utf8(
    tmp_path: Path, mark: str, ending: str, encoding: str, said: str
) -> None:
    text = text_of([list(HEADING), *ROWS], mark, ending)
    written, body = masked(tmp_path, text.encode(encoding), ALL)
    assert (written.encoding, written.format, written.name, written.rows) == (said, "csv", "t.csv", 30)
    assert body.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    head = mark.join(("carnet", "fecha de nacimiento", "municipio", "monto"))
    assert body.decode("utf-8-sig").startswith(head + ("\r\n" if ending == "\r\n" else "\n"))
    assert parsed(body, mark)[1:] == expected(ROWS)
    assert without_secrets(body) and written.still_found == ()
    assert written.dropped == ("nombre completo",)


def test_latin_1_with_control_characters_is_read_as_it_was_checked(tmp_path: Path) -> None:
    rows = [[*row[:3], f"{row[3]} \x81 ñ", row[4]] for row in ROWS]
    written, body = masked(tmp_path, text_of([list(HEADING), *rows]).encode("latin-1"), ALL)
    assert written.encoding == "latin-1"
    assert parsed(body)[1:] == expected(rows)


def test_quotes_around_everything_stay(tmp_path: Path) -> None:
    _written, body = masked(tmp_path, text_of([list(HEADING), *ROWS], ";", quote_all=True).encode(), ALL)
    assert body.startswith(b'"carnet";"fecha de nacimiento";"municipio";"monto"\n"')
    assert parsed(body, ";")[1:] == expected(ROWS)


@pytest.mark.parametrize("titles", [["Padrón; de prueba", ""], ["Gestión 2024", "", "Unidad de\ndatos"]])
def test_lines_above_the_table_are_kept(tmp_path: Path, titles: list[str]) -> None:
    rows = [[title] for title in titles]
    body = (text_of(rows) + text_of([list(HEADING), *ROWS])).encode()
    written, out = masked(tmp_path, body, ALL)
    assert written.titles == len(titles)
    found = parsed(out)
    assert [row[0] if row else "" for row in found[: len(titles)]] == titles
    assert found[len(titles)] == ["carnet", "fecha de nacimiento", "municipio", "monto"]
    assert found[len(titles) + 1 :] == expected(ROWS)


def test_line_breaks_inside_of_cells_stay(tmp_path: Path) -> None:
    rows = [[*row[:3], f"{row[3]}\nzona {row[4]}\r\notra", row[4]] for row in ROWS]
    _written, body = masked(tmp_path, text_of([list(HEADING), *rows], ";").encode(), ALL)
    assert parsed(body, ";")[1:] == expected(rows)


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(_TEXT, _TEXT), min_size=6, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_untouched_columns_are_read_as_they_were(
    tmp_path: Path, others: list[tuple[str, str]], mark: str, ending: str, quote_all: bool
) -> None:
    texts = [*others, *[("uno", "dos")] * 24]
    rows = [[card, one, name, other] for card, name, (one, other) in zip(CARDS, NAMES, texts, strict=True)]
    body = text_of([["carnet", "a", "nombre", "b"], *rows], mark, ending, quote_all).encode()
    source, target = tmp_path / "fuente", tmp_path / "escrito"
    source.write_bytes(body)
    report = check(source, "t.csv")
    found = {one["column"] for one in report["tables"][0]["personal_data"]} if report["tables"] else set()
    assume({"carnet", "nombre"} <= found)
    try:
        write(source, "t.csv", report, Plan.of(report, {"carnet": HASH, "nombre": DROP}), target, SECRET)
    except InvalidInput as refused:
        # A row that is not surely one is never guessed at.
        assert isinstance(refused, (BrokenRow, errors.NoHeadingRow))
        event(f"refused: {refused}")
        return
    before = list(csv.reader(io.StringIO(body.decode(), newline=""), delimiter=report["file"]["delimiter"]))
    after = parsed(target.read_bytes(), report["file"]["delimiter"])
    assert [[row[1], row[3]] for row in before[1:]] == [row[1:] for row in after[1:]]
    assert [row[0] for row in after[1:]] == [hash_value(row[0], SECRET) for row in before[1:]]


@pytest.mark.parametrize(
    "line,found",
    [
        ("1234567 LP,Perez, Juan,03/04/1980,Oruro,1", "6"),
        ("1234567 LP,Juan Perez Mamani,03/04/1980", "3"),
        ('1234567 LP,"Juan Perez Mamani,03/04/1980,Oruro,1', "comillas"),
        ('1234567 LP,"Juan" Perez,03/04/1980,Oruro,1', "comillas"),
    ],
)
def test_a_row_that_may_hide_a_value_elsewhere_stops_it(tmp_path: Path, line: str, found: str) -> None:
    with pytest.raises(BrokenRow) as refused:
        masked(tmp_path, CSV + line.encode() + b"\n" + CSV.partition(b"\n")[2], ALL)
    assert found in str(refused.value) and "Juan" not in str(refused.value)


@pytest.mark.parametrize(
    "line", ["Fuente: registro de prueba", "", ",,,,", "1234567 LP,Ana Rojas Lima,1/2/1980,Oruro,1,,"]
)
def test_notes_blank_rows_and_surplus_separators_do_not(tmp_path: Path, line: str) -> None:
    _written, body = masked(tmp_path, CSV + line.encode() + b"\n", {"nombre completo": DROP, "carnet": HASH})
    assert "Ana Rojas" not in body.decode() and "1234567" not in body.decode()
    assert len(parsed(body)) == 32


# Sheets.


def test_a_sheet_becomes_a_csv(tmp_path: Path) -> None:
    body = samples.xlsx([list(HEADING), *ROWS])
    written, out = masked(tmp_path, body, ALL, "Padrón.xlsx")
    assert (written.name, written.format, written.sheet, written.rows) == ("Padrón.csv", "csv", True, 30)
    assert parsed(out) == [["carnet", "fecha de nacimiento", "municipio", "monto"], *expected(ROWS)]
    assert without_secrets(out)


def ods(sheets: dict[str, list[list[str]]]) -> bytes:
    """A workbook of texts."""

    def row_of(row: list[str]) -> str:
        cells = (
            f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in row
        )
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(row_of, rows))}</table:table>' for name, rows in sheets.items()
    )
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    members = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": manifest,
    }
    return samples.packed({name: text.encode() for name, text in members.items()})


def test_an_ods_becomes_a_csv(tmp_path: Path) -> None:
    written, out = masked(tmp_path, ods({"Hoja": [list(HEADING), *ROWS]}), ALL, "t.ods")
    assert (written.name, written.table, written.left_out) == ("t.csv", "Hoja", ())
    assert parsed(out)[1:] == expected(ROWS)


def test_of_several_sheets_one_is_kept_and_the_others_are_told(tmp_path: Path) -> None:
    people = [list(HEADING), *ROWS]
    summary = [["lugar", "total"], ["Oruro", "dos"], ["Potosí", "tres"]]
    body = ods({"Resumen": summary, "Personas": [["Padrón de prueba"], *people]})
    written, out = masked(tmp_path, body, ALL, "t.ods", "Personas")
    assert (written.table, written.left_out) == ("Personas", ("Resumen",))
    assert parsed(out)[1:] == expected(ROWS)
    with pytest.raises(errors.UnknownColumn, match="«carnet»"):
        masked(tmp_path, body, ALL, "t.ods")
    with pytest.raises(errors.UnknownTable, match="«Resumen», «Personas»"):
        masked(tmp_path, body, ALL, "t.ods", "Otra")


def test_a_packed_csv_is_saved_unpacked(tmp_path: Path) -> None:
    written, out = masked(tmp_path, gzip.compress(CSV), ALL, "t.csv.gz")
    assert (written.name, written.uncompressed) == ("t.csv", True)
    assert parsed(out)[1:] == expected(ROWS)
    written, _out = masked(tmp_path, samples.packed({"dentro.csv": CSV}), ALL, "t.zip")
    assert (written.name, written.uncompressed) == ("t.csv", True)


# What is refused.


@pytest.mark.parametrize(
    "chosen,error",
    [
        ({}, errors.NothingToDo),
        ({"monto": DROP}, errors.UnknownColumn),
        ({"no está": DROP}, errors.UnknownColumn),
        ({"carnet": "encriptar"}, errors.NotPossible),
        ({"fecha de nacimiento": HASH}, errors.NotPossible),
    ],
)
def test_a_plan_that_makes_no_sense(tmp_path: Path, chosen: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        masked(tmp_path, CSV, chosen)
    assert not (tmp_path / "escrito").exists()


def test_other_formats_are_mended_at_the_origin(tmp_path: Path) -> None:
    body = "[" + ",".join(
        f'{{"carnet": "{card}", "nombre": "{name}"}}' for card, name in zip(CARDS, NAMES, strict=True)
    )
    with pytest.raises(errors.NotRewritten, match="JSON"):
        masked(tmp_path, (body + "]").encode(), {"carnet": DROP}, "t.json")


def test_a_table_of_nothing_else(tmp_path: Path) -> None:
    body = text_of([["carnet", "nombre"], *[[row[0], row[1]] for row in ROWS]]).encode()
    with pytest.raises(errors.NothingLeft):
        masked(tmp_path, body, {"carnet": DROP, "nombre": DROP})


@pytest.mark.parametrize("place", [0, 1])
def test_a_file_without_a_heading_would_keep_its_first_row(tmp_path: Path, place: int) -> None:
    body = text_of([[row[place], row[3]] for row in ROWS]).encode()
    (tmp_path / "fuente").write_bytes(body)
    report = check(tmp_path / "fuente", "t.csv")
    columns = [one["column"] for one in report["tables"][0]["personal_data"]]
    assert columns == [ROWS[0][place]]
    with pytest.raises(errors.NoHeadingRow) as refused:
        Plan.of(report, {columns[0]: HASH})
    assert columns[0] not in str(refused.value)


@pytest.mark.parametrize(
    "other",
    [CSV + b"\n", CSV.replace(b"carnet", b"codigo"), b"", CSV.replace(b"municipio", b"\x00\x00municip")],
    ids=["longer", "another heading", "empty", "broken"],
)
def test_a_file_that_is_not_the_reports(tmp_path: Path, other: bytes) -> None:
    source, target = tmp_path / "fuente", tmp_path / "escrito"
    source.write_bytes(CSV)
    report = check(source, "t.csv")
    source.write_bytes(other)
    with pytest.raises(errors.FileChanged):
        write(source, "t.csv", report, Plan.of(report, ALL), target, SECRET)
    assert not target.exists()


def test_what_cannot_be_read_to_its_end(tmp_path: Path) -> None:
    body = text_of([list(HEADING), *ROWS]).encode("utf-16-le")
    source, target = tmp_path / "fuente", tmp_path / "escrito"
    source.write_bytes(body + b"\x00\xd8,\x00\n\x00")
    report = check(source, "t.csv")
    with pytest.raises((errors.Unreadable, BrokenRow)):
        write(source, "t.csv", report, Plan.of(report, ALL), target, SECRET)


def test_a_hash_that_hides_nothing_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_file, "hash_value", lambda value, _secret: value)
    with pytest.raises(errors.StillFound, match="«carnet»"):
        masked(tmp_path, CSV, {"carnet": HASH})


def test_a_coarser_value_that_is_still_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_file, "generalise", lambda _kind, value, _today: value)
    written, _body = masked(tmp_path, CSV, {"carnet": GENERALISE})
    assert written.still_found == ("carnet",)


def test_a_weak_secret_writes_no_row(tmp_path: Path) -> None:
    source, target = tmp_path / "fuente", tmp_path / "escrito"
    source.write_bytes(CSV)
    report = check(source, "t.csv")
    with pytest.raises(WeakSecret):
        write(source, "t.csv", report, Plan.of(report, ALL), target, b"corta")


@pytest.mark.parametrize(
    "name,extension,result",
    [
        ("a.csv", "", "a.csv"),
        ("a.xlsx", "csv", "a.csv"),
        ("a.b.XLSX", "csv", "a.b.csv"),
        ("a.csv.gz", "csv", "a.csv"),
        ("a.tsv.gz", "csv", "a.tsv"),
        ("a.zip", "csv", "a.csv"),
        ("sin-extension", "csv", "sin-extension.csv"),
    ],
)
def test_names(name: str, extension: str, result: str) -> None:
    assert masking.renamed(name, extension) == result

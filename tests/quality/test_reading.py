"""Encodings, separators, headings, types and rows: tables of cases, no database."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.quality import problems, reading
from ckanext.gobierno_abierto.quality.columns import Column, decide
from ckanext.gobierno_abierto.quality.encoding import detect_delimiter, detect_encoding
from ckanext.gobierno_abierto.quality.headings import MAX_BYTES, column_names
from ckanext.gobierno_abierto.quality.loader import converted
from tests.files.samples import xlsx

TEXT = "año;niñas\n2024;«sí»\n"
ENCODINGS = [
    ("utf-8", "utf-8-sig"),
    ("utf-8-sig", "utf-8-sig"),
    ("utf-16", "utf-16"),
    ("utf-16-le", "utf-16-le"),
    ("utf-16-be", "utf-16-be"),
    ("cp1252", "cp1252"),
]


@pytest.mark.parametrize("written,found", ENCODINGS)
def test_encodings(tmp_path: Path, written: str, found: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(written))
    assert detect_encoding(path) == found
    source = reading.open_table(path, "csv", 1)
    assert source.names == ["año", "niñas"]
    assert list(source.rows()) == [(2, ["2024", "«sí»"])]


def test_one_accent_at_the_end_decides(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 600_000 + "ñ,1\n".encode("latin-1"))
    assert detect_encoding(path) == "cp1252"
    path.write_bytes(b"a,b\n\x81,1\n")
    assert detect_encoding(path) == "latin-1"


@pytest.mark.parametrize(
    "sample,preferred,found",
    [
        ("a,b,c\n1,2,3\n", "", ","),
        ("a;b;c\n1,5;2,5;3\n", "", ";"),
        ("a\tb\n1\t2\n", "", "\t"),
        ("a|b\n1|2\n", "", "|"),
        ('a,b\n"x;y;z",2\n"p;q;r",3\n', "", ","),
        ("solo\n1\n2\n", "", ","),
        ("solo\n1\n", "\t", "\t"),
        ("", "", ","),
        ("nombre;monto\nA, B y C;1.000,50\nD;2,5\n", "", ";"),
    ],
)
def test_separators(sample: str, preferred: str, found: str) -> None:
    assert detect_delimiter(sample, preferred) == found


@pytest.mark.parametrize(
    "raw,names",
    [
        (["a", "b"], ["a", "b"]),
        ([" a ", "a", "a"], ["a", "a_2", "a_3"]),
        (["", None, "x"], ["columna_1", "columna_2", "x"]),
        (["_id", "_full_text", "__x"], ["id", "full_text", "x"]),
        (['di"jo', "a\nb", "a\u200bb"], ["di'jo", "a b", "ab"]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"]),
        (["ñ" * 40], ["ñ" * 31]),
    ],
)
def test_headings(raw: list[str], names: list[str]) -> None:
    assert column_names(raw) == names


@given(st.lists(st.text(max_size=90), min_size=1, max_size=12))
def test_any_heading_becomes_columns(raw: list[str]) -> None:
    names = column_names(raw)
    assert len(set(names)) == len(names) == len(raw)
    assert all(name and len(name.encode()) <= MAX_BYTES and not name.startswith("_") for name in names)
    assert not any('"' in name or "\0" in name for name in names)


TYPES = [
    (["1", "-2", "0"], "int8", ["1", "-2", "0"]),
    (["0201", "0301"], "text", ["0201", "0301"]),
    (["1", "02"], "text", ["1", "02"]),
    (["1.5", "2"], "numeric", ["1.5", "2"]),
    (["1,5", "2"], "numeric", ["1.5", "2"]),
    (["1.234,56", "7"], "numeric", ["1234.56", "7"]),
    (["1.234.567", "999"], "numeric", ["1234567", "999"]),
    (["1,234.56", "7"], "numeric", ["1234.56", "7"]),
    (["1,234", "5,678"], "text", ["1,234", "5,678"]),
    (["1,234", "5,6"], "numeric", ["1.234", "5.6"]),
    (["1e-3", "2.5E4"], "numeric", ["1e-3", "2.5E4"]),
    (["20-0417-00-1015231-1-1"], "text", ["20-0417-00-1015231-1-1"]),
    (["1234567890123456"], "text", ["1234567890123456"]),
    (["5", "S/D", "-", "NA", ""], "int8", ["5", "", "", "", ""]),
    (["A", "S/D", "-"], "text", ["A", "S/D", "-"]),
    (["S/D", "-"], "text", ["S/D", "-"]),
    (["2024-01-31", "2024-1-5"], "date", ["2024-01-31", "2024-01-05"]),
    (["31/01/2024", "5/2/2024", "s/d"], "date", ["2024-01-31", "2024-02-05", ""]),
    (["31-01-2024"], "date", ["2024-01-31"]),
    (["31/02/2024"], "text", ["31/02/2024"]),
    (["01/31/2024"], "text", ["01/31/2024"]),
    (["31/01/24"], "text", ["31/01/24"]),
    (["2024-01-31 10:30", "2024-01-31"], "timestamp", ["2024-01-31 10:30:00", "2024-01-31"]),
    (["31/01/2024 10:30:15"], "timestamp", ["2024-01-31 10:30:15"]),
    (["2024-01-31T10:30:00Z"], "text", ["2024-01-31T10:30:00Z"]),
    (["10:30"], "text", ["10:30"]),
    (["sí", "no"], "text", ["sí", "no"]),
    (["12%"], "text", ["12%"]),
    (["Bs 100"], "text", ["Bs 100"]),
    (["NaN", "1"], "int8", ["", "1"]),
    (["Infinity"], "text", ["Infinity"]),
]


@pytest.mark.parametrize("values,kind,stored", TYPES, ids=[f"{t[0][0]}-{t[1]}" for t in TYPES])
def test_types(values: list[str], kind: str, stored: list[str]) -> None:
    rows = [[value] for value in values]
    (column,) = decide(["x"], [rows])
    assert column.type == kind
    assert [column.convert(value) for value in values] == stored


def test_a_type_of_the_dictionary_wins_and_a_value_that_does_not_fit_is_named() -> None:
    (column,) = decide(["monto"], [[["1"], ["dos"]]])
    column.forced = "numeric"
    with pytest.raises(problems.WrongType, match="línea 3"):
        list(converted([(2, ["1"]), (3, ["dos"])], [column]))
    column.forced = "text"
    assert list(converted([(2, ["1"])], [column])) == [("1",)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="0123456789.,-/: eSD", max_size=12), min_size=1, max_size=6))
def test_every_value_that_decided_a_type_can_be_converted(values: list[str]) -> None:
    column = Column("x")
    column.see({value.strip() for value in values})
    for value in values:
        column.convert(value.strip())


def table(tmp_path: Path, body: bytes, format_name: str = "csv") -> reading.Source:
    path = tmp_path / f"t.{format_name}"
    path.write_bytes(body)
    return reading.open_table(path, format_name, 1)


def test_rows_keep_their_lines(tmp_path: Path) -> None:
    source = table(tmp_path, b'\na,b,\n1,"x\ny",\n\n , \n2\n')
    assert source.names == ["a", "b"]
    assert list(source.rows()) == [(4, ["1", "x\ny"]), (7, ["2", ""])]
    assert source.short_rows == 1


FAULTS = [
    (b"a,b\n1,2\n1,2,3\n", problems.LongRow, "línea 3"),
    (b"a,b\n", problems.NoRows, "filas"),
    (b"\n\n", problems.NoHeading, "encabezado"),
    (b"a,b\n1,\x002\n", problems.NulByte, "línea 2"),
    (b",".join(b"c%d" % n for n in range(2000)) + b"\n1\n", problems.TooManyColumns, "2000"),
    (b"a,b\n" + b"1,2\n" * 300_000, problems.TooBig, "1 MB"),
]


@pytest.mark.parametrize("body,problem,told", FAULTS, ids=[f[1].__name__ for f in FAULTS])
def test_faults_name_their_place(tmp_path: Path, body: bytes, problem: type[Exception], told: str) -> None:
    with pytest.raises(problem, match=told):
        list(table(tmp_path, body).rows())


@pytest.mark.parametrize("body", [b"a,b\n" + b"x" * 5000, b'a,b\n1,"' + b"x\n" * 5000])
def test_a_line_without_end_is_bounded(tmp_path: Path, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 1000)
    with pytest.raises(problems.LongLine):
        list(table(tmp_path, body).rows())


def test_a_sheet_below_its_title(tmp_path: Path) -> None:
    rows = [["Matriz 2024", "", ""], ["codigo", "nombre", "total"], ["0201", "La Paz", "3"], ["0301", "Cercado", "4"]]
    source = table(tmp_path, xlsx(rows), "xlsx")
    assert source.names == ["codigo", "nombre", "total"]
    assert [values for _line, values in source.rows()] == [["0201", "La Paz", "3"], ["0301", "Cercado", "4"]]


def test_a_sheet_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(problems.Unreadable, match="xlsx"):
        table(tmp_path, b"PK\3\4 nada", "xlsx")


def test_every_problem_can_be_kept_and_told_again() -> None:
    kept = problems.LongRow(line=3, found=4, expected=2, delimiter=";")
    assert problems.message(kept.code, kept.arguments) == kept.message
    assert "portal" in problems.message("Inventado", {})

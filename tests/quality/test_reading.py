"""Encodings, separators, headings, types and rows: tables of cases, no database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.quality import loading_source, problems
from ckanext.gobierno_abierto.quality.columns import MISSING, READERS, SHAPES, Column, moment, of_kinds
from ckanext.gobierno_abierto.quality.encoding import detect_delimiter, detect_encoding
from ckanext.gobierno_abierto.quality.facts import Limits
from ckanext.gobierno_abierto.quality.headings import MAX_BYTES, column_names
from ckanext.gobierno_abierto.quality.loader import known_kinds, see
from ckanext.gobierno_abierto.quality.loading_rows import Feed, converted, written
from ckanext.gobierno_abierto.quality.report import check
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
    with loading_source.open_table(path, "csv", 1) as source:
        assert source.names == ["año", "niñas"]
        assert rows(source) == [(2, ["2024", "«sí»"])]


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


def seen(values: list[str]) -> Column:
    column = Column("x")
    column.see(pl.Series(values, dtype=pl.String))
    return column


def made(values: list[str | None], column: Column) -> list[str | None]:
    """The values as COPY gets them; the first stands at line 2."""
    lines = pl.Series(range(2, len(values) + 2), dtype=pl.Int64)
    return converted(pl.Series("x", values, dtype=pl.String), lines, column).to_list()


@pytest.mark.parametrize("values,kind,stored", TYPES, ids=[f"{t[0][0]}-{t[1]}" for t in TYPES])
def test_types(values: list[str], kind: str, stored: list[str]) -> None:
    column = seen(values)
    assert column.type == kind
    assert [column.convert(value) for value in values] == stored
    spaced = [f" {value} " for value in values]
    column = seen(spaced)
    assert all(map(same, [as_stored(value, column) for value in made(list(spaced), column)], stored))


def as_stored(value: str | None, column: Column) -> str:
    """What PostgreSQL keeps of a text that COPY hands it: it reads days first, ISO and spaces by itself."""
    text = (value or "").strip()
    if "decimal" in column.reader or "thousands" in column.reader or moment(text):
        return text
    return column.convert(text)


def test_a_type_of_the_dictionary_wins_and_a_value_that_does_not_fit_is_named() -> None:
    column = seen(["1", "dos"])
    column.forced = "numeric"
    with pytest.raises(problems.WrongType, match="línea 3"):
        made(["1", "dos"], column)
    assert made(["0201", "S/D", None], column) == ["201", None, None]
    column.forced = "text"
    assert made(["1", " dos "], column) == ["1", "dos"]


def reference(values: list[str]) -> tuple[list[str], bool]:
    """(readers that accept all values, whether there is one that says something), one value after the other."""
    told = [value.strip() for value in values if value.strip().lower() not in MISSING]
    return [name for name, _kind, reader in READERS if all(reader(value) is not None for value in told)], bool(told)


def same(left: str, right: str) -> bool:
    """Alike as PostgreSQL reads them, which knows «2024-1-5» too."""
    if not left or not right or not (moment(left) and moment(right)):
        return left == right
    return moment(left) == moment(right)


NUMBERS = st.from_regex(r"\A ?[+-]?[0-9]{0,5}([.,][0-9]{3}){0,3}([.,][0-9]{0,5})?(e-?[0-9])? ?\Z")
DAYS = st.from_regex(r"\A[0-3]?[0-9][/.-][01]?[0-9][/.-](19|20)[0-9]{2}( +[0-2]?[0-9]:[0-5][0-9](:[0-9]{2})?)?\Z")
MOMENTS = st.from_regex(
    r"\A[1-39][0-9]{3}-[01]?[0-9]-[0-3]?[0-9]([T ][0-2]?[0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,7})?)?Z?)?\Z"
)
MARKS = st.sampled_from(["S/D", "-", "", " ", "n/a", "NaN", "…"])
CELLS = st.one_of(NUMBERS, DAYS, MOMENTS, MARKS, st.text(alphabet="0123456789.,-/: eSD", max_size=12))


@settings(max_examples=600, deadline=None)
@given(st.one_of([st.lists(st.one_of(one, MARKS), min_size=1, max_size=6) for one in (NUMBERS, DAYS, MOMENTS, CELLS)]))
def test_the_patterns_say_what_the_readers_say_of_each_value(values: list[str]) -> None:
    column, (readers, told) = seen(values), reference(values)
    assert (column.candidates if column.told else readers) == readers
    assert column.told == told
    if column.reader:
        for value, text in zip(values, made(list(values), column), strict=True):
            assert same(as_stored(text, column), column.convert(value.strip()))


@given(st.one_of(NUMBERS, DAYS, MOMENTS))
def test_the_patterns_exclude_one_another(value: str) -> None:
    text = pl.Series([value.strip()])
    assert sum(bool(text.str.contains(shape.pattern)[0]) for shape in SHAPES) <= 1


@pytest.mark.parametrize("values,kind", [(t[0], t[1]) for t in TYPES], ids=[f"{t[0][0]}-{t[1]}" for t in TYPES])
def test_the_kinds_of_the_report_give_the_same_types_or_none(tmp_path: Path, values: list[str], kind: str) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8") as target:
        csv.writer(target).writerows([["x", "y"], *([value, "1"] for value in values)])
    column = of_kinds("x", known_kinds(check(path)["tables"][0])["x"])
    assert column is None or column.type == kind


@pytest.mark.parametrize(
    "found,kind",
    [
        ({"integer": 2, "missing": 1}, "int8"),
        ({"integer": 2, "dot": 1}, "numeric"),
        ({"integer": 2, "text": 1}, "text"),
        ({"zero_led": 2}, "text"),
        ({"missing": 2}, "text"),
        ({}, "text"),
        ({"local_date": 2, "iso_date": 1}, "text"),
        ({"iso_date": 2, "iso_moment": 1}, None),
        ({"comma_or_thousands": 2}, None),
        ({"comma_or_thousands": 2, "comma": 1}, "numeric"),
        ({"comma_thousands": 2}, None),
        ({"bad_date": 2}, None),
    ],
)
def test_what_kinds_tell(found: dict[str, int], kind: str | None) -> None:
    column = of_kinds("x", found)
    assert (column.type if column else None) == kind


def table(tmp_path: Path, body: bytes, format_name: str = "csv") -> loading_source.Source:
    path = tmp_path / f"t.{format_name}"
    path.write_bytes(body)
    return loading_source.open_table(path, format_name, 1)


def rows(source: loading_source.Source) -> list[tuple[int, list[str]]]:
    """(line, values) of each row."""
    return [
        (line, [value or "" for value in values])
        for batch in source.batches()
        for line, values in zip(batch.lines, batch.frame.iter_rows(), strict=True)
    ]


def test_rows_keep_their_lines(tmp_path: Path) -> None:
    source = table(tmp_path, b'\na,b,\n1,"x\ny",\n\n , \n2\n3,4\n')
    assert rows(source) == [(3, ["1", "x\ny", ""]), (7, ["2", "", ""]), (8, ["3", "4", ""])]
    assert (source.short_rows(2), source.facts.heading.line) == (1, 2)
    assert rows(source) == rows(source), "it may be read again"
    assert source.short_rows(2) == 1


FAULTS = [
    (b"a,b\n1,2\n1,2,3\n", problems.LongRow, "línea 3"),
    (b'a,b\n1,2\n"1",2,3\n', problems.LongRow, "línea 3"),
    (b"a,b\n", problems.NoRows, "filas"),
    (b"\n\n", problems.NoHeading, "encabezado"),
    (b"", problems.NoHeading, "encabezado"),
    (b"a,b\n1,\x002\nmuchas,otras\n", problems.NulByte, "línea 2"),
    (b'a,b\n1,2\n3,"4\n5,6\n', problems.OpenQuote, "línea 3"),
    (b",".join(b"c%d" % n for n in range(2000)) + b"\n1\n", problems.TooManyColumns, "2000"),
    (b"a,b\n" + b"1,2\n" * 300_000, problems.TooBig, "1 MB"),
    (b"<!DOCTYPE html><html><body>a,b</body></html>", problems.Unreadable, "HTML"),
    (b'[{"a": 1}]', problems.Unreadable, "JSON"),
]


@pytest.mark.parametrize("body,problem,told", FAULTS, ids=[f"{f[1].__name__}-{n}" for n, f in enumerate(FAULTS)])
def test_faults_name_their_place(tmp_path: Path, body: bytes, problem: type[Exception], told: str) -> None:
    with pytest.raises(problem, match=told):
        rows(table(tmp_path, body))


MENDED = [
    (b"a,b\n1\n", [["1", ""]]),
    (b"a,b\n1,2,,\n", [["1", "2"]]),
    (b'a,b\n"1"\n', [["1", ""]]),
    (b'a,b\n"x\ny"\n', [["x\ny", ""]]),
    (b'a,b\n"1","2", ,\n', [["1", "2"]]),
    (b'a,b\n5" tubo,2\n', [['5" tubo', "2"]]),
    (b'a,b\n5" tubo\n', [['5" tubo', ""]]),
    (b'a,b\n1,2\n"",,\n', [["1", "2"]]),
    (b'a,b\n1,2\n\n"3\n3",4\n5\n6,"7"\n', [["1", "2"], ["3\n3", "4"], ["5", ""], ["6", "7"]]),
]


@pytest.mark.parametrize("body,kept", MENDED)
def test_what_loses_nothing_is_mended(tmp_path: Path, body: bytes, kept: list[list[str]]) -> None:
    assert [values for _line, values in rows(table(tmp_path, body))] == kept


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.text(alphabet='ab1 ,"\n', max_size=5), min_size=1, max_size=4), min_size=1, max_size=8),
    st.booleans(),
)
def test_no_value_is_lost(tmp_path_factory: pytest.TempPathFactory, values: list[list[str]], quoted: bool) -> None:
    """Whatever rows a program writes: each is there, filled up, or the load is refused."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(
        [["a", "b", "c"], ["x", "y", "z"], *values]
    )
    told = [["x", "y", "z"], *([*row, "", ""][:3] for row in values if any(value.strip() for value in row))]
    source = table(tmp_path_factory.mktemp("t"), text.getvalue().encode())
    try:
        found = [row for _line, row in rows(source)]
    except problems.LongRow:
        assert any(value.strip() for row in values for value in row[3:])
        return
    assert [[value.strip() for value in row] for row in found] == [[value.strip() for value in row] for row in told]


@pytest.mark.parametrize("body", [b"a,b\n" + b"x" * 5000, b'a,b\n1,"' + b"x\n" * 5000])
def test_a_line_without_end_is_bounded(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(body)
    with pytest.raises((problems.LongLine, problems.OpenQuote)):
        rows(loading_source.open_table(path, "csv", 1, line=1000))
    assert Limits().line == 10 << 20


def test_a_sheet_below_its_title(tmp_path: Path) -> None:
    cells = [["Matriz 2024", "", ""], ["codigo", "nombre", "total"], ["0201", "La Paz", "3"], ["0301", "Cercado", "4"]]
    source = table(tmp_path, xlsx(cells), "xlsx")
    assert source.names == ["codigo", "nombre", "total"]
    assert rows(source) == [(3, ["0201", "La Paz", "3"]), (4, ["0301", "Cercado", "4"])]
    assert rows(source) == rows(source), "from the copies on disk"


def test_a_sheet_loses_no_value_beyond_its_headings(tmp_path: Path) -> None:
    cells = [["a", "b", ""], *([str(n), "x", ""] for n in range(100)), ["100", "x", "nota"]]
    with pytest.raises(problems.LongRow, match="línea 102"):
        rows(table(tmp_path, xlsx(cells), "xlsx"))


def test_a_sheet_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(problems.Unreadable, match="xlsx"):
        table(tmp_path, b"PK\3\4 nada", "xlsx")


def test_titles_above_the_heading_of_a_csv_are_passed_over(tmp_path: Path) -> None:
    source = table(tmp_path, "Población 2024\n\ncodigo;nombre\n0201;La Paz\n0301;Cercado\n".encode())
    assert source.names == ["codigo", "nombre"]
    assert rows(source) == [(4, ["0201", "La Paz"]), (5, ["0301", "Cercado"])]


def test_rows_are_written_as_copy_reads_them(tmp_path: Path) -> None:
    source = table(tmp_path, 'a;b\n1,5;"dijo ""sí""; y"\nS/D;\n2,25; fin \n'.encode())
    columns = [Column(name) for name in source.names]
    for batch in source.batches():
        see(columns, batch)
    parts = list(written(source.batches(), columns, [], ";"))
    assert [count for _text, count in parts] == [3]
    assert list(csv.reader(io.StringIO(parts[0][0].decode()))) == [
        ["1", "1.5", 'dijo "sí"; y'],
        ["2", "", ""],
        ["3", "2.25", "fin"],
    ]


def test_a_feed_hands_over_what_was_made_and_what_went_wrong() -> None:
    told: list[int] = []
    with Feed(iter([(b"abc", 1), (b"def", 2)]), told.append) as feed:
        assert [feed.read(2), feed.read(2), feed.read(-1), feed.read(9), feed.read(9)] == [
            b"ab",
            b"c",
            b"def",
            b"",
            b"",
        ]
    assert (feed.rows, told) == (3, [1, 3])

    def broken() -> Iterator[tuple[bytes, int]]:
        yield b"abc", 1
        raise problems.LongRow(line=3, found=4, expected=2, delimiter=";")

    with Feed(broken()) as feed:
        assert feed.read(9) == b"abc"
        with pytest.raises(problems.LongRow):
            feed.read(9)
        assert isinstance(feed.failure, problems.LongRow)


def test_a_feed_that_nobody_reads_ends() -> None:
    made = []

    def endless() -> Iterator[tuple[bytes, int]]:
        while True:
            made.append(1)
            yield b"x", 1

    Feed(endless()).close()
    assert 1 <= len(made) < 50


def test_every_problem_can_be_kept_and_told_again() -> None:
    kept = problems.LongRow(line=3, found=4, expected=2, delimiter=";")
    assert problems.message(kept.code, kept.arguments) == kept.message
    assert "portal" in problems.message("Inventado", {})

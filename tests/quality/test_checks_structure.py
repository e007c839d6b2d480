"""Faults of structure, each planted at a known physical line; one table of cases, one runner."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ckanext.gobierno_abierto.quality.inputs import blocks, delimited
from tests.quality.checking import faults, judged, lines

HEAD = "id;nombre;monto\n"

#: (what, body, code, lines of its places, count)
PLANTED: list[tuple[str, str | bytes, str, list[int], int]] = [
    ("short row", HEAD + "1;a;2\n2;b\n3;c;4\n", "ragged_rows", [3], 1),
    ("long row", HEAD + "1;a;2\n2;b;3;4\n", "ragged_rows", [3], 1),
    ("many ragged rows", HEAD + "1;a\n" * 15, "ragged_rows", list(range(2, 12)), 15),
    ("long row beside quotes", HEAD + '1;"a;b";2\n2;"c";3;4\n', "ragged_rows", [3], 1),
    ("ragged row after a value of two lines", HEAD + '1;"a\nb";2\n2;c\n', "ragged_rows", [4], 1),
    ("ragged row of two lines", HEAD + '1;"a\nb"\n2;c;3\n', "ragged_rows", [2], 1),
    ("blank line", HEAD + "1;a;2\n\n3;c;4\n", "blank_rows", [3], 1),
    ("row of separators", HEAD + "1;a;2\n;;\n3;c;4\n", "blank_rows", [3], 1),
    ("row of spaces and quotes", HEAD + '1;a;2\n" ";"";\n3;c;4\n', "blank_rows", [3], 1),
    ("blank line beside quotes", HEAD + '1;"a";2\n\n3;c;4\n', "blank_rows", [3], 1),
    ("quote inside a bare value", HEAD + '1;a;2\n2;5" tubo;3\n', "stray_quotes", [3], 1),
    ("text after a closing quote", HEAD + '1;"a"b;2\n', "stray_quotes", [2], 1),
    ("space before a quote", HEAD + '1; "a";2\n', "stray_quotes", [2], 1),
    ("quote never closed", HEAD + '1;"a;2\n2;b;3\n3;c;4\n', "unclosed_quotes", [2], 1),
    ("quote never closed before quoted rows", HEAD + '1;"a;2\n"2";"b";"3"\n', "unclosed_quotes", [2], 1),
    ("value of two lines", HEAD + '1;"a\nb";2\n2;c;3\n', "line_breaks", [2], 1),
    ("value of five lines with a blank one", HEAD + '1;a;1\n2;"a\n\nx;y\n""z""\n";2\n', "line_breaks", [3], 1),
    ("NUL", HEAD + "1;a;2\n2;b\0c;3\n", "nul_bytes", [3], 1),
    ("twice encoded", HEAD + "1;a;2\n2;Ã±andú;3\n".encode().decode("utf-8"), "mojibake", [3], 1),
    ("lost character", HEAD + "1;Par\ufffd;2\n", "mojibake", [2], 1),
    ("no rows", HEAD, "no_rows", [1], 1),
    ("nameless column", "id;;monto\n1;a;2\n", "empty_headings", [1], 1),
    ("same name twice", "id;Nombre; nombre\n1;a;2\n", "duplicate_headings", [1], 1),
    ("figures for a heading", "1;2;3\n4;5;6\n7;8;9\n", "no_heading", [1], 1),
    ("title above the heading", "Informe 2024\n\n" + HEAD + "1;a;2\n2;b;3\n", "heading_not_first", [3], 1),
    ("column without values", HEAD + "1;;2\n2;;3\n", "empty_columns", [1], 1),
    ("not UTF-8", "id;año\n1;España\n".encode("cp1252"), "encoding", [], 1),
    ("UTF-16", "id;año\n1;España\n".encode("utf-16"), "encoding", [], 1),
    ("2,001 columns", ";".join(f"c{n}" for n in range(2001)) + "\n1\n", "too_many_columns", [1], 1),
]


@pytest.mark.parametrize("body,code,places,count", [case[1:] for case in PLANTED], ids=[case[0] for case in PLANTED])
def test_a_planted_fault_is_found_at_its_line(
    tmp_path: Path, body: str | bytes, code: str, places: list[int], count: int
) -> None:
    found = faults(judged(tmp_path, body))
    assert code in found
    assert lines(found[code]) == places
    assert sum(one["count"] for one in found[code]) == count


CLEAN = [
    HEAD + '1;"a;b";2\n2;"c ""d""";3\n',
    HEAD.replace("\n", "\r\n") + "1;a;2\r\n2;b;3\r\n",
    "\ufeff" + HEAD + "1;a;2\n",
    HEAD + "1;a;2",
    "id\tnombre\n1\ta\n",
    "id|nombre\n1|a\n",
    "id,nombre\r1,a\r2,b\r",
    "solo\nuno\ndos\n",
]


@pytest.mark.parametrize("body", CLEAN)
def test_what_is_right_is_not_blamed(tmp_path: Path, body: str) -> None:
    report = judged(tmp_path, body)
    assert faults(report) == {}
    assert report["summary"]["ok"] and report["summary"]["passed"] > 20


@pytest.mark.parametrize(
    "body,character",
    [
        (HEAD + '1;5" tubo;3\n', 4),
        (HEAD + '1;"a"b;2\n', 5),
        (HEAD + '1;"a;2\n', 3),
        (HEAD + '1;a;"\n', 5),
        (HEAD + "1;\0;2\n", 3),
    ],
)
def test_the_character_in_the_line_is_told(tmp_path: Path, body: str, character: int) -> None:
    found = faults(judged(tmp_path, body))
    places = [one["places"][0] for code, many in found.items() for one in many if one["places"][0]["character"]]
    assert [(place["line"], place["character"]) for place in places] == [(2, character)]


@pytest.mark.parametrize("size", [16, 40, 64, 1 << 20])
def test_lines_hold_across_blocks(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same faults whatever the size of a block, with values of several lines cut between two of them."""
    rows = [f"{n};fila {n};{n}" for n in range(2, 200)]
    rows[48] = '50;"uno\ndos\ntres";50'
    rows[98] = "100;corta"
    rows[148] = '150;comilla";150'
    monkeypatch.setattr(delimited, "BLOCK", size)
    monkeypatch.setattr(blocks, "PROBE", 8)
    found = faults(judged(tmp_path, HEAD + "\n".join(rows) + "\n"))
    assert lines(found["line_breaks"]) == [50]
    assert lines(found["ragged_rows"]) == [102]
    assert lines(found["stray_quotes"]) == [152]
    assert set(found) == {"line_breaks", "ragged_rows", "stray_quotes"}


def test_each_fault_of_a_messy_file_keeps_its_line(tmp_path: Path) -> None:
    body = (
        'Reporte 2024\n\na,b,c\n1,"x\ny",3\n1,2\n\n1,"2"x,3\n1,2,3,4\n ,,\n1,2" p,3\n1,"open,3\n4,5,6\n'
        '7,"8\n\nx, "" z\n",9\n7,8,9'
    )
    report = judged(tmp_path, body)
    found = faults(report)
    assert {code: lines(many) for code, many in found.items() if code != "edge_spaces"} == {
        "heading_not_first": [3],
        "ragged_rows": [6, 9],
        "blank_rows": [7, 10],
        "stray_quotes": [8, 11],
        "unclosed_quotes": [12],
        "line_breaks": [4, 14],
    }
    assert report["tables"][0]["rows"] == 9


def test_a_compressed_table_is_read(tmp_path: Path) -> None:
    report = judged(tmp_path, gzip.compress((HEAD + "1;a;2\n2;b\n").encode()), "t.csv.gz")
    assert report["file"]["compressed"] and report["file"]["format"] == "csv"
    assert lines(faults(report)["ragged_rows"]) == [3]


def test_a_wide_table_with_quotes(tmp_path: Path) -> None:
    """Beyond the width that one pattern covers, the same faults are found."""
    head = ",".join(f"c{n}" for n in range(120))
    row = ",".join(f'"{n},"' for n in range(120))
    found = faults(judged(tmp_path, f"{head}\n{row}\n{row},9\n{row[:-1]}x\n{row}\n"))
    assert lines(found["ragged_rows"]) == [3]
    assert lines(found["unclosed_quotes"]) == [4]

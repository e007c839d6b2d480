"""Any text is judged without an exception, and its lines are right: compared with a slow and simple reading."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.quality import kinds
from ckanext.gobierno_abierto.quality.inputs import delimited
from ckanext.gobierno_abierto.quality.sketches import DISTINCT, DistinctValues, SeenRows
from tests.quality.checking import faults, judged, lines

NOISE = st.text(alphabet='ab1,;"\n\r\t\0 ñé|=.-/Ã\u2028\ufeff', max_size=120)
VALUE = st.sampled_from(["a", "12", "x y", "é", "31/01/2024", "-3", "b;c", 'say "hi"', "dos\nlíneas", "", "S/D"])


def judge(body: str | bytes, name: str = "t.csv"):  # type: ignore[no-untyped-def]
    with TemporaryDirectory() as folder:
        return judged(Path(folder), body, name)


@settings(max_examples=300, deadline=None)
@given(NOISE, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_gives_a_report(text: str, encoding: str) -> None:
    report = judge(text.encode(encoding, "replace"))
    assert json.dumps(report, allow_nan=False)
    total = text.count("\n") + text.count("\r") + 2
    for many in faults(report).values():
        assert all(0 <= line <= total for line in lines(many))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["csv", "xlsx", "ods", "json", "jsonl", "geojson", "kml", "zip", "parquet"]),
)
def test_any_bytes_give_a_report(body: bytes, extension: str) -> None:
    assert judge(body, f"a.{extension}")["version"] == 1


def written(row: list[str]) -> str:
    return ";".join(f'"{v.replace(chr(34), chr(34) * 2)}"' if set(v) & set(';"\n') else v for v in row)


ROWS = st.lists(
    st.one_of(
        st.tuples(st.just("good"), st.lists(VALUE, min_size=3, max_size=3)),
        st.tuples(st.just("short"), st.lists(VALUE, min_size=2, max_size=2)),
        st.tuples(st.just("long"), st.lists(VALUE, min_size=4, max_size=5)),
        st.tuples(st.just("blank"), st.just([])),
        st.tuples(st.just("stray"), st.just(["x"])),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from([24, 64, 1 << 20]), st.sampled_from(["\n", "\r\n"]))
def test_the_lines_of_faults_are_those_of_the_file(rows: list[tuple[str, list[str]]], size: int, end: str) -> None:
    """Faulty rows among good ones, values of several lines among them, blocks of any size."""
    text, line = "a;b;c\n1;x;y\n2;x;y\n3;x;y\n", 5
    expected: dict[str, list[int]] = {"ragged_rows": [], "blank_rows": [], "stray_quotes": []}
    count = 3
    for kind, values in rows:
        body = 'x;5" tubo;y' if kind == "stray" else written(values)
        empty = not "".join(values).strip(' "\n') and kind != "stray"
        if kind in {"short", "long"} and not (empty and "\n" not in body):
            expected["ragged_rows"].append(line)
        elif kind == "stray":
            expected["stray_quotes"].append(line)
        elif empty:
            expected["blank_rows"].append(line)
        count += not (empty and "\n" not in body)
        text += body + "\n"
        line += body.count("\n") + 1
    before, delimited.BLOCK = delimited.BLOCK, size
    try:
        report = judge(text.replace("\n", end))
    finally:
        delimited.BLOCK = before
    found = {code: lines(faults(report).get(code, [])) for code in expected}
    assert found == {code: places[:10] for code, places in expected.items()}
    assert report["tables"][0]["rows"] == count


@given(st.text(alphabet="0123456789.,-/: eSDTZ+=%()totalsi#", max_size=14))
def test_a_value_has_one_kind_whatever_is_tried_first(value: str) -> None:
    value = value.strip()
    if not value:
        return
    frame = pl.DataFrame({"value": [value], "count": [1], "line": [1]})
    found = {next(iter(kinds.split(frame, [first]))) for first in [*kinds.PATTERNS, kinds.TEXT]}
    assert len(found) == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9_000), min_size=1, max_size=3_000), min_size=1, max_size=4))
def test_distinct_values_are_counted_exactly(batches: list[list[int]]) -> None:
    """Counts are exact in the sketch, complete or not."""
    sketch, truth = DistinctValues(), {}  # type: ignore[var-annotated]
    for number, batch in enumerate(batches):
        for value in batch:
            truth[str(value)] = truth.get(str(value), 0) + 1
        frame = pl.DataFrame({"value": [str(v) for v in batch], "line": pl.int_range(len(batch), eager=True) + number})
        grouped = frame.group_by("value").agg(pl.len().alias("count"), pl.col("line").first())
        sketch.add(grouped.with_columns(hash=grouped["value"].hash()))
    kept = dict(sketch.frame.select("value", "count").iter_rows())
    assert sketch.frame.height == min(len(truth), DISTINCT) or not sketch.complete
    assert all(truth[value] == count for value, count in kept.items())
    assert not sketch.complete or kept == truth


def test_rows_seen_before_are_found_on_disk_too(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("ckanext.gobierno_abierto.quality.sketches.ROWS_IN_MEMORY", 50)
    seen = SeenRows()
    for start in range(0, 400, 40):
        values = [n if n % 100 else 7_000_000 for n in range(start, start + 40)]
        lines_ = pl.int_range(start + 2, start + 42, eager=True)
        seen.add(pl.DataFrame({"a": [str(v) for v in values]}), lines_)
    result = seen.result()
    assert result.count == 3
    assert [(place.line, place.value) for place in result.places] == [(102, "= 2"), (202, "= 2"), (302, "= 2")]
    assert seen._folder is None

"""The plots of a column: what is drawn is what was counted, inside the drawing, and said in words too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.quality.pages import plots
from ckanext.gobierno_abierto.quality.pages.column_view import MOST, OPEN, column_view, columns
from tests.quality.checking import judged
from tests.quality.speech import ENGLISH, SPANISH


def profile(folder: Path, *rows: str, heading: str = "a") -> dict[str, Any]:
    """The profile of a table's first column."""
    return dict(judged(folder, "\n".join([heading, *rows]) + "\n")["tables"][0]["columns"][0])


def plot_of(folder: Path, *rows: str, heading: str = "a") -> plots.Plot:
    found = plots.plot(profile(folder, *rows, heading=heading), SPANISH)
    assert found is not None
    return found


def test_a_histogram_of_numbers(tmp_path: Path) -> None:
    found = plot_of(tmp_path, *(str(n) for n in range(100)))
    assert (found.kind, len(found.bars), found.start, found.end) == (plots.HISTOGRAM, 20, "0", "99")
    assert [count for _label, count in found.rows] == ["5"] * 20
    assert found.description == "De 0 a 99. El tramo con más valores es 0 a 5: 5 filas."


def test_edges_have_the_decimals_that_tell_them_apart(tmp_path: Path) -> None:
    found = plot_of(tmp_path, *(f"{n / 10000:.4f}" for n in range(1, 101)))
    labels = [label for label, _count in found.rows]
    assert len(set(labels)) == 20 and labels[0].startswith("0,0001 a 0,000")


@pytest.mark.parametrize(
    "rows,start,end",
    [
        ([str(1990 + n) for n in range(30)], "1990", "2019"),
        ([str(12000 + n) for n in range(30)], "12.000", "12.029"),
        ([f"2024-01-{n:02}" for n in range(1, 29)], "2024-01-01", "2024-01-28"),
    ],
)
def test_ends_are_written_as_what_they_are(tmp_path: Path, rows: list[str], start: str, end: str) -> None:
    found = plot_of(tmp_path, *rows)
    assert (found.start, found.end) == (start, end)


def test_few_numbers_are_drawn_one_by_one_in_their_order(tmp_path: Path) -> None:
    found = plot_of(tmp_path, *["3"] * 5, *["1"] * 2, *["2"] * 9)
    assert found.kind == plots.VALUES
    assert [(bar.label, bar.count, bar.width) for bar in found.bars] == [
        ("1", "2", 22.2),
        ("2", "9", 100.0),
        ("3", "5", 55.6),
    ]


def test_of_many_values_the_commonest_are_drawn_and_the_rest_is_one_row(tmp_path: Path) -> None:
    rows = [f"pueblo {n}" for n in range(40) for _ in range(40 - n)]
    found = plot_of(tmp_path, *rows)
    assert [bar.label for bar in found.bars] == [f"pueblo {n}" for n in range(plots.DRAWN)]
    assert len(found.rows) == 11
    assert found.rows[-1] == ("Otros valores", SPANISH.number(sum(range(1, 31))))


@pytest.mark.parametrize("rows", [["a,1", "b,1", "c,1"], [",1", ",1", "x,1"], ["7,1"]])
def test_nothing_is_drawn_where_nothing_compares(tmp_path: Path, rows: list[str]) -> None:
    assert plots.plot(profile(tmp_path, *rows, heading="a,b"), SPANISH) is None


def test_a_sample_says_so() -> None:
    spread = {"edges": [0.0, 1.0, 2.0], "counts": [3, 1], "exact": False}
    assert not plots.histogram("x", "decimal", spread, SPANISH).exact


COUNTS = st.lists(st.integers(0, 10**12), min_size=2, max_size=20).filter(any)


@given(COUNTS, st.floats(-1e300, 1e300), st.floats(1e-9, 1e300), st.sampled_from(["integer", "decimal"]))
def test_bars_stay_inside_the_drawing(counts: list[int], start: float, width: float, kind: str) -> None:
    edges = [start + width * step for step in range(len(counts) + 1)]
    found = plots.histogram("x", kind, {"edges": edges, "counts": counts, "exact": True}, SPANISH)
    assert len(found.rows) == len(counts)
    for bar, count in zip(found.bars, counts, strict=True):
        assert 0 <= bar.x <= bar.x + bar.width <= plots.WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= plots.HEIGHT + 0.01
        assert (bar.height > 0) == (count > 0)
    most = counts.index(max(counts))
    assert found.bars[most].height == plots.HEIGHT


@given(st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**30), 10**30)))
def test_any_figure_is_written(value: float) -> None:
    text = SPANISH.figure(value)
    assert len(text) < 60
    if value == value and abs(value) not in (float("inf"),):
        assert any(character.isdigit() for character in text)


@pytest.mark.parametrize(
    "value,text",
    [
        (0, "0"),
        (0.000123456, "0,000123"),
        (-12.3456, "-12,35"),
        (1234567.5, "1.234.567,5"),
        (1e20, "1e+20"),
        (3.0, "3"),
    ],
)
def test_figures_keep_what_means_something(value: float, text: str) -> None:
    assert SPANISH.figure(value) == text


@pytest.mark.parametrize(
    "part,whole,text",
    [(1, 3, "33,3 %"), (0, 5, "0 %"), (5, 5, "100 %"), (99_999, 100_000, "99,9 %"), (1, 100_000, "menos de 0,1 %")],
)
def test_shares_never_round_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert SPANISH.share(part, whole) == text


def test_a_column_in_words(tmp_path: Path) -> None:
    column = profile(tmp_path, *(["5,x", ",x"] * 10 + ["S/D,x", "8,x"]), heading="edad,b")
    shown = column_view(column, "Edad cumplida", {}, SPANISH)
    assert (shown.label, shown.type, shown.distinct) == ("Edad cumplida", "Número entero", "2 valores distintos")
    assert (shown.empty, shown.empty_share) == ("50 % vacíos (11)", 50.0)
    assert shown.figures == (("Mínimo", "5"), ("Media", "5,27"), ("Máximo", "8"))


def test_a_label_that_says_the_name_again_is_left_out(tmp_path: Path) -> None:
    assert column_view(profile(tmp_path, "5", heading="Edad"), "EDAD", {}, SPANISH).label == ""


def test_personal_data_shows_counts_only(tmp_path: Path) -> None:
    column = profile(tmp_path, *["Juana Quispe Mamani,1"] * 3, heading="nombre,b")
    shown = column_view(column, "", {"nombre": "Nombre de persona"}, SPANISH)
    assert (shown.personal, shown.plot, shown.figures) == ("Nombre de persona", None, ())
    assert shown.distinct == "1 valor distinto"


def test_thirty_columns_are_open_and_the_others_folded(tmp_path: Path) -> None:
    width = OPEN + MOST
    report = judged(tmp_path, ",".join(f"c{n}" for n in range(width)) + "\n" + ",".join("1" * width) + "\n")
    shown, folded = columns(report["tables"][0], [{"name": "C1", "title": {"es": "Uno", "en": "One"}}], ENGLISH)
    assert (len(shown), len(shown) + len(folded)) == (OPEN, MOST)
    assert shown[1].label == "One"

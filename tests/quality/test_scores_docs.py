"""docs/officers/calidad.md says of each indicator what the method says."""

from __future__ import annotations

import pytest

from ckanext.gobierno_abierto.quality.scores.method import Indicator, method
from tests.test_architecture import ROOT

PAGE = (ROOT / "docs" / "officers" / "calidad.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("one", method().indicators, ids=lambda one: one.code)
def test_each_indicator_is_in_the_table(one: Indicator) -> None:
    cells = (one.title["es"], str(one.points), one.asks["es"], one.advice["es"], f"`{one.field}`")
    assert f"| {' | '.join(cells)} |" in PAGE


def test_the_page_has_no_other_indicators_and_the_right_sums() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.endswith("` |")]
    assert len(rows) == len(method().indicators)
    for dimension in method().dimensions:
        assert f"### {dimension.title['es']}: {dimension.points} puntos" in PAGE


def test_the_limits_of_the_ratings_are_the_methods() -> None:
    least = {rating.code: rating.least for rating in method().ratings}
    said = f"suficiente desde {least['sufficient']}, bueno desde {least['good']}, excelente desde {least['excellent']}"
    assert said in PAGE and f"malo hasta {least['sufficient'] - 1}" in PAGE

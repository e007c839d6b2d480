"""What the index learns: codes, years and words."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.gobierno_abierto.metadata import fields, indexing, vocabularies


@pytest.mark.parametrize(
    "periods,years",
    [
        ([{"start": "2021-05", "end": "2023"}], ["2021", "2022", "2023"]),
        ([{"start": "2020"}], ["2020"]),
        ([{"end": "2019-12-31"}, {"start": "2021", "end": "2021"}], ["2019", "2021"]),
        ([{"start": "0001", "end": "2024"}], []),
        ([{"start": "mal"}], []),
        ([], []),
    ],
)
def test_years(periods: list[dict[str, str]], years: list[str]) -> None:
    assert indexing.years({"temporal_coverage": periods}) == years


def test_fiscal_years_are_years() -> None:
    assert indexing.years({"fiscal_year": ["2022", "2020"]}) == ["2020", "2022"]
    assert indexing.years({"fiscal_year": "2022"}) == ["2022"]


def test_a_place_brings_what_contains_it() -> None:
    data = {
        "spatial_coverage": [{"territory": "2024:020101"}, {"territory": "BO"}, {"text": "Cuenca"}],
        "resources": [{"territory": ["0301", "2024:080901"]}],
    }
    assert indexing.facets(data) == {
        "vocab_departamento": ["02", "03", "08"],
        "vocab_provincia": ["0201", "0301"],
        "vocab_municipio": ["2024:020101", "2024:080901"],
    }


def test_words_are_labels_and_texts_but_no_addresses_of_people() -> None:
    data: dict[str, Any] = {
        "title": "Título",
        "sector": "salud",
        "theme": ["ENVI"],
        "contact": [{"name": "Unidad de Datos", "email": "x@y.bo", "phone": "71234567"}],
        "spatial_coverage": [{"territory": "2024:080304", "bbox": "1,2,3,4"}],
        "resources": [{"name": "r", "columns": [{"name": "pob_total", "description": "Población total"}]}],
    }
    words = indexing.words(fields.load("dataset"), data)
    for found in ("Salud", "Health", "Medio ambiente", "Unidad de Datos", "Rurrenabaque", "pob_total", "Población"):
        assert found in words, found
    for absent in ("Título", "x@y.bo", "71234567", "1,2,3,4"):
        assert absent not in words, absent


def test_each_facet_has_a_vocabulary() -> None:
    for index, name in indexing.FACET_VOCABULARIES.items():
        assert name in vocabularies.names(), index

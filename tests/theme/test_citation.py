"""How to cite a dataset, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.gobierno_abierto.theme.citation import citation, long_date

SEEN = date(2026, 5, 3)
URL = "https://datos.example.bo/dataset/censo"


@pytest.mark.parametrize(
    "author,year,language,expected",
    [
        ("INE", 2024, "es", "INE (2024). Censo [conjunto de datos]. Portal. Consultado el 3 de mayo de 2026. " + URL),
        ("INE.", None, "es", "INE. Censo [conjunto de datos]. Portal. Consultado el 3 de mayo de 2026. " + URL),
        ("", 2024, "es", "Portal (2024). Censo [conjunto de datos]. Portal. Consultado el 3 de mayo de 2026. " + URL),
        ("INE", 2024, "en", "INE (2024). Censo [dataset]. Portal. Accessed 3 May 2026. " + URL),
    ],
)
def test_citation(author: str, year: int | None, language: str, expected: str) -> None:
    assert citation("Censo.", author, year, "Portal", URL, SEEN, language) == expected


@pytest.mark.parametrize(
    "language,expected",
    [("es", "31 de diciembre de 2025"), ("es_BO", "31 de diciembre de 2025"), ("en", "31 December 2025")],
)
def test_long_date(language: str, expected: str) -> None:
    assert long_date(date(2025, 12, 31), language) == expected

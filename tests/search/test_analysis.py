"""Spanish words: accents, plural, gender, derivations, and the words inside joined ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.search.analysis import MAX_WORD, fold, stem, words

SAME = [
    ("población", "poblacion", "poblaciones", "POBLACIÓN", "poblacional", "poblacionales"),
    ("contratación", "contratacion", "contrataciones", "CONTRATACION"),
    ("minería", "mineria", "minero", "mineros", "minera"),
    ("ingeniería", "ingeniero", "ingenieros"),
    ("niño", "niña", "niños", "niñez"),
    ("año", "años", "AÑO"),
    ("área", "areas", "Áreas"),
    ("protegida", "protegidas", "protegido"),
    ("índice", "indices", "índices"),
    ("cruz", "cruces"),
    ("mes", "meses"),
    ("país", "paises", "países"),
    ("interés", "intereses"),
    ("ley", "leyes"),
    ("hogar", "hogares"),
    ("bosque", "bosques"),
    ("ciudad", "ciudades"),
    ("región", "regiones", "regional", "regionales"),
    ("rápido", "rapidez"),
    ("directo", "directamente"),
    ("anual", "anualmente", "anuales"),
    ("luz", "luces"),
    ("pingüino", "pinguinos"),
]
DIFFERENT = [
    ("año", "ano"),
    ("salar", "salario"),
    ("departamento", "departir"),
    ("minero", "mina"),
    ("país", "paisaje"),
    ("estación", "este"),
    ("nación", "nacimiento"),
    ("lópez", "lopo"),
    ("medicamento", "médico"),
]


@pytest.mark.parametrize("group", SAME, ids=lambda group: group[0])
def test_words_that_belong_together(group: tuple[str, ...]) -> None:
    assert {next(words(word)).stem for word in group} == {stem(fold(group[0]))}


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_words_that_stay_apart(one: str, other: str) -> None:
    assert stem(fold(one)) != stem(fold(other))


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("agua-potable_2024", ["agua", "potable", "2024"]),
        ("¿Qué es? ¡El índice!", ["que", "es", "el", "indice"]),
        ("Flexible ァ", ["flexible", "ァ"]),
        ("1.234,5", ["1", "234", "5"]),
        ("", []),
        ("…—·", []),
        ("nin\u0303o", ["niño"]),
    ],
)
def test_where_words_begin_and_end(text: str, surfaces: list[str]) -> None:
    assert [word.surface for word in words(text)] == surfaces


def test_joined_words_carry_their_parts() -> None:
    (word,) = words("PoblacionTotal2012")
    assert word.parts == ("poblacion", "total", "2012")
    assert next(words("Población")).parts == ()


@given(st.text())
def test_any_text_gives_clean_words(text: str) -> None:
    for word in words(text):
        assert word.surface and len(word.surface) <= MAX_WORD
        assert word.stem and not set(word.surface) & set(" '\\:&|!()*")


@given(st.text(alphabet="abcdeéiíñoósrzln", min_size=1, max_size=15))
def test_accents_never_change_the_stem(word: str) -> None:
    assert stem(fold(word)) == stem(fold(fold(word)))

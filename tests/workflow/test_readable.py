"""Values and differences in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.workflow.readable import (
    CHANGE,
    Item,
    changed_items,
    field_of,
    label_of,
    order_of,
    shortened,
    text_in,
    words,
)
from ckanext.gobierno_abierto.workflow.revisions import diff
from ckanext.gobierno_abierto.workflow.textdiff import DELETE, EQUAL, INSERT, TextPart, text_diff

THEME = {"field_name": "theme", "vocabulary": "temas", "label": {"es": "Temas", "en": "Themes"}}
CONTACT = {
    "field_name": "contact",
    "label": "Contactos",
    "repeating_subfields": [
        {"field_name": "name", "label": {"es": "Nombre"}},
        {"field_name": "kinds", "label": {"es": "Temas"}, "vocabulary": "temas"},
    ],
}
CHOICE = {"field_name": "status", "choices": [{"value": "a", "label": {"es": "Abierto", "en": "Open"}}]}
SCHEMA = {"dataset_fields": [{"field_name": "title"}, {"field_name": "tag_string", "label": "Palabras"}, THEME]}


@pytest.mark.parametrize(
    "field,value,expected",
    [
        (THEME, ["GOVE", "HEAL"], ["Gobierno y sector público", "Salud"]),
        (THEME, "no-existe", ["no-existe"]),
        ({"field_name": "x"}, None, []),
        ({"field_name": "x"}, ["", None, "a"], ["a"]),
        ({"field_name": "x"}, 0, ["0"]),
        ({"field_name": "x"}, False, ["False"]),
        (CHOICE, "a", ["Abierto"]),
        (CHOICE, "b", ["b"]),
        (
            CONTACT,
            [{"name": "Ana", "kinds": ["GOVE"], "otro": "x"}, {"name": ""}],
            ["Nombre: Ana; Temas: Gobierno y sector público; otro: x"],
        ),
        ({"field_name": "extras"}, [{"key": "k", "value": {"a": 1}}], ["key: k; value: a: 1"]),
    ],
)
def test_words(field: dict[str, Any], value: Any, expected: list[str]) -> None:
    assert words(field, value, "es") == expected


@pytest.mark.parametrize(
    "labels,lang,expected",
    [
        ({"es": "a", "en": "b"}, "en", "b"),
        ({"es": "a"}, "en", "a"),
        ({"en": "b"}, "es", "b"),
        ("c", "es", "c"),
        (None, "es", ""),
    ],
)
def test_text_in(labels: Any, lang: str, expected: str) -> None:
    assert text_in(labels, lang) == expected


def test_fields_of_a_schema() -> None:
    assert label_of(field_of(SCHEMA, "tags"), "es") == "Palabras"
    assert label_of(field_of(SCHEMA, "theme"), "en") == "Themes"
    assert field_of(SCHEMA, "theme", resource=True) == {"field_name": "theme"} == field_of(None, "theme")
    assert sorted(["zzz", "theme", "tags", "title"], key=order_of(SCHEMA)) == ["title", "tags", "theme", "zzz"]


@pytest.mark.parametrize(
    "field,old,new,ops",
    [
        (THEME, ["GOVE"], ["GOVE", "HEAL"], [EQUAL, INSERT]),
        (THEME, "GOVE", "HEAL", [DELETE, INSERT]),
        (THEME, None, ["HEAL"], [INSERT]),
        (CONTACT, [{"name": "Ana"}], [{"name": "Ana María"}], [CHANGE]),
        (CONTACT, [{"name": "Ana"}], [], [DELETE]),
        ({"field_name": "title"}, "Un título", "Otro título", [CHANGE]),
        ({"field_name": "n"}, 1, 2, [CHANGE]),
    ],
)
def test_items(field: dict[str, Any], old: Any, new: Any, ops: list[str]) -> None:
    (change,) = diff({field["field_name"]: old}, {field["field_name"]: new}).as_dict()["fields"]
    assert [item.op for item in changed_items(field, change, "es")] == ops


#: Short enough that nothing is shortened.
TEXTS = st.text(max_size=20)
GROUPS = st.dictionaries(TEXTS, TEXTS, max_size=3)
VALUES = st.one_of(st.none(), TEXTS, st.lists(TEXTS, max_size=5), st.lists(GROUPS, max_size=3))


@given(VALUES, VALUES)
def test_both_sides_are_all_there(old: Any, new: Any) -> None:
    field = {"field_name": "x"}
    change = {"field": "x", "old": old, "new": new, "text": []}
    items = changed_items(field, change, "es")
    for side, other in ((DELETE, words(field, old, "es")), (INSERT, words(field, new, "es"))):
        kept = ["".join(p.text for p in item.parts if p.op in (EQUAL, side)) for item in items if shown(item, side)]
        assert kept == other


def shown(item: Item, side: str) -> bool:
    return item.op in (EQUAL, CHANGE, side)


@given(st.text(), st.text(), st.integers(1, 50))
def test_shortening_keeps_every_change(old: str, new: str, around: int) -> None:
    parts = list(text_diff(old, new))
    cut = shortened(parts, around)
    assert [part for part in cut if part.op != EQUAL] == [part for part in parts if part.op != EQUAL]
    assert all(len(part.text) <= 2 * around + 45 for part in cut if part.op == EQUAL) or len(cut) == 1


def test_shortened_text_says_so() -> None:
    long = "a" * 500
    parts = [
        TextPart(EQUAL, long),
        TextPart(INSERT, "x"),
        TextPart(EQUAL, long),
        TextPart(DELETE, "y"),
        TextPart(EQUAL, long),
    ]
    first, _, middle, _, last = (part.text for part in shortened(parts, 10))
    assert (first, middle, last) == ("[…] " + "a" * 10, "a" * 10 + " […] " + "a" * 10, "a" * 10 + " […]")
    assert shortened([TextPart(EQUAL, long)]) == [TextPart(EQUAL, long)]

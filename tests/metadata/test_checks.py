"""What a value of each kind must look like: tables of what is accepted, as it is stored, and of what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.metadata import checks, errors, vocabularies

TRIANGLE = {"type": "Polygon", "coordinates": [[[0, 0], [1.0, 0], [1, 1.5], [0, 0]]]}

ACCEPTED = [
    ("date", "2024", "2024"),
    ("date", "2024-3", "2024-03"),
    ("date", "2024-02-29", "2024-02-29"),
    ("date", "2024-03-31T10:20:30Z", "2024-03-31"),
    ("date", "31/12/2024", "2024-12-31"),
    ("email", "mailto:datos@ine.gob.bo", "datos@ine.gob.bo"),
    ("email", "a.b+c@x-y.gob.bo", "a.b+c@x-y.gob.bo"),
    ("url", " https://www.ine.gob.bo/x?y=(1)&z=ñ ", "https://www.ine.gob.bo/x?y=(1)&z=ñ"),
    ("url", "http://localhost:5000/a", "http://localhost:5000/a"),
    ("phone", "+591 2 2226462", "+591 2 2226462"),
    ("phone", "71234567", "71234567"),
    ("phone", "2226462 int 12", "2226462 int 12"),
    ("integer", 0, "0"),
    ("integer", " 007 ", "7"),
    ("decimal", "1e3", "1000"),
    ("decimal", "2.50", "2.50"),
    ("decimal", 0, "0"),
    ("duration", "p1m", "P1M"),
    ("duration", "P1Y2M3DT4H5M6.5S", "P1Y2M3DT4H5M6.5S"),
    ("duration", "PT15M", "PT15M"),
    ("box", "-69.64, -22.90, -57.45, -9.68", "-69.64,-22.9,-57.45,-9.68"),
    ("box", [-69, -22, -57, -9], "-69,-22,-57,-9"),
    ("box", TRIANGLE, "0,0,1,1.5"),
    ("geojson", TRIANGLE, '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1.5],[0,0]]]}'),
    ("geojson", '{"type":"Point","coordinates":[-68.1,-16.5]}', '{"type":"Point","coordinates":[-68.1,-16.5]}'),
    ("geojson", {"type": "Feature", "geometry": TRIANGLE}, checks.geojson(TRIANGLE)),
]

REFUSED = [
    ("date", "2024-13", errors.NoSuchDay),
    ("date", "2023-02-29", errors.NoSuchDay),
    ("date", "31/02/2024", errors.NoSuchDay),
    ("date", "ayer", errors.NotADate),
    ("date", "24", errors.NotADate),
    ("email", "datos", errors.NotAnEmail),
    ("email", "a@b", errors.NotAnEmail),
    ("email", "a b@c.bo", errors.NotAnEmail),
    ("email", "a..b@c.bo", errors.NotAnEmail),
    ("url", "ine.gob.bo", errors.NotAUrl),
    ("url", "javascript:alert(1)", errors.NotAUrl),
    ("url", "ftp://ine.gob.bo", errors.NotAUrl),
    ("url", "http://a b.bo", errors.NotAUrl),
    ("url", "http://x.bo:99999/", errors.NotAUrl),
    ("url", "https://", errors.NotAUrl),
    ("phone", "123", errors.NotAPhone),
    ("phone", "no tiene", errors.NotAPhone),
    ("integer", "1.200", errors.NotAnInteger),
    ("integer", "-1", errors.NotAnInteger),
    ("integer", True, errors.NotAnInteger),
    ("decimal", "1,5", errors.NotADecimal),
    ("decimal", "nan", errors.NotADecimal),
    ("decimal", "-0.1", errors.NotADecimal),
    ("duration", "un mes", errors.NotADuration),
    ("duration", "P", errors.NotADuration),
    ("duration", "P1H", errors.NotADuration),
    ("duration", "P1DT", errors.NotADuration),
    ("box", "1,2,3", errors.NotABox),
    ("box", "10,0,5,1", errors.NotABox),
    ("box", "0,0,181,1", errors.OutsideTheWorld),
    ("geojson", "{", errors.NotJson),
    ("geojson", '{"type":"Poligono"}', errors.WrongGeometry),
    ("geojson", {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, errors.WrongCoordinates),
    ("geojson", {"type": "Point", "coordinates": ["a", 1]}, errors.WrongCoordinates),
    ("geojson", {"type": "Point", "coordinates": [1, 2, 3, 4]}, errors.WrongCoordinates),
    ("geojson", {"type": "Point", "coordinates": [-68, -95]}, errors.OutsideTheWorld),
]


@pytest.mark.parametrize("name,value,stored", ACCEPTED, ids=lambda v: str(v)[:30])
def test_accepted(name: str, value: Any, stored: str) -> None:
    check = getattr(checks, name)
    assert check(value) == stored
    assert check(stored) == stored, "what is stored is accepted again"


@pytest.mark.parametrize("name,value,error", REFUSED, ids=lambda v: str(v)[:30])
def test_refused_with_the_field_and_the_value(name: str, value: Any, error: type[errors.InvalidValue]) -> None:
    with pytest.raises(error) as caught:
        getattr(checks, name)(value)
    message = caught.value.for_field("Mi campo").message
    assert message.startswith("«Mi campo»")
    assert "{" not in message.replace("{" if value == "{" else "\0", "")


@pytest.mark.parametrize(
    "text,limit,single,error",
    [
        ("Título con ñ, «comillas» y\ttabulador", 100, True, None),
        ("dos\nlíneas", 100, False, None),
        ("a" * 101, 100, True, errors.TooLong),
        ("nulo\x00aquí", 100, True, errors.ControlCharacters),
        ("al\u202erevés", 100, True, errors.ControlCharacters),
        ("aislado\u2067x", 100, False, errors.ControlCharacters),
        ("suelto\ud800", 100, False, errors.ControlCharacters),
        ("../../etc/passwd", 100, True, errors.PathInText),
        ("..\\windows", 100, True, errors.PathInText),
        ("véase ../otro", 100, False, None),
    ],
)
def test_hostile_texts(text: str, limit: int, single: bool, error: type[Exception] | None) -> None:
    if error is None:
        checks.text(text, limit, single)
    else:
        with pytest.raises(error):
            checks.text(text, limit, single)


@given(st.text())
def test_what_is_cleaned_is_never_hostile(text: str) -> None:
    clean = checks.without_hostile(text)
    assert checks.hostile_characters(clean) == []
    assert clean.encode("utf-8").decode("utf-8") == clean


@given(st.text(max_size=40))
def test_no_text_breaks_a_check(text: str) -> None:
    for name in ("date", "email", "url", "phone", "integer", "decimal", "duration", "box", "geojson"):
        try:
            stored = getattr(checks, name)(text)
        except errors.InvalidValue:
            continue
        assert getattr(checks, name)(stored) == stored


@given(st.lists(st.floats(-90, 90, allow_nan=False), min_size=2, max_size=2))
def test_a_point_is_kept_to_the_last_digit(position: list[float]) -> None:
    assert json.loads(checks.geojson({"type": "Point", "coordinates": position}))["coordinates"] == position


@pytest.mark.parametrize(
    "start,end,before",
    [
        ("2024", "2024-01", False),
        ("2024-06", "2024", False),
        ("2024-06-01", "2024-05-31", True),
        ("2025", "2024-12-31", True),
    ],
)
def test_order_of_dates_of_different_precision(start: str, end: str, before: bool) -> None:
    assert checks.ends_before(start, end) is before


@pytest.mark.parametrize("spelling", ["ANNUAL", "anual", "Annual", " ANUAL ", "R/P1Y"])
def test_a_term_is_known_by_value_label_and_alias(spelling: str) -> None:
    assert checks.term(spelling, vocabularies.load("frecuencias")) == "ANNUAL"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_term_is_known_by_its_uri(scheme: str) -> None:
    uri = f"{scheme}://publications.europa.eu/resource/authority/frequency/ANNUAL"
    assert checks.term(uri, vocabularies.load("frecuencias")) == "ANNUAL"


def test_a_wrong_term_of_a_short_list_is_told_all_of_it() -> None:
    with pytest.raises(errors.UnknownTerm) as caught:
        checks.term("SECRETO", vocabularies.load("derechos_de_acceso"))
    assert caught.value.for_field("Derechos").message == (
        "«Derechos»: «SECRETO» no está en el vocabulario. "
        "Valores admitidos: PUBLIC (Público), RESTRICTED (Restringido), NON_PUBLIC (No público)."
    )


def test_a_wrong_term_of_a_long_list_is_told_the_nearest() -> None:
    with pytest.raises(errors.UnknownTermInLongList) as caught:
        checks.term("mensul", vocabularies.load("frecuencias"))
    assert "MONTHLY (Mensual)" in caught.value.message


def test_a_term_that_looks_like_none_is_told_where_they_are() -> None:
    with pytest.raises(errors.UnknownTermWithoutHint) as caught:
        checks.term("qwxyz", vocabularies.load("frecuencias"))
    assert "27 valores" in caught.value.message and "metadata_vocabulary_show" in caught.value.message


def test_a_very_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(errors.NotAnEmail) as caught:
        checks.email("x" * 5000)
    assert len(caught.value.message) < 200

"""The vocabularies are complete and agree with each other; the territory's codes mean what the classifiers say."""

from __future__ import annotations

import pytest

from ckanext.gobierno_abierto.metadata import defaults, errors, territory, vocabularies
from ckanext.gobierno_abierto.metadata.fields import DATASET_TYPES


@pytest.mark.parametrize("name", vocabularies.names())
def test_each_vocabulary_is_complete(name: str) -> None:
    vocabulary = vocabularies.load(name)
    assert vocabulary.entries and vocabulary.source
    assert set(vocabulary.title) == {"es", "en"}
    for entry in vocabulary.entries:
        assert entry.label["es"].strip() and entry.label["en"].strip(), entry.value
        assert entry.uri.startswith("http"), entry.value
        assert vocabulary.find(entry.value) is entry
        assert vocabulary.find(entry.uri) is entry


@pytest.mark.parametrize("name,count", [("departamentos", 9), ("provincias", 112), ("municipios", 343)])
def test_the_territory_is_whole(name: str, count: int) -> None:
    assert len(vocabularies.load(name).entries) == count


def test_the_classifier_of_2012_has_339_municipalities() -> None:
    codes = {e.attributes["codes"].get(2012) for e in vocabularies.load("municipios").entries} - {None}
    assert len(codes) == 339
    per_department = {d: sum(c.startswith(d) for c in codes if c) for d in (f"{n:02}" for n in range(1, 10))}
    assert list(per_department.values()) == [29, 87, 47, 35, 40, 11, 56, 19, 15]


def test_each_province_and_municipality_is_in_one_that_exists() -> None:
    departments, provinces = vocabularies.load("departamentos"), vocabularies.load("provincias")
    for province in provinces.entries:
        assert province.value[:2] == province.attributes["departamento"] in departments
    orphans = [e.value for e in vocabularies.load("municipios").entries if e.attributes["provincia"] not in provinces]
    assert orphans == ["2024:080901"], "only the census's pseudo-province has no province"


CHANGED = ["020203", "020204", "020205", "020206", "071103", "071104", "071105"]


def test_seven_codes_changed_municipality() -> None:
    both = [(territory.unit(2012, code), territory.unit(2024, code)) for code in CHANGED]
    assert all(old and new and old.value != new.value for old, new in both)
    same = [
        code
        for entry in vocabularies.load("municipios").entries
        for code in [entry.attributes["codes"][2024]]
        if territory.unit(2012, code) not in (None, entry) and territory.unit(2012, code).value != entry.value  # type: ignore[union-attr]
    ]
    assert sorted(same) == CHANGED


@pytest.mark.parametrize(
    "text,value",
    [
        ("BO", "BO"),
        ("Bolivia", "BO"),
        ("02", "02"),
        ("BO-L", "02"),
        ("0201", "0201"),
        ("2024:020101", "2024:020101"),
        ("2012:020203", "2024:020206"),
        ("2024:020203", "2024:020203"),
        ("2012-020101", "2024:020101"),
        ("010101", "2024:010101"),
        ("050405", "2024:050405"),
        ("sucre", "2024:010101"),
        ("Coroico", "2024:021401"),
        ("Rurrenabaque", "2024:080304"),
        ("https://datos.gob.bo/def/territorio/municipio/2024:020101", "2024:020101"),
        ("https://datos.gob.bo/def/territorio/departamento/07", "07"),
    ],
)
def test_a_place_is_known_by_code_name_and_uri(text: str, value: str) -> None:
    assert territory.resolve(text).value == value


@pytest.mark.parametrize(
    "text,error,said",
    [
        ("020203", errors.AmbiguousPlace, "2012:020203 (Chua Cocani (La Paz)); 2024:020203 (Huarina (La Paz))"),
        ("San Pedro", errors.AmbiguousPlace, "2024:071005 (San Pedro (Santa Cruz))"),
        ("Oruro", errors.AmbiguousPlace, "04 (Departamento de Oruro)"),
        ("20101", errors.LostZero, "020101"),
        ("5", errors.LostZero, "05 (Departamento de Potosí)"),
        ("2001:020101", errors.UnknownClassifier, "2012, 2024"),
        ("2012:050405", errors.UnknownPlace, "2024:050401"),
        ("Achacachy", errors.UnknownPlace, "Achacachi"),
        ("999999", errors.UnknownPlace, "2024:020101"),
    ],
)
def test_a_wrong_place_is_told_what_is_near(text: str, error: type[errors.InvalidValue], said: str) -> None:
    with pytest.raises(error) as caught:
        territory.resolve(text)
    assert said in caught.value.for_field("Lugar").message


def test_what_contains_a_place() -> None:
    assert territory.ancestors("2024:020101") == {
        "departamento": "02",
        "provincia": "0201",
        "municipio": "2024:020101",
    }
    assert territory.ancestors("0201") == {"departamento": "02", "provincia": "0201"}
    assert territory.ancestors("02") == {"departamento": "02"}
    assert territory.ancestors("BO") == territory.ancestors("nada") == {}


def test_open_formats_are_said_to_be_open() -> None:
    formats = vocabularies.load("formatos")
    for name, expected in (("CSV", True), ("GeoJSON", True), ("XLSX", False), ("PDF", False)):
        entry = formats.get(name)
        assert entry and (entry.attributes["non_proprietary"] and entry.attributes["machine_readable"]) is expected
    for entry in formats.entries:
        assert "/" in entry.attributes["media_type"]


def test_each_theme_has_an_icon() -> None:
    icons = [entry.attributes["icon"] for entry in vocabularies.load("temas").entries]
    assert len(icons) == len(set(icons)) == 13


def test_the_kinds_of_dataset_are_the_schemas() -> None:
    assert tuple(entry.value for entry in vocabularies.load("tipos_de_conjunto").entries) == DATASET_TYPES


def test_each_sector_has_a_theme() -> None:
    themes = vocabularies.load("temas")
    assert all(entry.attributes["theme"] in themes for entry in vocabularies.load("sectores").entries)


def test_the_licence_register_on_disk_is_the_vocabulary() -> None:
    assert defaults.LICENCES_FILE.read_text(encoding="ascii") == defaults.licence_register_json()


def test_a_repeated_value_is_an_error() -> None:
    entry = {"value": "a", "label": {"es": "A", "en": "A"}}
    with pytest.raises(ValueError, match="repeated"):
        vocabularies.build("x", {"title": {"es": "X", "en": "X"}, "entries": [entry, entry]})


def test_an_unknown_vocabulary_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        vocabularies.load("../../etc")

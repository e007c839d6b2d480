"""What every schema must have: both languages, short pages, vocabularies that exist, one meaning per property."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ckanext.gobierno_abierto.metadata import fields, rdf, validators, vocabularies

ALL = (*fields.DATASET_TYPES, "organization", "mesa")
MOST_PER_PAGE = 12


def every_field(name: str) -> Iterator[fields.Field]:
    schema = fields.load(name)
    for grouping in ("fields", "dataset_fields", "resource_fields"):
        for field in schema.get(grouping, ()):
            yield field
            yield from fields.subfields(field)


@pytest.mark.parametrize("name", ALL)
def test_labels_and_help_are_in_both_languages(name: str) -> None:
    for field in every_field(name):
        for key in ("label", "help_text", "repeating_label", "form_group"):
            if key in field:
                assert set(field[key]) == {"es", "en"}, (field["field_name"], key)
                assert all(text.strip() for text in field[key].values())
        assert "label" in field


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_no_page_shows_more_than_a_dozen_fields(name: str) -> None:
    schema = fields.load(name)
    for page, inside in fields.pages(schema):
        assert len(inside) <= MOST_PER_PAGE, page
        assert set(page["title"]) == set(page["description"]) == {"es", "en"}
    for title, inside in fields.groups(schema["resource_fields"]):
        assert len(inside) <= MOST_PER_PAGE, title


@pytest.mark.parametrize("name", ["organization", "mesa"])
def test_no_group_of_a_form_is_longer_than_a_dozen(name: str) -> None:
    assert all(len(inside) <= MOST_PER_PAGE for _, inside in fields.groups(fields.load(name)["fields"]))


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_a_draft_needs_only_its_title_and_who_answers(name: str) -> None:
    required = {f["field_name"] for f in fields.load(name)["dataset_fields"] if f.get("required")}
    assert required == {"title", "owner_org"}
    assert not any(f.get("required") for f in fields.load(name)["resource_fields"])


@pytest.mark.parametrize("name", ALL)
def test_vocabularies_and_checks_exist(name: str) -> None:
    for field in every_field(name):
        if "vocabulary" in field:
            assert field["vocabulary"] in vocabularies.names(), field["field_name"]
        for validator in field.get("validators", "").split():
            if validator.startswith("ga_"):
                assert hasattr(validators, validator.partition("(")[0]), validator
        if field.get("item") == "pattern" or "ga_pattern" in field.get("validators", ""):
            import re

            assert re.fullmatch(field["pattern"], field["example"]), field["field_name"]


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_no_two_fields_share_a_property(name: str) -> None:
    schema = fields.load(name)
    for grouping in ("dataset_fields", "resource_fields"):
        used = [rdf.property_name(f) for f in schema[grouping] if rdf.kind(f) != "none"]
        assert len(used) == len(set(used)), sorted(p for p in used if used.count(p) > 1)


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_the_shared_fields_are_in_every_schema(name: str) -> None:
    mine = {f["field_name"] for f in fields.load(name)["dataset_fields"]}
    general = {f["field_name"] for f in fields.load("dataset")["dataset_fields"]}
    assert general <= mine
    assert name == "dataset" or len(mine - general) >= 9
    resources = [[f["field_name"] for f in fields.load(t)["resource_fields"]] for t in ("dataset", name)]
    assert resources[0] == resources[1]


def test_a_flattened_key_finds_its_field() -> None:
    schema = fields.load("dataset")
    found = [
        fields.at(schema, key)
        for key in [
            ("title",),
            ("contact", 0, "email"),
            ("resources", 1, "format"),
            ("resources", 0, "columns", 2, "name"),
        ]
    ]
    assert [f and f["field_name"] for f in found] == ["title", "email", "format", "name"]
    for key in [("nada",), ("extras", 0, "key"), ("contact", 0, "nada"), ("resources", 0, "nada"), ()]:
        assert fields.at(schema, key) is None

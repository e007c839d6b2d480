"""What publication asks for, and the percentage."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.gobierno_abierto.metadata import fields
from ckanext.gobierno_abierto.metadata.interfaces import completeness, is_filled, missing_for_publication
from tests.metadata.samples import full

DRAFT = {"title": "Borrador", "name": "borrador", "owner_org": "ine", "type": "dataset", "resources": []}


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_a_full_dataset_lacks_nothing(name: str) -> None:
    data = full(name, owner_org="ine")
    assert missing_for_publication(fields.load(name), data) == []
    assert completeness(fields.load(name), data) == 100.0


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_a_draft_lacks_what_publication_asks_for(name: str) -> None:
    schema = fields.load(name)
    missing = missing_for_publication(schema, DRAFT)
    asked = [f["field_name"] for f in schema["dataset_fields"] if f.get("required_for_publication")]
    assert [m.name for m in missing] == [*asked, "resources"]
    assert 0 < completeness(schema, DRAFT) < 40


def test_where_a_missing_field_is_found() -> None:
    missing = {m.name: m for m in missing_for_publication(fields.load("dataset"), DRAFT)}
    assert (missing["notes"].page, missing["contact"].page, missing["resources"].page) == (1, 2, 0)
    assert missing["contact"].as_dict() == {
        "field": "contact",
        "label": {"es": "Contactos", "en": "Contact points"},
        "page": 2,
        "resource": None,
    }


def test_each_resource_is_looked_at() -> None:
    data = full("dataset", owner_org="ine")
    data["resources"] += [
        {"id": "r2", "url": "https://a.bo/x"},
        {"url": "https://a.bo/y", "name": "Y", "format": "CSV"},
    ]
    missing = [(m.name, m.resource) for m in missing_for_publication(fields.load("dataset"), data)]
    assert missing == [("name", "r2"), ("format", "r2")]


@pytest.mark.parametrize(
    "name,value,filled",
    [
        ("notes", "  ", False),
        ("notes", "x", True),
        ("theme", [], False),
        ("theme", ["ENVI"], True),
        ("contact", [{}], False),
        ("contact", [{"name": " ", "email": ""}], False),
        ("contact", [{"email": "a@b.bo"}], True),
        ("license_id", "notspecified", False),
        ("license_id", "CC-BY-4.0", True),
        ("tags", [{"name": "agua"}], True),
    ],
)
def test_what_counts_as_filled(name: str, value: Any, filled: bool) -> None:
    field_name = "tag_string" if name == "tags" else name
    field = fields.by_name(fields.load("dataset")["dataset_fields"])[field_name]
    assert is_filled(field, {name: value}) is filled


def test_zero_is_something() -> None:
    field = fields.by_name(fields.load("tramite")["dataset_fields"])["cost"]
    assert is_filled(field, {"cost": "0"}) and is_filled(field, {"cost": 0})


def test_more_is_more_complete() -> None:
    schema = fields.load("dataset")
    percentages = [completeness(schema, DRAFT)]
    for key, value in (("notes", "x"), ("theme", ["ENVI"]), ("provenance", "y")):
        DRAFT_MORE = {**DRAFT, key: value}
        percentages.append(completeness(schema, DRAFT_MORE))
    assert percentages[1] == percentages[2] > percentages[3] > percentages[0]

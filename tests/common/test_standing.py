"""Who may act for an organization, as a table of roles."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.common.standing import Standing, names_in, standing

ENTITY, COMMITTEE, OTHER = "ine", "comite-ine", "comite-otro"

CASES = [
    # roles, sysadmin, (belongs, writes, administers, reviews)
    ({}, False, (False, False, False, False)),
    ({ENTITY: "member"}, False, (True, False, False, False)),
    ({ENTITY: "editor"}, False, (True, True, False, False)),
    ({ENTITY: "admin"}, False, (True, True, True, False)),
    ({COMMITTEE: "editor"}, False, (False, False, False, True)),
    ({COMMITTEE: "admin"}, False, (False, False, False, True)),
    ({COMMITTEE: "member"}, False, (False, False, False, False)),
    ({OTHER: "admin"}, False, (False, False, False, False)),
    ({ENTITY: "editor", COMMITTEE: "editor"}, False, (True, True, False, True)),
    ({}, True, (True, True, True, False)),
    ({COMMITTEE: "editor"}, True, (True, True, True, True)),
    ({ENTITY: "inventado"}, False, (False, False, False, False)),
]


@pytest.mark.parametrize("roles,sysadmin,expected", CASES)
def test_standing(roles: dict[str, str | None], sysadmin: bool, expected: tuple[bool, ...]) -> None:
    found = standing(sysadmin=sysadmin, organization=ENTITY, committees=[COMMITTEE], roles=roles)
    assert (found.belongs, found.writes, found.administers, found.reviews) == expected


def test_an_organization_does_not_review_itself() -> None:
    found = standing(sysadmin=False, organization=ENTITY, committees=[ENTITY], roles={ENTITY: "admin"})
    assert not found.reviews and found.administers


def test_a_visitor_has_no_standing() -> None:
    assert standing(sysadmin=False, organization=ENTITY, committees=[COMMITTEE], roles={}) == Standing()


@pytest.mark.parametrize(
    "stored,expected",
    [
        (None, []),
        ("", []),
        ("[]", []),
        ('["comite-ine", "comite-otro"]', ["comite-ine", "comite-otro"]),
        ('["comite-ine", " comite-ine "]', ["comite-ine"]),
        ("comite-ine", ["comite-ine"]),
        (["comite-ine", ""], ["comite-ine"]),
        ('"comite-ine"', ["comite-ine"]),
    ],
)
def test_names_in_a_stored_list(stored: Any, expected: list[str]) -> None:
    assert names_in(stored) == expected


@given(st.dictionaries(st.sampled_from([ENTITY, COMMITTEE, OTHER]), st.sampled_from(["admin", "editor", "member"])))
def test_reviewing_never_comes_from_the_entity_itself(roles: dict[str, str]) -> None:
    found = standing(sysadmin=False, organization=ENTITY, committees=[COMMITTEE], roles=roles)
    assert found.reviews == (roles.get(COMMITTEE) in {"admin", "editor"})

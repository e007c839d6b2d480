"""Figures of a page, and the fields that decide who reviews: tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from ckanext.gobierno_abierto.committees import guarded
from ckanext.gobierno_abierto.committees.figures import figures, mean, state_of


@dataclass
class Row:
    state: str
    private: bool
    datasets: int
    type: str = "dataset"
    modified: datetime | None = None
    owner_org: str = "o"


ROWS = [
    Row("active", False, 3, "estadistica", datetime(2020, 1, 1)),
    Row("active", False, 1, "tramite", datetime(2020, 5, 1)),
    Row("active", True, 2, "estadistica", datetime(2021, 1, 1)),
    Row("draft", False, 4, "dataset", datetime(2021, 2, 1)),
    Row("draft", True, 1, "dataset", datetime(2021, 2, 1)),
]


def test_a_stranger_counts_what_is_published() -> None:
    found = figures(ROWS, belongs=False)
    assert found.by_state == {"publicado": 4}
    assert found.by_type == {"estadistica": 3, "tramite": 1}
    assert (found.total, found.modified) == (4, datetime(2020, 5, 1))


def test_a_member_counts_everything() -> None:
    found = figures(ROWS, belongs=True)
    assert found.by_state == {"publicado": 4, "privado": 2, "borrador": 5}
    assert list(found.by_type) == ["dataset", "estadistica", "tramite"]
    assert found.modified == datetime(2020, 5, 1), "the date of what is published, for everybody the same"


def test_nothing_is_zero() -> None:
    assert figures([], belongs=True).by_state == {"publicado": 0, "privado": 0, "borrador": 0}


@pytest.mark.parametrize("values,expected", [([], None), ([50.0], 50.0), ([10, 20, 33], 21.0)])
def test_mean(values: list[float], expected: float | None) -> None:
    assert mean(values) == expected


@pytest.mark.parametrize(
    "state,private,expected",
    [
        ("active", False, "publicado"),
        ("active", True, "privado"),
        ("draft", True, "borrador"),
        ("draft", False, "borrador"),
    ],
)
def test_state_of(state: str, private: bool, expected: str) -> None:
    assert state_of(state, private) == expected


ENTITY = {"name": "ine", "kind": "entidad", "committees": ["comite-ine"]}
COMMITTEE = {"name": "comite-ine", "kind": "comite", "lead_entity": "ine"}


@pytest.mark.parametrize(
    "current,sent,expected",
    [
        (ENTITY, {}, []),
        (ENTITY, {"title": "x"}, []),
        (ENTITY, {"kind": "entidad"}, []),
        ({"name": "ine"}, {"kind": "entidad"}, []),
        (ENTITY, {"kind": ""}, []),
        (ENTITY, {"kind": "comite"}, ["kind"]),
        (ENTITY, {"committees": ["comite-ine"]}, []),
        (ENTITY, {"committees": '["comite-ine"]'}, []),
        (ENTITY, {"committees-1": "comite-ine", "committees-2": ""}, []),
        (ENTITY, {"committees": []}, ["committees"]),
        (ENTITY, {"committees": ["otro"]}, ["committees"]),
        (ENTITY, {"committees-1": "otro"}, ["committees"]),
        (ENTITY, {"committees-1": ""}, ["committees"]),
        (ENTITY, {"name": "instituto"}, []),
        (COMMITTEE, {"name": "comite-ine"}, []),
        (COMMITTEE, {"name": "comite-estadistica"}, ["name"]),
        (COMMITTEE, {"lead_entity": "agetic"}, ["lead_entity"]),
        ({}, {"kind": "comite", "committees": ["c"]}, ["kind", "committees"]),
    ],
)
def test_guarded_fields(current: dict[str, Any], sent: dict[str, Any], expected: list[str]) -> None:
    assert guarded.changed(current, sent) == expected

"""Two people changed one dataset: what is kept of each, and what nobody but they can decide."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.workflow.merge import merge
from ckanext.gobierno_abierto.workflow.revisions import normalised
from tests.workflow.packages import FIELDS, PACKAGE, PACKAGES, RESOURCE_FIELDS

Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> dict[str, Any]:
    package = copy.deepcopy(PACKAGE)
    edit(package)
    return package


def resources(package: dict[str, Any]) -> list[str]:
    return [resource["id"] for resource in package["resources"]]


def new(resource_id: str) -> dict[str, Any]:
    return {"id": resource_id, "name": resource_id, "url": "https://x.bo/" + resource_id}


TOGETHER: list[tuple[str, Edit, Edit, Edit]] = [
    # ours, theirs, and what holds both
    (
        "two fields",
        lambda p: p.update(title="Uno"),
        lambda p: p.update(notes="Dos"),
        lambda p: p.update(title="Uno", notes="Dos"),
    ),
    (
        "a field goes on each side",
        lambda p: p.pop("temporal"),
        lambda p: p.update(language=[]),
        lambda p: (p.pop("temporal"), p.pop("language")),
    ),
    (
        "both wrote the same",
        lambda p: p.update(title="Uno"),
        lambda p: p.update(title="Uno"),
        lambda p: p.update(title="Uno"),
    ),
    (
        "tags",
        lambda p: p.update(tags=[{"name": "escuelas"}, {"name": "primaria"}]),
        lambda p: p["tags"].append({"name": "censo"}),
        lambda p: p.update(tags=[{"name": name} for name in ("escuelas", "primaria", "censo")]),
    ),
    (
        "a group goes",
        lambda p: p.update(title="Uno"),
        lambda p: p["groups"].clear(),
        lambda p: p.update(title="Uno", groups=[]),
    ),
    (
        "fields of one resource",
        lambda p: p["resources"][0].update(name="Uno"),
        lambda p: p["resources"][0].update(description="Dos"),
        lambda p: p["resources"][0].update(name="Uno", description="Dos"),
    ),
    (
        "a file and a name",
        lambda p: p["resources"][0].update(name="Uno"),
        lambda p: p["resources"][0].update(hash="bb", size=7, url="https://x.bo/otro.csv"),
        lambda p: p["resources"][0].update(name="Uno", hash="bb", size=7, url="https://x.bo/otro.csv"),
    ),
    (
        "each adds one at the end",
        lambda p: p["resources"].append(new("r3")),
        lambda p: p["resources"].append(new("r4")),
        lambda p: p["resources"].extend([new("r3"), new("r4")]),
    ),
    (
        "one is added between, the rest moves",
        lambda p: p["resources"].insert(1, new("r3")),
        lambda p: p["resources"].reverse(),
        lambda p: p.update(resources=[p["resources"][1], p["resources"][0], new("r3")]),
    ),
    (
        "one goes, the other changes",
        lambda p: p["resources"].pop(0),
        lambda p: p["resources"][1].update(name="Uno"),
        lambda p: (p["resources"].pop(0), p["resources"][0].update(name="Uno")),
    ),
    (
        "both remove the same",
        lambda p: p["resources"].pop(0),
        lambda p: p["resources"].pop(0),
        lambda p: p["resources"].pop(0),
    ),
    ("they remove one", lambda p: None, lambda p: p["resources"].pop(0), lambda p: p["resources"].pop(0)),
]


@pytest.mark.parametrize("ours,theirs,both", [case[1:] for case in TOGETHER], ids=[case[0] for case in TOGETHER])
def test_what_goes_together(ours: Edit, theirs: Edit, both: Edit) -> None:
    found = merge(PACKAGE, edited(ours), edited(theirs))
    assert not found.conflicts
    assert normalised(found.content) == normalised(edited(both))
    assert found.content["num_tags"] == len(found.content["tags"])
    assert found.content["num_resources"] == len(found.content["resources"])


CONFLICTS: list[tuple[str, Edit, Edit, list[tuple[Any, ...]]]] = [
    (
        "a field",
        lambda p: p.update(license_id="cc0"),
        lambda p: p.update(license_id="odbl"),
        [("license_id", None, "cc-by", "cc0", "odbl")],
    ),
    (
        "a field that one removes",
        lambda p: p.pop("language"),
        lambda p: p.update(language=["es"]),
        [("language", None, ["es", "ay"], None, ["es"])],
    ),
    (
        "a field that both add",
        lambda p: p.update(version="2"),
        lambda p: p.update(version="3"),
        [("version", None, None, "2", "3")],
    ),
    (
        "a field of a resource",
        lambda p: p["resources"][1].update(name="Uno"),
        lambda p: p["resources"][1].update(name="Dos"),
        [("name", "r2", "Guía", "Uno", "Dos")],
    ),
    (
        "two new files",
        lambda p: p["resources"][1].update(url="https://x.bo/1.pdf"),
        lambda p: p["resources"][1].update(url="https://x.bo/2.pdf"),
        [
            (
                "file",
                "r2",
                {"url": "https://x.bo/guia.pdf", "format": "PDF"},
                {"url": "https://x.bo/1.pdf", "format": "PDF"},
                {"url": "https://x.bo/2.pdf", "format": "PDF"},
            )
        ],
    ),
    (
        "we remove what they change",
        lambda p: p["resources"].pop(1),
        lambda p: p["resources"][1].update(name="Dos"),
        [
            (
                "resources",
                "r2",
                normalised(PACKAGE)["resources"][1],
                None,
                {**normalised(PACKAGE)["resources"][1], "name": "Dos"},
            )
        ],
    ),
    (
        "they remove what we change",
        lambda p: p["resources"][1].update(name="Uno"),
        lambda p: p["resources"].pop(1),
        [
            (
                "resources",
                "r2",
                normalised(PACKAGE)["resources"][1],
                {**normalised(PACKAGE)["resources"][1], "name": "Uno"},
                None,
            )
        ],
    ),
]


@pytest.mark.parametrize("ours,theirs,expected", [case[1:] for case in CONFLICTS], ids=[case[0] for case in CONFLICTS])
def test_what_people_decide(ours: Edit, theirs: Edit, expected: list[tuple[Any, ...]]) -> None:
    found = merge(PACKAGE, edited(ours), edited(theirs))
    assert [tuple(conflict.values()) for conflict in found.conflicts] == expected
    assert normalised(found.content) == normalised(edited(ours))


def test_two_new_orders_are_a_conflict_about_the_order() -> None:
    base, ours, theirs = ({"resources": [new(name) for name in order]} for order in ("123", "213", "132"))
    found = merge(base, ours, theirs)
    assert [(c["field"], c["resource_id"], c["ours"]) for c in found.conflicts] == [("resources", None, list("213"))]
    assert resources(found.content) == list("213")


ORDERS = [
    ("we moved, they added in front", "123", "312", "x123", "x312"),
    ("they moved, we added in front", "123", "x123", "312", "x312"),
    ("what ours follows is gone", "123", "12a3", "13", "1a3"),
    ("each added after the same", "12", "1a2", "1b2", "1ab2"),
    ("they removed one and moved another", "123", "1234", "31", "341"),
]


@pytest.mark.parametrize("base,ours,theirs,expected", [case[1:] for case in ORDERS], ids=[case[0] for case in ORDERS])
def test_the_order(base: str, ours: str, theirs: str, expected: str) -> None:
    versions = [
        {"resources": [{**new(name), "position": at} for at, name in enumerate(order)]}
        for order in (base, ours, theirs)
    ]
    found = merge(*versions)
    assert not found.conflicts
    assert "".join(resources(found.content)) == expected
    assert [resource["position"] for resource in found.content["resources"]] == list(range(len(expected)))


def test_the_result_shares_nothing_with_what_it_was_made_of() -> None:
    versions = copy.deepcopy(
        (PACKAGE, edited(lambda p: p.update(title="Uno")), edited(lambda p: p.update(language=["qu"])))
    )
    before = copy.deepcopy(versions)
    found = merge(*versions).content
    found["language"].append("es")
    found["resources"][0]["columns"].clear()
    found["tags"].clear()
    assert versions == before


@given(PACKAGES, PACKAGES)
def test_one_side_alone_is_taken_whole(base: dict[str, Any], other: dict[str, Any]) -> None:
    for ours, theirs in ((base, other), (other, base), (other, other)):
        found = merge(base, ours, theirs)
        assert not found.conflicts
        assert normalised(found.content) == normalised(other)
        assert found.content["metadata_modified"] == ours["metadata_modified"]


@given(PACKAGES, PACKAGES, PACKAGES)
def test_the_sides_agree_on_what_stands_against_what(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """Which side is ours decides values, never whether there is a conflict."""
    there, back = merge(base, ours, theirs), merge(base, theirs, ours)
    assert sorted(str((c["field"], c["resource_id"], c["ours"], c["theirs"])) for c in there.conflicts) == sorted(
        str((c["field"], c["resource_id"], c["theirs"], c["ours"])) for c in back.conflicts
    )
    assert len(set(resources(there.content))) == len(there.content["resources"])


PLACES = [
    *((None, field) for field in FIELDS),
    *(("r1", f) for f in RESOURCE_FIELDS),
    *(("r2", f) for f in RESOURCE_FIELDS),
]
EDITS = st.dictionaries(st.sampled_from(PLACES), st.sampled_from(["x", "y", "", ["x"]]), max_size=5)


def apply(edits: dict[tuple[str | None, str], Any]) -> dict[str, Any]:
    package = copy.deepcopy(PACKAGE)
    by_id = {resource["id"]: resource for resource in package["resources"]}
    for (resource_id, field), value in edits.items():
        (by_id[resource_id] if resource_id else package)[field] = value
    return package


@given(EDITS, EDITS)
def test_edits_of_different_things_never_stand_against_each_other(
    ours: dict[tuple[str | None, str], Any], theirs: dict[tuple[str | None, str], Any]
) -> None:
    theirs = {place: value for place, value in theirs.items() if place not in ours}
    found = merge(PACKAGE, apply(ours), apply(theirs))
    assert not found.conflicts
    assert normalised(found.content) == normalised(apply({**ours, **theirs}))

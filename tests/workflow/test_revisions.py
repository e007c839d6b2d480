"""What changed between two versions of a dataset."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.workflow.revisions import CARRIED_NOT, IGNORED, diff, normalised
from ckanext.gobierno_abierto.workflow.textdiff import DELETE, EQUAL, INSERT, WORD_LIMIT, TextPart, text_diff
from tests.workflow.packages import PACKAGE, PACKAGES

Edit = Callable[[dict[str, Any]], object]


def edited(*edits: Edit) -> dict[str, Any]:
    package = copy.deepcopy(PACKAGE)
    for edit in edits:
        edit(package)
    return package


NO_CHANGES: list[tuple[str, Edit]] = [
    ("nothing", lambda p: None),
    ("what CKAN derives", lambda p: p.update(metadata_modified="2025", num_tags=9, organization=None, isopen=False)),
    ("that it is private", lambda p: p.update(private=True, state="draft")),
    ("where it is in the workflow", lambda p: p.update(publication={"live": "publicado"})),
    ("an empty text", lambda p: p.update(url="", version=None)),
    ("an empty list", lambda p: p.update(contact=[], spatial=[{"name": ""}])),
    ("a field that was empty goes", lambda p: p.pop("version")),
    ("line ends", lambda p: p.update(notes=p["notes"].replace("\n", "\r\n"))),
    ("the order of tags", lambda p: p["tags"].reverse()),
    ("what CKAN says of a tag", lambda p: p["tags"][0].update(display_name="Educación", state="active")),
    ("what CKAN says of a group", lambda p: p["groups"][0].update(title="Otra", package_count=3)),
    ("no extras", lambda p: p.pop("extras")),
    ("a table was loaded", lambda p: p["resources"][0].update(datastore_active=False, last_modified="2025")),
    ("an empty subfield", lambda p: p["resources"][0]["columns"][1].pop("title")),
    ("CKAN's count of places", lambda p: p["resources"][0].pop("position")),
]


@pytest.mark.parametrize("edit", [case[1] for case in NO_CHANGES], ids=[case[0] for case in NO_CHANGES])
def test_what_is_no_change(edit: Edit) -> None:
    assert diff(PACKAGE, edited(edit)).is_empty
    assert normalised(PACKAGE) == normalised(edited(edit))


def set_columns(package: dict[str, Any]) -> None:
    package["resources"][0]["columns"] = [{"name": "codigo"}]


FIELD_CHANGES: list[tuple[str, Edit, str, str, Any, Any]] = [
    ("a text", lambda p: p.update(license_id="cc0"), "license_id", "changed", "cc-by", "cc0"),
    ("a new field", lambda p: p.update(version="2"), "version", "added", None, "2"),
    ("a field goes", lambda p: p.pop("language"), "language", "removed", ["es", "ay"], None),
    ("a field is emptied", lambda p: p.update(language=[]), "language", "removed", ["es", "ay"], None),
    ("the order of a list", lambda p: p["language"].reverse(), "language", "changed", ["es", "ay"], ["ay", "es"]),
    ("zero is a value", lambda p: p.update(version=0), "version", "added", None, 0),
    ("no is a value", lambda p: p.update(version=False), "version", "added", None, False),
    (
        "a subfield",
        lambda p: p["temporal"][0].update(end=""),
        "temporal",
        "changed",
        [{"start": "2020-01-01", "end": "2023-12-31"}],
        [{"start": "2020-01-01"}],
    ),
    ("a tag", lambda p: p["tags"].pop(), "tags", "changed", ["educación", "escuelas"], ["educación"]),
    ("a group", lambda p: p["groups"].clear(), "groups", "removed", ["mesa-educacion"], None),
    (
        "an extra",
        lambda p: p.update(extras=[{"key": "b", "value": "1"}]),
        "extras",
        "added",
        None,
        [{"key": "b", "value": "1"}],
    ),
]


@pytest.mark.parametrize(
    "edit,field,change,old,new", [case[1:] for case in FIELD_CHANGES], ids=[case[0] for case in FIELD_CHANGES]
)
def test_a_field_changed(edit: Edit, field: str, change: str, old: Any, new: Any) -> None:
    found = diff(PACKAGE, edited(edit))
    assert not found.resources
    assert [(one.field, one.change, one.old, one.new) for one in found.fields] == [(field, change, old, new)]


def test_a_changed_text_is_told_word_by_word() -> None:
    found = diff(PACKAGE, edited(lambda p: p.update(title="Colegios fiscales de Bolivia")))
    assert found.fields[0].text == (
        TextPart(DELETE, "Escuelas"),
        TextPart(INSERT, "Colegios fiscales"),
        TextPart(EQUAL, " de Bolivia"),
    )


NEW = {"id": "r3", "name": "", "url": "https://x.bo/datos/nuevo.csv", "format": "CSV", "description": "Otro"}
RESOURCE_CHANGES: list[tuple[str, Edit, list[tuple[Any, ...]]]] = [
    # (id, name, change, old place, new place, changed fields, whether the file changed)
    (
        "a field",
        lambda p: p["resources"][1].update(name="Guía de uso"),
        [("r2", "Guía de uso", "changed", 1, 1, ["name"], False)],
    ),
    ("its columns", set_columns, [("r1", "Padrón", "changed", 0, 0, ["columns"], False)]),
    (
        "its file",
        lambda p: p["resources"][0].update(hash="bb", size=130),
        [("r1", "Padrón", "changed", 0, 0, [], True)],
    ),
    (
        "a new one, without a name",
        lambda p: p["resources"].append(NEW),
        [("r3", "nuevo.csv", "added", None, 2, ["description"], True)],
    ),
    (
        "a new one in front moves nothing",
        lambda p: p["resources"].insert(0, NEW),
        [("r3", "nuevo.csv", "added", None, 0, ["description"], True)],
    ),
    (
        "one goes",
        lambda p: p["resources"].pop(0),
        [("r1", "Padrón", "removed", 0, None, ["columns", "name"], True)],
    ),
    ("the order", lambda p: p["resources"].reverse(), [("r2", "Guía", "moved", 1, 0, [], False)]),
]


@pytest.mark.parametrize(
    "edit,expected", [case[1:] for case in RESOURCE_CHANGES], ids=[case[0] for case in RESOURCE_CHANGES]
)
def test_a_resource_changed(edit: Edit, expected: list[tuple[Any, ...]]) -> None:
    found = diff(PACKAGE, edited(edit))
    assert not found.fields
    assert [
        (
            one.id,
            one.name,
            one.change,
            one.position.old,
            one.position.new,
            [f.field for f in one.fields],
            bool(one.file),
        )
        for one in found.resources
    ] == expected


def test_a_changed_file_has_the_facts_of_both() -> None:
    (found,) = diff(PACKAGE, edited(lambda p: p["resources"][0].update(hash="bb"))).resources
    assert found.file is not None
    assert found.file.old == {**found.file.new, "hash": "aa"}
    assert set(found.file.new) == {"url", "url_type", "format", "size", "hash"}


MOVES = [
    ("the last to the front", "12345", "51234", 1),
    ("the first to the end", "12345", "23451", 1),
    ("a swap", "12", "21", 1),
    ("reversed", "123", "321", 2),
    ("two of five", "12345", "41253", 2),
    ("one goes, one comes", "1234", "2x34", 0),
    ("one goes and one moves", "1234", "243", 1),
]


@pytest.mark.parametrize("old,new,fewest", [case[1:] for case in MOVES], ids=[case[0] for case in MOVES])
def test_the_fewest_are_said_to_have_moved(old: str, new: str, fewest: int) -> None:
    versions = [{"resources": [{"id": name, "name": name} for name in order]} for order in (old, new)]
    moved = {one.id for one in diff(*versions).resources if one.change == "moved"}
    stayed = [name for name in new if name in old and name not in moved]
    assert len(moved) == fewest
    assert stayed == sorted(stayed)


def test_as_dict_is_the_json_of_the_api() -> None:
    found = diff(PACKAGE, edited(lambda p: p.update(title="Escuelas"), lambda p: p["resources"].pop(1))).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["fields"] == [
        {
            "field": "title",
            "change": "changed",
            "old": "Escuelas de Bolivia",
            "new": "Escuelas",
            "text": [{"op": "equal", "text": "Escuelas"}, {"op": "delete", "text": " de Bolivia"}],
        }
    ]
    assert found["resources"] == [
        {
            "id": "r2",
            "name": "Guía",
            "change": "removed",
            "position": {"old": 1, "new": None},
            "fields": [{"field": "name", "change": "removed", "old": "Guía", "new": None, "text": []}],
            "file": {"old": {"url": "https://x.bo/guia.pdf", "format": "PDF"}, "new": None},
        }
    ]


def test_what_a_proposal_may_not_carry_is_named_once() -> None:
    assert set(CARRIED_NOT) == {"id", "state", "private", "owner_org", "type"}
    assert {"state", "private"} <= IGNORED


@given(PACKAGES)
def test_a_version_differs_in_nothing_from_itself(package: dict[str, Any]) -> None:
    before = copy.deepcopy(package)
    assert diff(package, package).is_empty
    assert package == before
    assert normalised(normalised(package) | {"tags": package["tags"], "groups": package["groups"]}) == normalised(
        package
    )


@given(PACKAGES, PACKAGES)
def test_a_difference_is_empty_exactly_when_both_say_the_same(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = diff(old, new), diff(new, old)
    assert there.is_empty == back.is_empty == (normalised(old) == normalised(new))
    assert [(one.field, one.old, one.new) for one in there.fields] == [
        (one.field, one.new, one.old) for one in back.fields
    ]
    assert {one.id for one in there.resources if one.change == "added"} == {
        one.id for one in back.resources if one.change == "removed"
    }
    json.dumps(there.as_dict())


TEXT = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(["la ", "casa", "\n", "  ", ".", "á"]), max_size=30).map("".join)
)


@given(TEXT, TEXT)
def test_the_parts_make_both_texts(old: str, new: str) -> None:
    parts = text_diff(old, new)
    assert "".join(part.text for part in parts if part.op != INSERT) == old
    assert "".join(part.text for part in parts if part.op != DELETE) == new
    assert all(part.text for part in parts)
    assert all(one.op != other.op for one, other in zip(parts, parts[1:], strict=False))


LONG = [
    ("one line of many", "línea\n" * WORD_LIMIT, "línea\n" * 50 + "otra línea\n" + "línea\n" * (WORD_LIMIT - 50), 3),
    ("more lines than are compared", "a\n" * WORD_LIMIT, "b\n" * WORD_LIMIT, 2),
    ("one long line", "a " * WORD_LIMIT, "a " * WORD_LIMIT + "b", 2),
]


@pytest.mark.parametrize("old,new,parts", [case[1:] for case in LONG], ids=[case[0] for case in LONG])
def test_long_texts_are_compared_by_lines(old: str, new: str, parts: int) -> None:
    found = text_diff(old, new)
    assert len(found) == parts
    assert "".join(part.text for part in found if part.op != INSERT) == old
    assert "".join(part.text for part in found if part.op != DELETE) == new

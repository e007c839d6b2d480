"""A file through every door: what is recorded, where it lies, and that nothing is half saved."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model

from ckanext.gobierno_abierto.files.placing import WAITING, leftovers, place
from tests.files import samples as s
from tests.files.conftest import act, resources, stored

pytestmark = [pytest.mark.portal, pytest.mark.ckan_config("ckan.locale_default", "es")]


def test_facts_of_the_file_are_recorded(dataset: dict[str, Any], storage: Path, queued: list[str]) -> None:
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("../Población 2024.csv", s.CSV))
    assert made["url"].endswith("/poblacion-2024.csv")
    assert (made["format"], made["mimetype"], made["size"]) == ("CSV", "text/csv", len(s.CSV))
    assert (made["hash"], made["hash_algorithm"]) == (hashlib.sha256(s.CSV).hexdigest(), "sha256")
    assert [path.read_bytes() for path in stored(storage)] == [s.CSV]
    assert queued == [made["id"]]


def test_a_wrong_format_given_by_the_sender_is_corrected(dataset: dict[str, Any]) -> None:
    made = act("resource_create", package_id=dataset["id"], format="PDF", upload=s.sent("a.json", s.GEOJSON))
    assert (made["format"], made["mimetype"]) == ("GeoJSON", "application/geo+json")


def call(door: str, dataset: dict[str, Any], resource_id: str, upload: Any) -> Any:
    """Send a file through one of CKAN's doors."""
    arguments: dict[str, Any] = {"id": resource_id, "upload": upload}
    if door == "resource_create":
        arguments = {"package_id": dataset["id"], "upload": upload}
    elif door == "package_revise":
        arguments = {"match": {"id": dataset["id"]}, "update__resources__0__upload": upload}
    return act(door, **arguments)


def test_every_door_replaces_and_records(dataset: dict[str, Any], storage: Path) -> None:
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("a.csv", s.CSV))
    for number, door in enumerate(["resource_update", "resource_patch", "package_revise"]):
        body = s.PDF + b"%" * number
        call(door, dataset, made["id"], s.sent("b.pdf", body))
        (found,) = resources(dataset)
        assert (found["id"], found["format"], found["size"]) == (made["id"], "PDF", len(body)), door
        assert found["hash"] == hashlib.sha256(body).hexdigest(), door
        assert [path.read_bytes() for path in stored(storage)] == [body], door


def test_a_refused_file_changes_nothing(dataset: dict[str, Any], storage: Path, queued: list[str]) -> None:
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("a.csv", s.CSV))
    before = resources(dataset)
    for door in ("resource_create", "resource_update", "resource_patch", "package_revise"):
        with pytest.raises(tk.ValidationError) as found:
            call(door, dataset, made["id"], s.sent("b.xlsx", s.HTML))
        assert "upload" in str(found.value.error_dict), door
        assert resources(dataset) == before, door
        assert [path.read_bytes() for path in stored(storage)] == [s.CSV], door
    assert queued == [made["id"]]


def test_a_file_inside_package_create_is_refused_in_words(officer: dict[str, Any], storage: Path) -> None:
    with pytest.raises(tk.ValidationError, match="resource_create"):
        act(
            "package_create",
            name="con-archivo",
            owner_org=officer["organization"]["id"],
            resources=[{"name": "x", "upload": s.sent("a.csv", s.CSV)}],
        )
    assert model.Package.get("con-archivo") is None
    assert stored(storage) == []


def test_text_instead_of_a_file_is_refused(dataset: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError, match="multipart"):
        act("resource_create", package_id=dataset["id"], upload="datos")


def test_a_failure_after_the_copy_leaves_the_old_file(
    dataset: dict[str, Any], storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("a.csv", s.CSV))

    def fail(*_arguments: Any) -> None:
        assert len(stored(storage)) == 2, "the copy waits beside the old file"
        raise RuntimeError("the index is gone")

    monkeypatch.setattr("ckan.logic.index_update_package_dicts", fail)
    with pytest.raises(RuntimeError):
        act("resource_update", id=made["id"], upload=s.sent("b.pdf", s.PDF))
    model.Session.rollback()
    assert [path.read_bytes() for path in stored(storage)] == [s.CSV]


def test_a_closed_session_leaves_no_copy(rolled_back_db: None, storage: Path) -> None:
    target = storage / "resources" / "abc" / "def" / "rest"
    place(io.BytesIO(s.CSV), target)
    assert len(stored(storage)) == 1
    model.Session.remove()
    assert stored(storage) == []
    assert not target.parent.exists(), "the folders that were made for it go too"


def test_a_savepoint_that_is_undone_takes_its_copy_along(rolled_back_db: None, storage: Path) -> None:
    kept, lost = storage / "a" / "kept", storage / "b" / "lost"
    place(io.BytesIO(b"1"), kept)
    savepoint = model.Session.begin_nested()
    place(io.BytesIO(b"2"), lost)
    savepoint.rollback()
    model.Session.commit()
    assert stored(storage) == [kept]


def test_a_full_disk_is_told_and_leaves_nothing(
    dataset: dict[str, Any], storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    def full(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(tk.ValidationError, match="no tiene espacio"):
        act("resource_create", package_id=dataset["id"], upload=s.sent("a.csv", s.CSV))
    model.Session.rollback()
    assert stored(storage) == []
    assert resources(dataset) == []


def test_a_link_in_place_of_the_file_forgets_its_facts(dataset: dict[str, Any], storage: Path) -> None:
    made = act("resource_create", package_id=dataset["id"], upload=s.sent("a.csv", s.CSV))
    act("resource_update", id=made["id"], url="https://ejemplo.bo/a.csv", url_type="", clear_upload="true")
    (found,) = resources(dataset)
    assert not found.get("hash") and not found.get("size")
    assert stored(storage) == []


def test_leftovers_of_a_crash_are_found(storage: Path) -> None:
    copy = storage / "resources" / "abc" / f"x.123{WAITING}"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"x")
    later = copy.stat().st_mtime + 1
    assert leftovers(storage, later) == [copy]
    assert leftovers(storage, later - 10) == []


def test_file_create_is_inspected_too(officer: dict[str, Any], storage: Path) -> None:
    with pytest.raises(tk.ValidationError, match="página web"):
        act("file_create", name="a.csv", upload=s.sent("a.csv", s.HTML))
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("file_create")({"user": officer["name"]}, {"name": "a.csv", "upload": s.sent("a.csv", s.HTML)})


def test_no_door_takes_an_address_that_may_not_be_linked(dataset: dict[str, Any], officer: dict[str, Any]) -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"):
        bad = {"url": url, "name": "x"}
        owner = officer["organization"]["id"]
        doors: dict[str, dict[str, Any]] = {
            "package_create": {"name": "otro", "owner_org": owner, "resources": [bad]},
            "resource_create": {"package_id": dataset["id"], **bad},
            "package_patch": {"id": dataset["id"], "resources": [bad]},
        }
        for door, arguments in doors.items():
            with pytest.raises(tk.ValidationError) as found:
                act(door, **arguments)
            assert "url" in str(found.value.error_dict), (door, url)
    assert resources(dataset) == []

"""Index and database are one: after any change, by any way, and after any failure, a rebuild changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import ckan.lib.search as search
import ckan.model as model
import ckan.tests.factories as factories
import pytest
from ckan.lib.search.common import SearchIndexError
from ckan.tests.helpers import call_action

from ckanext.gobierno_abierto.search.postgres import PostgresConnection

from .conftest import assert_index_equals_database, snapshot

PLUGINS = "gobierno_abierto_search activity"


class Broken(Exception):
    """What a test makes fail."""


@pytest.fixture
def world(rolled_back_db: None) -> dict[str, Any]:
    """An organization, a group and datasets in them, on an empty index."""
    PostgresConnection().delete(q="*:*")
    for package in model.Session.query(model.Package):
        package.purge()
    model.Session.commit()
    organization = factories.Organization(title="Instituto Nacional de Estadística")
    group = factories.Group(title="Mesa del agua")
    dataset = factories.Dataset(
        owner_org=organization["id"],
        groups=[{"id": group["id"]}],
        tags=[{"name": "agua"}],
        resources=[{"name": "Datos", "url": "http://example.com/a.csv", "format": "CSV"}],
        extras=[{"key": "frecuencia", "value": "anual"}],
    )
    other = factories.Dataset(title="Otro", owner_org=organization["id"])
    return {"organization": organization, "group": group, "dataset": dataset, "other": other}


def changes() -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Ways in which CKAN changes what stands in a document."""

    def on(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: call_action(action, id=world["dataset"]["id"], **fixed)

    def of_organization(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: call_action(action, id=world["organization"]["id"], **fixed)

    def of_group(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: call_action(action, id=world["group"]["id"], **fixed)

    def member(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: call_action(
            action, id=world["group"]["id"], object=world["dataset"]["id"], object_type="package", **fixed
        )

    def bulk(action: str) -> Callable[[dict[str, Any]], Any]:
        return lambda world: call_action(
            action, org_id=world["organization"]["id"], datasets=[world["dataset"]["id"], world["other"]["id"]]
        )

    return {
        "package_patch": on("package_patch", title="Nuevo título"),
        "package_delete": on("package_delete"),
        "dataset_purge": on("dataset_purge"),
        "package_owner_org_update": on("package_owner_org_update", organization_id=None),
        "package_create": lambda world: factories.Dataset(owner_org=world["organization"]["id"]),
        "resource_create": lambda world: call_action(
            "resource_create", package_id=world["dataset"]["id"], url="http://example.com/b", name="B", format="PDF"
        ),
        "resource_patch": lambda world: call_action(
            "resource_patch", id=world["dataset"]["resources"][0]["id"], name="Cambiado"
        ),
        "resource_delete": lambda world: call_action("resource_delete", id=world["dataset"]["resources"][0]["id"]),
        "bulk_update_private": bulk("bulk_update_private"),
        "bulk_update_public": bulk("bulk_update_public"),
        "bulk_update_delete": bulk("bulk_update_delete"),
        "organization_renamed": of_organization("organization_patch", name="otro-nombre"),
        "organization_title": of_organization("organization_patch", title="Otro título"),
        "group_renamed": of_group("group_patch", name="otra-mesa", title="Otra mesa"),
        "group_delete": of_group("group_delete"),
        "group_purge": of_group("group_purge"),
        "member_delete": member("member_delete"),
        "member_create": member("member_create", capacity="public"),
        "tag_delete": lambda world: call_action("tag_delete", id="agua"),
        "package_relationship_create": lambda world: call_action(
            "package_relationship_create",
            subject=world["dataset"]["id"],
            object=world["other"]["id"],
            type="depends_on",
        ),
        "deferred_commit": lambda world: _deferred(world),
        "edited_model": lambda world: _edited(world),
    }


def _deferred(world: dict[str, Any]) -> None:
    call_action(
        "package_patch", context={"defer_commit": True}, id=world["dataset"]["id"], notes="Escrito con defer_commit"
    )
    model.Session.commit()


def _edited(world: dict[str, Any]) -> None:
    package = model.Package.get(world["dataset"]["id"])
    assert package
    package.title = "Cambiado en el modelo"
    model.Session.commit()


@pytest.mark.ckan_config("ckan.plugins", PLUGINS)
@pytest.mark.parametrize("name", sorted(changes()))
class TestEveryChange:
    def test_the_index_follows(self, world: dict[str, Any], name: str) -> None:
        changes()[name](world)
        assert_index_equals_database()

    @pytest.mark.parametrize("place", ["before_index", "after_index", "at_commit"])
    def test_a_failure_leaves_both_as_they_were_or_both_changed(
        self, world: dict[str, Any], name: str, place: str
    ) -> None:
        with broken(place):
            try:
                changes()[name](world)
            except (Broken, SearchIndexError):
                pass
            finally:
                # what ends a web request: CKAN rolls back what is open
                model.Session.rollback()
                model.Session.expire_all()
        assert_index_equals_database()


class broken:
    """Breaks the engine once: before it writes, after it has written, or when the transaction commits."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.patches: list[Any] = []

    def __enter__(self) -> None:
        if self.place == "at_commit":
            model.Session.event_hook = None  # type: ignore[attr-defined]
            self.patches = [mock.patch.object(model.repo, "commit", side_effect=Broken)]
        else:
            self.patches = [
                mock.patch.object(PostgresConnection, method, self.failing(getattr(PostgresConnection, method)))
                for method in ("add", "delete")
            ]
        for patch in self.patches:
            patch.start()

    def failing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def method(connection: PostgresConnection, *arguments: Any, **options: Any) -> None:
            if self.place == "after_index":
                original(connection, *arguments, **{**options, "commit": False})
            raise Broken

        return method

    def __exit__(self, *_exception: Any) -> None:
        for patch in self.patches:
            patch.stop()


@pytest.mark.usefixtures("rolled_back_db")
class TestDetails:
    def test_a_dataset_is_indexed_once_a_change(self, world: dict[str, Any]) -> None:
        with mock.patch.object(PostgresConnection, "add", autospec=True) as add:
            call_action("package_patch", id=world["dataset"]["id"], notes="Una vez")
        assert add.call_count == 1

    def test_the_title_of_the_organization_finds_its_datasets(self, world: dict[str, Any]) -> None:
        found = call_action("package_search", q="instituto estadística")
        assert found["count"] == 2
        call_action("organization_patch", id=world["organization"]["id"], title="Ministerio de Aguas")
        assert call_action("package_search", q="instituto estadística")["count"] == 0
        shown = call_action("package_search", q="ministerio")["results"][0]
        assert shown["organization"]["title"] == "Ministerio de Aguas"

    def test_a_search_sees_what_its_own_transaction_wrote(self, world: dict[str, Any]) -> None:
        call_action("package_patch", context={"defer_commit": True}, id=world["other"]["id"], title="Pendiente")
        model.Session.flush()
        search.rebuild(world["other"]["id"])
        assert call_action("package_search", q="pendiente")["count"] == 1

    def test_clear_and_rebuild_one(self, world: dict[str, Any]) -> None:
        before = snapshot()
        search.clear(world["dataset"]["id"])
        assert len(snapshot()) == len(before) - 1
        search.rebuild(world["dataset"]["id"])
        assert snapshot() == before

    def test_check_and_show(self, world: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
        search.check()
        assert "Packages not indexed = 0 out of 2" in capsys.readouterr().out
        shown = search.show(world["dataset"]["name"])
        assert shown["id"] == world["dataset"]["id"]
        assert "permission_labels" not in shown

    def test_a_row_deleted_behind_ckans_back_leaves_the_index(self, world: dict[str, Any]) -> None:
        import sqlalchemy as sa

        package_id = world["other"]["id"]
        model.Session.execute(sa.text("DELETE FROM member WHERE table_id = :id"), {"id": package_id})
        model.Session.execute(sa.text("DELETE FROM package WHERE id = :id"), {"id": package_id})
        assert package_id not in {row["id"] for row in snapshot().values()}


@pytest.fixture
def committed(clean_db: None, clean_index: None) -> Iterator[None]:
    """A database whose commits are real, for tests that look from a second connection."""
    yield
    search.clear_all()


@pytest.mark.usefixtures("with_plugins", "committed")
class TestOtherReaders:
    def counts(self) -> tuple[int, int]:
        """(datasets, documents) as somebody else sees them."""
        import sqlalchemy as sa

        engine: Any = model.meta.engine
        with engine.connect() as connection:
            datasets = connection.execute(sa.text("SELECT count(*) FROM package WHERE state = 'active'")).scalar_one()
            documents = connection.execute(
                sa.text("SELECT count(*) FROM gobierno_abierto_search_document")
            ).scalar_one()
        return datasets, documents

    def test_nobody_sees_one_without_the_other(self) -> None:
        seen: list[tuple[int, int]] = []
        original = PostgresConnection.add

        def watched(connection: PostgresConnection, *arguments: Any, **options: Any) -> None:
            seen.append(self.counts())
            original(connection, *arguments, **options)
            seen.append(self.counts())

        with mock.patch.object(PostgresConnection, "add", watched):
            factories.Dataset()
        seen.append(self.counts())
        assert seen == [(0, 0), (0, 0), (1, 1)]

    def test_a_process_that_dies_before_the_commit_leaves_nothing(self) -> None:
        call_action("package_create", context={"defer_commit": True, "user": factories.User()["name"]}, name="perdido")
        search.rebuild  # the document is written by the commit that never comes
        model.Session.connection().invalidate()
        model.Session.rollback()
        assert self.counts() == (0, 0)

    def test_an_index_write_of_its_own_is_committed(self) -> None:
        dataset = factories.Dataset()
        index = search.index_for("package")
        both = __import__("ckan.logic", fromlist=["x"]).package_show_default_and_custom_schemas(
            {"ignore_auth": True}, dataset["id"]
        )
        search.clear(dataset["id"])
        assert self.counts() == (1, 0)
        index.update_dict(dict(both[0], with_custom_schema=both[1]))
        assert self.counts() == (1, 1)

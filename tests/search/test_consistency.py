"""Index and database are one: after any change, by any way, and after any failure, a rebuild changes nothing."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import ckan.lib.search as search
import ckan.logic as logic
import ckan.model as model
import ckan.tests.factories as factories
import pytest
import sqlalchemy as sa
from ckan.lib.search.common import SearchIndexError
from ckan.tests.helpers import call_action

from ckanext.gobierno_abierto.search.postgres import PostgresConnection

from .conftest import assert_index_equals_database, snapshot

PLUGINS = "gobierno_abierto_search activity"


class Broken(Exception):
    """What a test makes fail."""


@pytest.fixture
def activity_table(with_plugins: None, migrate_db_for: Callable[..., None]) -> None:
    """The activity plugin's own migrations, which CKAN's `init_db` leaves out."""
    columns = {column["name"] for column in sa.inspect(model.meta.engine).get_columns("activity")}
    if "permission_labels" not in columns:
        migrate_db_for("activity")


@pytest.fixture
def world(activity_table: None, rolled_back_db: None) -> dict[str, Any]:
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


def act(action: str, context: dict[str, Any] | None = None, **data: Any) -> Any:
    """Call an action as the site's own user."""
    user = call_action("get_site_user")["name"]
    return call_action(action, context={"user": user, **(context or {})}, **data)


def changes() -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Ways in which CKAN changes what stands in a document."""

    def on(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: act(action, id=world["dataset"]["id"], **fixed)

    def of_organization(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: act(action, id=world["organization"]["id"], **fixed)

    def of_group(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: act(action, id=world["group"]["id"], **fixed)

    def member(action: str, **fixed: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda world: act(
            action, id=world["group"]["id"], object=world["dataset"]["id"], object_type="package", **fixed
        )

    def bulk(action: str) -> Callable[[dict[str, Any]], Any]:
        return lambda world: act(
            action, org_id=world["organization"]["id"], datasets=[world["dataset"]["id"], world["other"]["id"]]
        )

    return {
        "package_patch": on("package_patch", title="Nuevo título"),
        "package_delete": on("package_delete"),
        "dataset_purge": on("dataset_purge"),
        "package_owner_org_update": on("package_owner_org_update", organization_id=None),
        "package_create": lambda world: factories.Dataset(owner_org=world["organization"]["id"]),
        "resource_create": lambda world: act(
            "resource_create", package_id=world["dataset"]["id"], url="http://example.com/b", name="B", format="PDF"
        ),
        "resource_patch": lambda world: act(
            "resource_patch", id=world["dataset"]["resources"][0]["id"], name="Cambiado"
        ),
        "resource_delete": lambda world: act("resource_delete", id=world["dataset"]["resources"][0]["id"]),
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
        "tag_delete": lambda world: act("tag_delete", id="agua"),
        "deferred_commit": lambda world: _deferred(world),
        "edited_model": lambda world: _edited(world),
    }


#: What must have happened before, for a change to change anything.
BEFORE = {"bulk_update_public": "bulk_update_private", "member_create": "member_delete"}


def _deferred(world: dict[str, Any]) -> None:
    act("package_create", context={"defer_commit": True}, name="aplazado", owner_org=world["organization"]["id"])
    model.Session.commit()


def _edited(world: dict[str, Any]) -> None:
    package = model.Package.get(world["dataset"]["id"])
    assert package
    package.title = "Cambiado en el modelo"
    model.Session.commit()


@pytest.mark.ckan_config("ckan.plugins", PLUGINS)
@pytest.mark.parametrize("change", sorted(changes()))
def test_after_failures_and_after_the_change_both_agree(world: dict[str, Any], change: str) -> None:
    if change in BEFORE:
        changes()[BEFORE[change]](world)
    for place in ("before_index", "after_index", "at_commit"):
        with broken(place):
            try:
                changes()[change](world)
            except (Broken, SearchIndexError):
                pass
            finally:
                # what ends a web request: CKAN rolls back what is open
                model.Session.rollback()
                model.Session.expire_all()
        assert_index_equals_database()
    before = snapshot()
    changes()[change](world)
    assert_index_equals_database()
    assert snapshot() != before


class broken:
    """Breaks the engine once: before it writes, after it has written, or when the transaction commits."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.patches: list[Any] = []

    def __enter__(self) -> None:
        if self.place == "at_commit":
            # registered last, so it runs when the index has been written and only the commit is left
            sa.event.listen(model.Session, "before_commit", self.refuse)
        else:
            self.patches = [
                mock.patch.object(PostgresConnection, method, self.failing(getattr(PostgresConnection, method)))
                for method in ("add", "delete")
            ]
        for patch in self.patches:
            patch.start()

    @staticmethod
    def refuse(_session: Any) -> None:
        raise Broken

    def failing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def method(connection: PostgresConnection, *arguments: Any, **options: Any) -> None:
            if self.place == "after_index":
                original(connection, *arguments, **{**options, "commit": False})
            raise Broken

        return method

    def __exit__(self, *_exception: Any) -> None:
        for patch in self.patches:
            patch.stop()
        if self.place == "at_commit":
            sa.event.remove(model.Session, "before_commit", self.refuse)


@pytest.mark.ckan_config("ckan.plugins", PLUGINS)
class TestDetails:
    def test_a_dataset_is_indexed_once_a_change(self, world: dict[str, Any]) -> None:
        with mock.patch.object(PostgresConnection, "add", autospec=True) as add:
            act("package_patch", id=world["dataset"]["id"], notes="Una vez")
        assert add.call_count == 1

    def test_the_title_of_the_organization_finds_its_datasets(self, world: dict[str, Any]) -> None:
        found = call_action("package_search", q="instituto estadística")
        assert found["count"] == 2
        act("organization_patch", id=world["organization"]["id"], title="Ministerio de Aguas")
        assert call_action("package_search", q="instituto estadística")["count"] == 0
        shown = call_action("package_search", q="ministerio")["results"][0]
        assert shown["organization"]["title"] == "Ministerio de Aguas"

    def test_a_search_sees_what_its_own_transaction_wrote(self, world: dict[str, Any]) -> None:
        made = act("package_create", context={"defer_commit": True}, name="pendiente", title="Pendiente")
        assert call_action("package_search", q="pendiente")["count"] == 0
        logic.index_update_package({"ignore_auth": True}, made["id"], defer_commit=True)
        assert call_action("package_search", q="pendiente")["count"] == 1
        model.Session.rollback()
        assert call_action("package_search", q="pendiente")["count"] == 0

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
        package_id = world["other"]["id"]
        model.Session.execute(sa.text("DELETE FROM member WHERE table_id = :id"), {"id": package_id})
        model.Session.execute(sa.text("DELETE FROM package WHERE id = :id"), {"id": package_id})
        assert package_id not in {row["id"] for row in snapshot().values()}


def visible(name: str) -> tuple[bool, bool]:
    """Does somebody else see (the dataset, its document)?"""
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        dataset = connection.execute(sa.text("SELECT count(*) FROM package WHERE name = :name"), {"name": name})
        document = connection.execute(
            sa.text("SELECT count(*) FROM gobierno_abierto_search_document WHERE name = :name"), {"name": name}
        )
        return bool(dataset.scalar_one()), bool(document.scalar_one())


@pytest.fixture
def name(with_plugins: None) -> Iterator[str]:
    """A dataset's name for tests whose commits are real, because they look from a second connection."""
    model.Session.remove()
    chosen = f"otro-lector-{uuid.uuid4()}"
    yield chosen
    model.Session.rollback()
    if model.Package.get(chosen):
        act("dataset_purge", id=chosen)
    model.Session.remove()


def create(name: str, **context: Any) -> dict[str, Any]:
    """A dataset without an owner."""
    return act("package_create", context=context, name=name, title=name)


class TestOtherReaders:
    def test_nobody_sees_one_without_the_other(self, name: str) -> None:
        seen: list[tuple[bool, bool]] = []
        original = PostgresConnection.add

        def watched(connection: PostgresConnection, *arguments: Any, **options: Any) -> None:
            seen.append(visible(name))
            original(connection, *arguments, **options)
            seen.append(visible(name))

        with mock.patch.object(PostgresConnection, "add", watched):
            create(name)
        assert seen == [(False, False), (False, False)]
        assert visible(name) == (True, True)
        with mock.patch.object(model.Package, "purge", side_effect=Broken), pytest.raises(Broken):
            act("dataset_purge", id=name)
        model.Session.rollback()
        assert visible(name) == (True, True)
        act("dataset_purge", id=name)
        assert visible(name) == (False, False)

    def test_a_connection_lost_before_the_commit_leaves_nothing(self, name: str) -> None:
        create(name, defer_commit=True)
        model.Session.connection().invalidate()
        model.Session.rollback()
        assert visible(name) == (False, False)

    def test_a_commit_writes_what_was_deferred(self, name: str) -> None:
        create(name, defer_commit=True)
        assert visible(name) == (False, False)
        model.Session.commit()
        assert visible(name) == (True, True)

    def test_an_index_write_of_its_own_is_committed(self, name: str) -> None:
        dataset = create(name)
        search.clear(dataset["id"])
        assert visible(name) == (True, False)
        logic.index_update_package({"ignore_auth": True}, dataset["id"])
        assert visible(name) == (True, True)

    def test_two_writers_of_one_dataset(self, name: str) -> None:
        dataset = create(name)
        done: list[str] = []

        def patch(**change: Any) -> None:
            try:
                act("package_patch", id=dataset["id"], **change)
                done.append(str(change))
            finally:
                model.Session.remove()

        writers = [
            threading.Thread(target=patch, kwargs=change)
            for number in range(3)
            for change in ({"title": f"Título {number}"}, {"notes": f"Notas {number}"}, {"version": str(number)})
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        model.Session.remove()
        assert len(done) == len(writers)
        before = {row["name"]: row for row in snapshot().values()}[name]
        search.rebuild(dataset["id"])
        assert {row["name"]: row for row in snapshot().values()}[name] == before

"""What the tests of the search share: an index inside a transaction that is rolled back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import ckan.lib.search as search
import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.common import config

from ckanext.gobierno_abierto.search.postgres import PostgresConnection

#: Two documents of one moment differ in nothing else.
CLOCK_FIELDS = ("indexed_ts",)


@pytest.fixture
def index(rolled_back_db: None) -> Iterator[PostgresConnection]:
    """An empty index; what a test writes to it is rolled back."""
    connection = PostgresConnection()
    connection.delete(q="*:*")
    yield connection


@pytest.fixture
def add(index: PostgresConnection) -> Callable[..., None]:
    """Adds one document: `add("name", title=..., tags=[...])`."""

    def put(name: str, **fields: Any) -> None:
        document = {
            "index_id": f"key-{name}",
            "id": f"id-{name}",
            "name": name,
            "site_id": config["ckan.site_id"],
            "entity_type": "package",
            "dataset_type": "dataset",
            "state": "active",
            "capacity": "public",
            "permission_labels": ["public"],
            "metadata_created": "2026-01-01T00:00:00Z",
            "metadata_modified": "2026-01-01T00:00:00Z",
            **fields,
        }
        document.setdefault("title_string", document.get("title"))
        index.add([document])

    return put


@pytest.fixture
def find(index: PostgresConnection) -> Callable[..., list[str]]:
    """The names that a query finds, sorted, or in the order of `sort` when it is given."""

    def names(q: str = "*:*", **parameters: Any) -> list[str]:
        parameters.setdefault("q.op", "AND")
        parameters.setdefault("rows", 100)
        found = [doc["name"] for doc in index.search(q, fl="name", **parameters)]
        return found if "sort" in parameters else sorted(found)

    return names


def snapshot() -> dict[str, dict[str, Any]]:
    """The whole index as the session sees it, by document, without the moment of indexing."""
    model.Session.flush()
    rows = model.Session.execute(sa.text("SELECT * FROM gobierno_abierto_search_document")).mappings()
    found = {}
    for row in rows:
        values = dict(row)
        values["fields"] = {key: value for key, value in values["fields"].items() if key not in CLOCK_FIELDS}
        stored = json.loads(values["stored"])
        values["stored"] = {key: value for key, value in stored.items() if key not in CLOCK_FIELDS}
        for column in ("data_dict", "validated_data_dict"):
            values[column] = json.loads(values[column] or "null")
        found[values["index_id"]] = values
    return found


def assert_index_equals_database() -> None:
    """A rebuild from nothing changes no document: the index says what the database says."""
    before = snapshot()
    indexed = {row["id"] for row in before.values()}
    wanted = model.Session.query(model.Package.id).filter(model.Package.state != "deleted")
    assert indexed == {row[0] for row in wanted}
    search.clear_all()
    search.rebuild(quiet=True)
    assert snapshot() == before

"""The index's migration: up, down, up again; in a schema of its own, so that no other test notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.common import config

from ckanext.gobierno_abierto.search import schema

SCHEMA = "search_migration_test"
OBJECTS = """
SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = :schema AND tablename NOT IN ('package')
UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = :schema AND tablename <> 'package'
UNION ALL SELECT 'function ' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = :schema
UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = :schema AND NOT tgisinternal
ORDER BY 1
"""


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A schema with a table `package`, where alembic works instead of in the shared one."""
    engine: Any = model.meta.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as open_connection:
        open_connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        open_connection.execute(sa.text(f"CREATE SCHEMA {SCHEMA}"))
        open_connection.execute(sa.text(f"CREATE TABLE {SCHEMA}.package (id text PRIMARY KEY)"))
        url = str(config["sqlalchemy.url"])
        own = f"{url}{'&' if '?' in url else '?'}options=-csearch_path={SCHEMA}"
        monkeypatch.setitem(config, "sqlalchemy.url", own)
        yield open_connection
        open_connection.execute(sa.text(f"DROP SCHEMA {SCHEMA} CASCADE"))


def objects(connection: Any) -> list[str]:
    return [row[0] for row in connection.execute(sa.text(OBJECTS), {"schema": SCHEMA})]


def test_up_down_and_up_again(connection: Any) -> None:
    schema.upgrade()
    made = objects(connection)
    assert "table gobierno_abierto_search_document" in made
    assert "trigger gobierno_abierto_search_forget" in made
    assert "index gobierno_abierto_search_document_text" in made
    schema.downgrade()
    left = objects(connection)
    assert all("alembic_version" in name for name in left)
    schema.upgrade()
    assert objects(connection) == made
    schema.upgrade()
    assert objects(connection) == made


def test_the_trigger_follows_a_deleted_dataset(connection: Any) -> None:
    schema.upgrade()
    connection.execute(sa.text(f"SET search_path = {SCHEMA}"))
    connection.execute(sa.text("INSERT INTO package VALUES ('a'), ('b')"))
    insert = sa.text("INSERT INTO gobierno_abierto_search_document (index_id, id, site_id) VALUES (:id, :id, 'site')")
    connection.execute(insert, [{"id": "a"}, {"id": "b"}])
    connection.execute(sa.text("DELETE FROM package WHERE id = 'a'"))
    left = connection.execute(sa.text("SELECT id FROM gobierno_abierto_search_document")).scalars().all()
    connection.execute(sa.text("RESET search_path"))
    assert left == ["b"]

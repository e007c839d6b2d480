"""Each plugin's migrations: up, down, up again, in a schema of its own."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

import ckanext.gobierno_abierto.migration as migrations

SCHEMA = "migrations_test"
#: Needs CKAN's tables: tests/search/test_migration.py.
ELSEWHERE = {"gobierno_abierto_search"}
PLUGINS = sorted(
    path.parent.name
    for path in Path(next(iter(migrations.__path__))).glob("*/env.py")
    if path.parent.name not in ELSEWHERE
)
OBJECTS = """
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
FROM information_schema.columns WHERE table_schema = :schema
UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = :schema
UNION ALL SELECT 'function ' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = :schema
UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = :schema AND NOT tgisinternal
ORDER BY 1
"""


@pytest.fixture
def connection() -> Iterator[Any]:
    """An empty schema that is found first; everything is undone."""
    engine: Any = model.meta.engine
    with engine.connect() as opened:
        opened.execute(sa.text(f"CREATE SCHEMA {SCHEMA}"))
        opened.execute(sa.text(f"SET LOCAL search_path = {SCHEMA}"))
        yield opened
        opened.rollback()


def steps(plugin: str) -> list[ModuleType]:
    """The plugin's migrations, the oldest first."""
    folder = Path(next(iter(migrations.__path__))) / plugin / "versions"
    names = sorted(path.stem for path in folder.glob("[0-9]*.py"))
    return [importlib.import_module(f"{migrations.__name__}.{plugin}.versions.{name}") for name in names]


def objects(connection: Any) -> list[str]:
    return [row[0] for row in connection.execute(sa.text(OBJECTS), {"schema": SCHEMA})]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_up_down_and_up_again(connection: Any, plugin: str) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        states = [objects(connection)]
        for step in steps(plugin):
            step.upgrade()
            states.append(objects(connection))
        assert states[0] == [] and len(states) > 1
        for number, step in enumerate(reversed(steps(plugin))):
            step.downgrade()
            assert objects(connection) == states[-2 - number]
        for step in steps(plugin):
            step.upgrade()
        assert objects(connection) == states[-1]


def test_each_is_there() -> None:
    assert {"gobierno_abierto_committees", "gobierno_abierto_workflow", "gobierno_abierto_quality"} <= set(PLUGINS)

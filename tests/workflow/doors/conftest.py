"""The scene of the door tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.gobierno_abierto.quality import jobs
from ckanext.gobierno_abierto.workflow import versions
from tests.workflow.cast import cast
from tests.workflow.doors.scene import OPTIONS, Planted


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder has the same options, so that the plugins are loaded once."""
    for item in items:
        if "workflow/doors/" in item.nodeid:
            for name, value in OPTIONS.items():
                item.add_marker(pytest.mark.ckan_config(name, value))


@pytest.fixture
def planted(rolled_back_db: None, app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    """The three subjects. Jobs are not queued; files stay on the disk, since what tests write is undone by calls."""
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    monkeypatch.setattr(versions, "remove", lambda path: None)
    made = Planted(cast())
    yield made
    for subject in made.subjects.values():
        for name in (*subject.resources, *subject.tables):
            tables = jobs._tables(name)
            tables.drop()
            tables.commit()
            tables.close()

"""The scene of the door tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

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
def planted(
    rolled_back_db: None,
    app: Any,
    datastore_tidy: None,
    ckan_config: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Planted:
    """The three subjects. Jobs are not queued; files stay on the disk, because what the tests do is undone."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    monkeypatch.setattr(versions, "remove", lambda path: None)
    return Planted(cast())

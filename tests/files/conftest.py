"""A portal with its own storage folder, an officer and a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action


@pytest.fixture
def storage(tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of uploaded files; whatever a test leaves in it is seen by `stored`."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    yield tmp_path


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the resources whose load was queued; nothing reaches the real queue."""
    from ckanext.gobierno_abierto.quality import jobs

    found: list[str] = []

    def enqueue(resource_id: str) -> bool:
        found.append(resource_id)
        return True

    monkeypatch.setattr(jobs, "enqueue", enqueue)
    return found


@pytest.fixture
def officer(portal_plugins: None, rolled_back_db: None) -> dict[str, Any]:
    """An editor of an organization, with a token for the API."""
    user: dict[str, Any] = factories.UserWithToken()
    user["organization"] = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    return user


@pytest.fixture
def dataset(officer: dict[str, Any], storage: Path, queued: list[str]) -> dict[str, Any]:
    """A dataset of the officer's organization, without files."""
    return factories.Dataset(user=officer, owner_org=officer["organization"]["id"])


def act(action: str, **arguments: Any) -> Any:
    """An action as the site's own user: with everything allowed, and a name for the activity stream."""
    context: Any = {"ignore_auth": True}
    context["user"] = tk.get_action("get_site_user")(dict(context), {})["name"]
    return tk.get_action(action)(context, arguments)


def stored(folder: Path) -> list[Path]:
    """Every file below the storage folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def resources(dataset: dict[str, Any]) -> list[dict[str, Any]]:
    """The dataset's resources as they are saved now."""
    model.Session.expire_all()
    return call_action("package_show", id=dataset["id"])["resources"]

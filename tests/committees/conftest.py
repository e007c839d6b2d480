"""What the portal tests of committees share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.gobierno_abierto.committees.seeding import Change, seed
from tests.metadata.api import act

SMALL = """
organizations:
- {name: entidad-uno, title: Entidad uno, sigla: E1, sector: salud, url: "https://uno.example/"}
- {name: entidad-dos, title: Entidad dos}
committees:
- {name: comite-uno, title: Comité uno, lead_entity: entidad-uno, supports: [entidad-uno, entidad-dos]}
mesas:
- {name: mesa-uno, title: Mesa uno, objective: Probar, lead_entity: entidad-uno}
"""

Sow = Callable[..., dict[str, Change]]


@pytest.fixture
def sow(rolled_back_db: None, tmp_path: Path) -> Sow:
    """Seeds a text (the small one by default); answers name to change."""

    def run(text: str = SMALL, dry_run: bool = False) -> dict[str, Change]:
        path = tmp_path / "semilla.yaml"
        path.write_text(text, encoding="utf-8")
        return {change.name: change for change in seed([path], dry_run=dry_run)}

    return run


def person(organization: str = "", role: str = "", **values: Any) -> dict[str, Any]:
    """A new user, with a role in an organization."""
    user = factories.User(**values)
    if organization:
        act("organization_member_create", id=organization, username=user["name"], role=role)
    return dict(user)


def call(action: str, user: str | None, /, **data: Any) -> Any:
    """An action as a person (or a visitor) calls it, permissions checked."""
    return tk.get_action(action)({"user": user or "", "ignore_auth": False}, data)

"""Who may move a proposal that is with the committee: each of the workflow's actions by each role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import pytest
from ckan.tests import factories

from tests.committees.conftest import person
from tests.workflow.conftest import Scene

pytestmark = pytest.mark.gated

ROLES = (None, "citizen", "member", "author", "editor", "admin", "reviewer", "coordinator", "stranger", "sysadmin")
ALLOWED: dict[str, set[str | None]] = {
    "publication_submit": set(),
    "publication_cancel": {"author", "editor", "admin", "sysadmin"},
    "publication_approve": {"reviewer"},
    "publication_request_changes": {"reviewer"},
    "publication_publish": set(),
    "publication_schedule": {"coordinator", "sysadmin"},
    "publication_withdraw": {"coordinator", "sysadmin"},
    "publication_restore": set(),
    "publication_emergency_publish": {"sysadmin"},
}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside, commits included, is undone: each attempt begins at the same place."""
    connection = model.Session.get_bind()
    model.Session.remove()
    savepoint = connection.begin_nested()  # type: ignore[union-attr]
    try:
        yield
    finally:
        model.Session.remove()
        savepoint.rollback()


def outcome(scene: Scene, role: str | None, name: str, data: dict[str, Any]) -> str:
    """`ok`, or the class of the refusal."""
    try:
        scene.call(name, role, **data)
        return "ok"
    except Exception as error:
        return type(error).__name__


def test_who_moves_a_proposal(scene: Scene, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    coordination = factories.Organization()
    monkeypatch.setitem(ckan_config, "gobierno_abierto.workflow.coordination", coordination["name"])
    scene.people["coordinator"] = person(coordination["id"], "editor")
    public = scene.published()
    scene.call("package_patch", "author", id=public["id"], title="Propuesto")
    sent = scene.call("publication_submit", "author", id=public["id"])
    data = {"id": public["id"], "revision_id": sent["revision_id"], "note": "x", "reason": "x"}
    data["publish_at"] = "2099-01-01"
    wrong = []
    for name, allowed in ALLOWED.items():
        for role in ROLES:
            with undone():
                answer = outcome(scene, role, name, data)
                if (answer == "ok") != (role in allowed):
                    wrong.append(f"{name} by {role}: {answer}")
    assert not wrong, "\n".join(wrong)

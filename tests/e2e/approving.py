"""The committee's part of a journey, by API: what a test needs approved on its way to something else."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

from tests.e2e.conftest import LivePortal

#: Seconds: the worker has whatever the tests before left in the queue.
READY_WITHIN = 120
_TOKENS: dict[tuple[str, str], str] = {}


def token_of(portal: LivePortal, name: str) -> str:
    """An API token of a demonstration account, made once."""
    key = (portal.url, name)
    if key not in _TOKENS:
        _TOKENS[key] = portal.ckan("user", "token", "add", name, "pruebas", "-q").split()[-1]
    return _TOKENS[key]


def call(portal: LivePortal, who: str, action: str, **data: Any) -> Any:
    """The result of an action as this account; the error's dictionary when it is refused."""
    request = urllib.request.Request(
        f"{portal.url}/api/3/action/{action}",
        data=json.dumps(data).encode(),
        headers={"Authorization": token_of(portal, who), "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["result"]
    except urllib.error.HTTPError as refused:
        return json.load(refused)["error"]


def publish(
    portal: LivePortal, name: str, officer: str = "oficial-ine", reviewer: str = "revisora-ine"
) -> dict[str, Any]:
    """Send and approve a dataset's proposal; where it is then."""
    sent = call(portal, officer, "publication_submit", id=name)
    assert "revision_id" in sent, sent
    wait_for_checks(portal, officer, name)
    approved = call(portal, reviewer, "publication_approve", id=name, revision_id=sent["revision_id"])
    assert approved.get("status") == "publicado", approved
    return dict(approved)


def wait_for_checks(portal: LivePortal, who: str, name: str) -> None:
    """Until every file of the proposal is checked and its table loaded."""
    until = time.monotonic() + READY_WITHIN
    while any(one["blocks"] == "approval" for one in call(portal, who, "publication_check", id=name)):
        assert time.monotonic() < until, "the proposal's files are still being checked or loaded"
        time.sleep(0.5)


def publish_at_once(portal: LivePortal, name: str) -> None:
    """Publish a description that lacks what a committee asks for: for tests that look at something else."""
    where = call(portal, "administradora", "publication_emergency_publish", id=name, reason="Prueba del recorrido")
    assert where.get("status") == "publicado", where

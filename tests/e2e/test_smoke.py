"""The portal answers and an officer gets in."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import LivePortal

if TYPE_CHECKING:
    from playwright.sync_api import Page

OFFICER = "oficial-ine"


def test_front_page_answers_in_spanish(live_portal: LivePortal, page: Page, screenshot: Any) -> None:
    answer = page.goto("/")
    assert answer is not None and answer.status == 200
    assert page.get_attribute("html", "lang") == "es"
    assert "Datos Abiertos Bolivia" in page.title()
    screenshot("desktop")


def test_the_worker_runs_the_jobs(live_portal: LivePortal) -> None:
    """A job that CKAN's own command enqueues is taken by the worker: the queue empties."""
    live_portal.ckan("jobs", "test")
    for _attempt in range(20):
        if "There are no pending jobs" in live_portal.ckan("jobs", "list"):
            return
    pytest.fail("the queue never emptied")


def test_api_is_open_to_other_sites(live_portal: LivePortal) -> None:
    with urllib.request.urlopen(f"{live_portal.url}/api/3/action/package_search?rows=0", timeout=30) as answer:
        found = json.load(answer)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert found["success"] and found["result"]["count"] > 0


def test_an_officer_logs_in_and_out(live_portal: LivePortal, page: Page, log_in: Any, screenshot: Any) -> None:
    log_in(live_portal.account(OFFICER))
    page.goto("/dataset/new")
    assert "/dataset/new" in page.url, "an officer may describe a dataset"
    screenshot("new-dataset")
    page.goto("/user/_logout")
    page.goto("/dataset/new")
    assert "/user/login" in page.url

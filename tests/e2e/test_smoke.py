"""The portal answers and an officer gets in."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import redis
import rq

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
    connection = redis.from_url(live_portal.services.urls()["CKAN_REDIS_URL"])
    queue = rq.Queue("ckan:gobierno_abierto:default", connection=connection)
    until = time.monotonic() + 180
    while queue.count:
        assert time.monotonic() < until, f"{queue.count} jobs still wait"
        time.sleep(0.2)
    assert queue.finished_job_registry.count > 0 and queue.failed_job_registry.count == 0


def test_api_is_open_to_other_sites(live_portal: LivePortal) -> None:
    question = urllib.request.Request(
        f"{live_portal.url}/api/3/action/package_search?rows=0", headers={"Origin": "https://example.org"}
    )
    with urllib.request.urlopen(question, timeout=30) as answer:
        found = json.load(answer)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert found["success"] and found["result"]["count"] > 0


def test_an_officer_logs_in_and_out(live_portal: LivePortal, page: Page, log_in: Any, screenshot: Any) -> None:
    log_in(live_portal.account(OFFICER))
    page.goto("/dataset/new")
    assert "/dataset/new" in page.url, "an officer may describe a dataset"
    screenshot("new-dataset")
    page.locator("a[href*='_logout'], form[action*='_logout'] [type=submit]").first.dispatch_event("click")
    page.wait_for_url("**/user/logged_out**")
    answer = page.goto("/dataset/new")
    assert answer is not None and answer.status == 403

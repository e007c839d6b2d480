"""Every kind of page in a browser: no WCAG A or AA fault, no request to another host, no sideways scroll, few bytes."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import LivePortal
from tests.e2e.pages import ALL, PUBLIC, PageType

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
#: Bytes of a first visit, everything included, and of a second page with a warm cache.
FIRST_PAGE_BYTES = 300_000
SECOND_PAGE_BYTES = 60_000


def call(portal: LivePortal, action: str) -> Any:
    """Result of an API action, as anybody."""
    with urllib.request.urlopen(f"{portal.url}/api/3/action/{action}", timeout=30) as answer:
        return json.load(answer)["result"]


@pytest.fixture(scope="module")
def names(live_portal: LivePortal) -> dict[str, str]:
    """What stands in the places of the pages' paths: a dataset with a table, its organization, a group."""
    datasets = call(live_portal, "package_search?rows=50")["results"]
    dataset = next(pkg for pkg in datasets if any(res["format"].upper() == "CSV" for res in pkg["resources"]))
    resource = next(res for res in dataset["resources"] if res["format"].upper() == "CSV")
    return {
        "dataset": dataset["name"],
        "resource": resource["id"],
        "organization": dataset["organization"]["name"],
        "group": call(live_portal, "group_list")[0],
        "user": "oficial-ine",
    }


@pytest.fixture
def requests_elsewhere(live_portal: LivePortal, page: Page) -> Iterator[list[str]]:
    """Addresses of other hosts that the page asked for."""
    asked: list[str] = []
    own = (live_portal.url, "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else asked.append(request.url))
    yield asked


def faults(page: Page) -> list[str]:
    """axe-core's findings, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_page(
    kind: PageType,
    width: int,
    live_portal: LivePortal,
    page: Page,
    log_in: Any,
    screenshot: Any,
    names: dict[str, str],
    requests_elsewhere: list[str],
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if kind.account:
        log_in(live_portal.account(kind.account))
        names = {**names, "user": kind.account}
    answer = page.goto(kind.path.format(**names))
    assert answer is not None and answer.status == kind.status
    assert faults(page) == []
    assert requests_elsewhere == []
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{wider} px wider than the screen"
    screenshot(f"{kind.name}-{width}")


def test_reading_needs_no_javascript(live_portal: LivePortal, browser: Any, names: dict[str, str]) -> None:
    """Search, filter, read and download with scripts turned off, on a telephone."""
    context = browser.new_context(
        java_script_enabled=False, base_url=live_portal.url, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    page.goto("/")
    page.fill("#ga-front-search", names["dataset"].split("-")[1])
    page.press("#ga-front-search", "Enter")
    page.click(".ga-drawer > summary")
    page.locator(".ga-facet-list a").first.click()
    assert page.locator(".ga-filters-on a").count() >= 1
    page.goto(f"/dataset/{names['dataset']}")
    with page.expect_download() as download:
        page.locator(".ga-file .btn-primary").first.click()
    assert download.value.path()
    context.close()


def test_the_keyboard_reaches_content_and_menu(live_portal: LivePortal, page: Page) -> None:
    page.goto("/about")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "ga-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.set_viewport_size({"width": 360, "height": 800})
    page.focus(".ga-nav > summary")
    page.keyboard.press("Enter")
    assert page.locator(".ga-nav nav").is_visible()


def test_pages_are_light(live_portal: LivePortal, browser: Any, names: dict[str, str]) -> None:
    context = browser.new_context(base_url=live_portal.url)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/", wait_until="networkidle")
    assert 0 < sum(sizes) < FIRST_PAGE_BYTES
    for kind in PUBLIC[2:4]:
        sizes.clear()
        page.goto(kind.path.format(**names), wait_until="networkidle")
        assert sum(sizes) < SECOND_PAGE_BYTES, kind.name
    context.close()

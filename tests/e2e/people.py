"""Signed-in people in a browser, and a look at what they see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.e2e.conftest import LivePortal, take
from tests.e2e.test_accessibility import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (360, 1280)


@contextmanager
def signed_in(portal: LivePortal, browser: Any, names: Iterable[str]) -> Iterator[dict[str, Page]]:
    """A signed-in page of each person; of `""` a visitor's."""
    pages: dict[str, Page] = {}
    for name in names:
        context = browser.new_context(base_url=portal.url, locale="es-BO", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(20_000)
        page = context.new_page()
        if name:
            account = portal.account(name)
            page.goto("/user/login")
            page.fill("input[name=login]", account.name)
            page.fill("input[name=password]", account.password)
            page.click("form:has(input[name=password]) [type=submit]")
            page.wait_for_url(lambda address: "/user/login" not in address)
        pages[name] = page
    yield pages
    for page in pages.values():
        page.context.close()


def look_at(page: Page, name: str) -> None:
    """The present page on both widths: screenshots, no accessibility fault, nothing wider than the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        take(page, f"{name}-{width}")
        assert faults(page) == [], f"{name} at {width} px"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name}: {wider} px wider than {width}"

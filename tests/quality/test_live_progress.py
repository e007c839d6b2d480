"""In a real browser: a check is followed while it runs, its outcome comes without loading the page again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import ckan.model as model
import pytest

from ckanext.gobierno_abierto.quality import reports
from tests.files import samples as s
from tests.files.conftest import act
from tests.quality.test_report_pages import checked, faulty, judged, page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.portal, pytest.mark.e2e, pytest.mark.ckan_config("ckan.locale_default", "es")]
SITE = "http://test.ckan.net"


class Reader:
    """The officer at a browser, whose every question the test's own portal answers."""

    def __init__(self, page: Page, app: Any, token: str) -> None:
        self.page, self.app, self.token = page, app, token
        self.asked: list[str] = []
        self.broken = False
        page.route("**/*", self.answer)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        self.asked.append(path)
        if self.broken and "/api/" in path:
            route.fulfill(status=503, body="")
            return
        found = self.app.get(path, headers={"Authorization": self.token})
        headers = {"Content-Type": found.headers["Content-Type"]}
        route.fulfill(status=found.status_code, body=found.data, headers=headers)

    def polls(self) -> int:
        """How often the state was asked for."""
        return sum("/api/3/action/quality_report_show" in path for path in self.asked)

    def open(self, path: str) -> Page:
        """The page, with a mark that a new load would take away."""
        self.page.goto(SITE + path)
        self.page.evaluate("window.stillHere = true")
        return self.page

    def stayed(self) -> bool:
        return bool(self.page.evaluate("window.stillHere === true"))


@pytest.fixture
def made(dataset: dict[str, Any]) -> dict[str, Any]:
    return dict(
        act("resource_create", package_id=dataset["id"], name="Casos", upload=s.sent("t.csv", faulty().encode()))
    )


@pytest.fixture
def reader(browser: Browser, app: Any, officer: dict[str, Any]) -> Iterator[Reader]:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.set_default_timeout(20_000)
    yield Reader(page, app, officer["token"])
    page.close()


def started(resource_id: str, rows: int) -> None:
    content = reports.report_of(resource_id).content
    if reports.report_of(resource_id).state == reports.WAITING:
        reports.begin(resource_id, content)
    reports.progress(resource_id, content, rows)
    model.Session.commit()


Addressed = Callable[[dict[str, Any], dict[str, Any]], str]


@pytest.mark.parametrize(
    "address,comes",
    [
        (lambda dataset, made: page_of(dataset, made, ""), "#contenido"),
        (lambda dataset, made: page_of(dataset, made), "#errores"),
        (lambda dataset, made: f"/dataset/{dataset['name']}", "[data-ga-state=done]"),
    ],
    ids=["resource", "report", "dataset"],
)
def test_the_outcome_comes_by_itself(
    reader: Reader, dataset: dict[str, Any], made: dict[str, Any], address: Addressed, comes: str, tmp_path: Any
) -> None:
    page = reader.open(address(dataset, made))
    box = page.locator("[data-ga-check]")
    assert box.get_by_role("status").inner_text() == "En espera de revisión"
    started(made["id"], 1500)
    page.wait_for_selector("[data-ga-state=checking]")
    assert box.get_by_role("status").inner_text() == "Revisando las filas"
    assert page.locator("[data-ga-detail]").inner_text() == "1.500 filas leídas"
    started(made["id"], 25000)
    page.get_by_text("25.000 filas leídas").wait_for()
    checked(made["id"], judged(tmp_path, faulty()))
    page.wait_for_selector(comes)
    assert "Revisado" in box.get_by_role("status").inner_text()
    assert page.locator("progress").count() == 0 and reader.stayed()
    before = reader.polls()
    page.wait_for_timeout(2500)
    assert reader.polls() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_failed_check_says_why(reader: Reader, dataset: dict[str, Any], made: dict[str, Any]) -> None:
    page = reader.open(page_of(dataset, made, ""))
    content = reports.report_of(made["id"]).content
    reports.begin(made["id"], content)
    reports.fail(made["id"], content, {"code": "check_too_large", "arguments": {"limit": 1024}}, None)
    model.Session.commit()
    page.wait_for_selector("[data-ga-state=failed]")
    page.wait_for_selector("progress", state="detached")
    assert "No se pudo revisar" in page.locator("[data-ga-check]").get_by_role("status").inner_text()


def test_the_questions_become_rarer_and_stop_where_nobody_answers(
    reader: Reader, dataset: dict[str, Any], made: dict[str, Any]
) -> None:
    reader.broken = True
    page = reader.open(page_of(dataset, made, ""))
    page.wait_for_timeout(6000)
    assert 2 <= reader.polls() <= 5
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    asked = reader.polls()
    page.wait_for_timeout(6000)
    assert reader.polls() - asked <= 1


def test_a_page_of_a_finished_check_asks_nothing(
    reader: Reader, dataset: dict[str, Any], made: dict[str, Any], tmp_path: Any
) -> None:
    checked(made["id"], judged(tmp_path, faulty()))
    reader.open(page_of(dataset, made, "")).wait_for_timeout(1500)
    assert reader.polls() == 0 and not any("calidad.js" in path for path in reader.asked)

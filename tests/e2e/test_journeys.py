"""The portal's main job, from the officer's form to the citizen's download, and who may see a draft on the way."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.approving import publish_at_once
from tests.e2e.conftest import LivePortal

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

OFFICER = "oficial-ine"
TITLE = "Poblaciones encuestadas por municipio"
NAME = "poblaciones-encuestadas-por-municipio"
#: A semicolon, a decimal comma, day before month, a code with a leading zero, an accent: what officers have.
CSV = "código;municipio;hogares;fecha\n020101;La Paz;1200,5;31/12/2020\n020105;El Alto;980,25;31/12/2020\n"
#: Pages of the statistics form before the one for files.
FORM_PAGES = 5
LOADED_WITHIN = 90


def ask(portal: LivePortal, action: str, token: str | None = None, **parameters: Any) -> Any:
    """The result of a GET action, or the HTTP status when it is refused."""
    url = f"{portal.url}/api/3/action/{action}?{urllib.parse.urlencode(parameters)}"
    request = urllib.request.Request(url, headers={"Authorization": token} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["result"]
    except urllib.error.HTTPError as refused:
        return refused.code


def status(url: str) -> int:
    """The HTTP status of a page for a reader without account."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def loaded(portal: LivePortal, resource: str) -> dict[str, Any]:
    """The resource's table as soon as the worker has it in the DataStore."""
    deadline = time.monotonic() + LOADED_WITHIN
    while time.monotonic() < deadline:
        table = ask(portal, "datastore_search", resource_id=resource)
        if isinstance(table, dict):
            return table
        time.sleep(0.5)
    pytest.fail(f"the table of {resource} never reached the DataStore")


def describe(page: Page) -> None:
    """Fill the first page of the statistics form and walk to the page for files."""
    page.goto("/estadistica/new")
    page.fill("input[name=title]", TITLE)
    page.fill("textarea[name=notes]", "Encuesta escrita para las pruebas del portal.")
    for _number in range(FORM_PAGES):
        with page.expect_navigation():
            page.click(".form-actions button.btn-primary")
    page.wait_for_selector("input[type=file][name=upload]", state="attached")


@pytest.fixture(scope="module")
def published(live_portal: LivePortal, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The dataset that the officer published through the form, as the API shows it to anybody."""
    path = tmp_path_factory.mktemp("form") / "encuesta.csv"
    path.write_bytes(CSV.encode("cp1252"))
    context = browser.new_context(base_url=live_portal.url, locale="es-BO")
    page = context.new_page()
    account = live_portal_account(live_portal, OFFICER)
    page.goto("/user/login")
    page.fill("input[name=login]", account.name)
    page.fill("input[name=password]", account.password)
    page.click("form:has(input[name=password]) [type=submit]")
    describe(page)
    page.set_input_files("input[name=upload]", path)
    page.fill("input[name=name]", "Encuesta por municipio")
    page.click("button[name=save][value=go-metadata]")
    page.wait_for_url(f"**/{NAME}")
    context.close()
    assert ask(live_portal, "package_show", id=NAME) in (403, 404), "public before anybody approved it"
    publish_at_once(live_portal, NAME)
    found = ask(live_portal, "package_show", id=NAME)
    assert isinstance(found, dict), f"the published dataset answers {found}"
    return found


def live_portal_account(portal: LivePortal, name: str) -> Any:
    """The demonstration account of that name."""
    return next(account for account in portal.accounts if account.name == name)


def test_what_the_officer_published_is_whole(published: dict[str, Any]) -> None:
    (resource,) = published["resources"]
    assert published["type"] == "estadistica" and published["organization"]["name"] == "ine"
    assert resource["format"] == "CSV" and resource["size"] == len(CSV.encode("cp1252"))
    assert len(resource["hash"]) == 64


def test_its_table_is_typed(live_portal: LivePortal, published: dict[str, Any]) -> None:
    table = loaded(live_portal, published["resources"][0]["id"])
    types = {field["id"]: field["type"] for field in table["fields"]}
    assert types == {"_id": "int", "código": "text", "municipio": "text", "hogares": "numeric", "fecha": "date"}
    assert table["records"][0] == {
        "_id": 1,
        "código": "020101",
        "municipio": "La Paz",
        "hogares": 1200.5,
        "fecha": "2020-12-31",
    }


@pytest.mark.parametrize(
    "words", ["población encuestada", "poblaciones", "POBLACION ENCUESTADAS", "encuesta municipio"]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_a_citizen_finds_and_downloads_it_without_javascript(
    live_portal: LivePortal, browser: Any, published: dict[str, Any], words: str, width: int
) -> None:
    context: BrowserContext = browser.new_context(
        base_url=live_portal.url, viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    page.fill("form[action*='dataset'] input[name=q] >> nth=0", words)
    page.press("form[action*='dataset'] input[name=q] >> nth=0", "Enter")
    page.click(f"a:has-text('{TITLE}') >> nth=0")
    assert page.locator("h1").first.inner_text().strip().startswith(TITLE)
    url = page.get_attribute("a[href*='/download/'] >> nth=0", "href")
    answer = context.request.get(url or "")
    assert answer.status == 200 and answer.body() == CSV.encode("cp1252")
    context.close()


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_table_is_downloaded(live_portal: LivePortal, page: Page, published: dict[str, Any], form: str) -> None:
    resource = published["resources"][0]["id"]
    loaded(live_portal, resource)
    page.goto(f"/estadistica/{NAME}/resource/{resource}")
    links = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.href)")
    (link,) = {url for url in links if resource in url and (f"format={form}" in url or url.endswith(f".{form}"))} - {
        published["resources"][0]["url"]
    }
    body = page.context.request.get(link).body()
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            assert "xl/worksheets/sheet1.xml" in book.namelist()
    else:
        assert "La Paz" in body.decode("utf-8-sig") and "020105" in body.decode("utf-8-sig")


def test_a_draft_is_seen_by_its_entity_alone(live_portal: LivePortal, page: Page, log_in: Any) -> None:
    log_in(live_portal_account(live_portal, OFFICER))
    page.goto("/dataset/new")
    page.fill("input[name=title]", "Borrador que nadie más ve")
    page.click(".form-actions button.btn-primary")
    page.wait_for_url("**/dataset/new/**")
    name = "borrador-que-nadie-mas-ve"
    assert status(f"{live_portal.url}/dataset/{name}") in (403, 404)
    assert ask(live_portal, "package_show", id=name) in (403, 404)
    assert (
        ask(live_portal, "package_search", q="borrador nadie", include_drafts="true", include_private="true")["count"]
        == 0
    )
    mine = page.context.request.get(f"{live_portal.url}/api/3/action/package_show?id={name}")
    assert mine.status == 200 and mine.json()["result"]["state"] == "draft"
    page.context.clear_cookies()
    log_in(live_portal_account(live_portal, "ciudadana"))
    assert page.context.request.get(f"{live_portal.url}/dataset/{name}").status in (403, 404)


@pytest.mark.parametrize("account", ["ciudadana", "consulta-ine"])
def test_who_may_not_publish_is_told_so(live_portal: LivePortal, page: Page, log_in: Any, account: str) -> None:
    log_in(live_portal_account(live_portal, account))
    answer = page.goto("/dataset/new")
    assert answer is not None and answer.status == 403
    assert page.locator("html").get_attribute("lang") == "es"


def test_a_wrong_file_leaves_nothing_behind(
    live_portal: LivePortal, page: Page, log_in: Any, tmp_path: Path, published: dict[str, Any], screenshot: Any
) -> None:
    """A PDF that calls itself CSV: the form says so in Spanish and the dataset keeps its one file."""
    path = tmp_path / "tabla.csv"
    path.write_bytes(b"%PDF-1.7\n" + b"x" * 2000)
    log_in(live_portal_account(live_portal, OFFICER))
    page.goto(f"/estadistica/{NAME}/resource/new")
    page.set_input_files("input[name=upload]", path)
    page.click(".form-actions button.btn-primary")
    message = page.locator(".error-explanation").inner_text()
    assert "tabla.csv" in message and "PDF" in message
    screenshot("message")
    assert len(ask(live_portal, "package_show", id=NAME)["resources"]) == 1

"""A dataset's whole life in a browser, from the draft to the tombstone.

Draft, sent, changes asked, resent, approved with a date, live, edited, compared, approved, withdrawn. Each page is
looked at on a telephone and on a desk: no WCAG fault, no sideways scroll.
"""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from tests.e2e.approving import call, wait_for_checks
from tests.e2e.conftest import LivePortal
from tests.e2e.people import look_at, signed_in
from tests.e2e.test_journeys import status
from tests.workflow.conftest import sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

OFFICER, REVIEWER, COORDINATOR = "oficial-ine", "revisora-ine", "administradora"
NAME, TITLE = "visitantes-por-museo", "Visitantes por museo"
OLD = "museo;visitantes\nTambo Quirquincho;1200\nCosta Díaz;800\n"
NEW = "museo;visitantes;año\nTambo Quirquincho;1250;2025\nCosta Díaz;800;2025\nSan Francisco;400;2025\n"


@pytest.fixture(scope="module")
def people(live_portal: LivePortal, browser: Any) -> Iterator[dict[str, Page]]:
    """A signed-in page of each person, and a visitor's."""
    with signed_in(live_portal, browser, (OFFICER, REVIEWER, COORDINATOR, "")) as pages:
        yield pages


def look(page: Page, name: str) -> None:
    """The present page on both widths."""
    look_at(page, f"publication-{name}")


def press(page: Page, do: str) -> None:
    """Send one of the publication page's forms."""
    with page.expect_navigation():
        page.click(f"form:has(input[name=do][value={do}]) button[type=submit] >> nth=0")


def open_publication(page: Page) -> str:
    """The publication page; its text."""
    page.goto(f"/dataset/{NAME}/publicacion")
    return page.locator("main").inner_text()


def anonymous(portal: LivePortal, action: str, **parameters: Any) -> Any:
    """What a visitor's program is answered, or the status of a refusal."""
    url = f"{portal.url}/api/3/action/{action}?{urllib.parse.urlencode(parameters)}"
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["result"]
    except urllib.error.HTTPError as refused:
        return refused.code


def attach(page: Page, folder: Path, text: str, address: str) -> None:
    """Send a file through the form at this address."""
    path = folder / "visitantes.csv"
    path.write_text(text, encoding="utf-8")
    page.goto(address)
    page.set_input_files("input[name=upload]", path)
    if page.locator("input[name=name]").count():
        page.fill("input[name=name]", "Visitantes")
    with page.expect_navigation():
        page.click(".form-actions button.btn-primary >> nth=-1")


def test_the_whole_life(live_portal: LivePortal, people: dict[str, Page], tmp_path: Path) -> None:
    officer, reviewer, coordinator, visitor = (people[name] for name in (OFFICER, REVIEWER, COORDINATOR, ""))
    address = f"{live_portal.url}/dataset/{NAME}"

    # Draft
    description = {**sample(), "name": NAME, "title": TITLE, "owner_org": "ine", "resources": []}
    made = call(live_portal, OFFICER, "package_create", **description)
    assert made["publication"]["status"] == "borrador"
    attach(officer, tmp_path, OLD, f"/dataset/{NAME}/resource/new")
    resource_id = call(live_portal, OFFICER, "package_show", id=NAME)["resources"][0]["id"]
    officer.goto(f"/dataset/{NAME}")
    look(officer, "01-draft")
    assert status(address) in (403, 404) and anonymous(live_portal, "package_show", id=NAME) in (403, 404)
    officer.goto(f"/dataset/edit/{NAME}")
    look(officer, "02-draft-form")

    # Sent
    open_publication(officer)
    look(officer, "03-publication-draft")
    officer.fill("form:has(input[value=submit]) textarea[name=note]", "Primera entrega de la gestión.")
    press(officer, "submit")
    assert "Comité INE" in open_publication(officer)
    look(officer, "04-sent")

    # Changes asked
    wait_for_checks(live_portal, OFFICER, NAME)
    reviewer.goto("/avisos")
    assert TITLE in reviewer.locator("main").inner_text()
    look(reviewer, "05-notices")
    reviewer.goto("/revision")
    look(reviewer, "06-queue")
    reviewer.click(f"main a:has-text('{TITLE}')")
    look(reviewer, "07-review-new")
    reviewer.fill("form:has(input[value=request_changes]) textarea[name=note]", "Diga de qué registro salen los datos.")
    press(reviewer, "request_changes")
    assert "Diga de qué registro" in open_publication(officer)
    look(officer, "08-observed")

    # Resent, after the form
    officer.goto(f"/dataset/edit/{NAME}")
    officer.fill("textarea[name=notes]", "Visitantes por museo, del registro de boletería.")
    with officer.expect_navigation():
        officer.click(".form-actions button.btn-primary >> nth=-1")
    open_publication(officer)
    press(officer, "submit")

    # Approved with a date; the clock publishes it, although its hour went by unseen
    wait_for_checks(live_portal, OFFICER, NAME)
    open_publication(reviewer)
    reviewer.fill("form:has(input[value=approve]) input[name=publish_at]", "2099-01-31T08:00")
    press(reviewer, "approve")
    assert "2099" in open_publication(officer)
    look(officer, "09-dated")
    assert status(address) in (403, 404)
    with psycopg2.connect(live_portal.services.urls()["CKAN_SQLALCHEMY_URL"]) as connection, connection.cursor() as do:
        do.execute("UPDATE publication_run SET publish_at = now() - interval '1 hour' WHERE closed_at IS NULL")
    live_portal.ckan("gobierno-abierto", "publication", "run-scheduled")
    assert status(address) == 200

    # Live
    visitor.goto(f"/dataset/{NAME}")
    assert "boletería" in visitor.locator("main").inner_text()
    look(visitor, "10-live")
    live = anonymous(live_portal, "package_show", id=NAME)
    assert "publication" not in live

    # Edited: text and file; the visitor sees nothing of it
    officer.goto(f"/dataset/edit/{NAME}")
    look(officer, "11-proposal-form")
    officer.fill("input[name=title]", "Visitantes de los museos municipales")
    with officer.expect_navigation():
        officer.click(".form-actions button.btn-primary >> nth=-1")
    attach(officer, tmp_path, NEW, f"/dataset/{NAME}/resource/{resource_id}/edit")
    wait_for_checks(live_portal, OFFICER, NAME)
    assert anonymous(live_portal, "package_show", id=NAME)["title"] == TITLE
    assert "Costa Díaz" in visitor.context.request.get(live["resources"][0]["url"]).text()
    assert "San Francisco" not in visitor.context.request.get(live["resources"][0]["url"]).text()
    open_publication(officer)
    press(officer, "submit")

    # Compared and approved
    text = open_publication(reviewer)
    assert "museos municipales" in text and "San Francisco" in text and "año" in text
    look(reviewer, "12-diff")
    press(reviewer, "approve")
    now_live = anonymous(live_portal, "package_show", id=NAME)
    assert now_live["title"] == "Visitantes de los museos municipales"
    assert now_live["resources"][0]["url"] == live["resources"][0]["url"]
    assert "San Francisco" in visitor.context.request.get(live["resources"][0]["url"]).text()
    rows = anonymous(live_portal, "datastore_search", resource_id=resource_id)["records"]
    assert [row["visitantes"] for row in rows] == [1250, 800, 400]

    # What everybody may read of its past
    visitor.goto(f"/dataset/{NAME}/historia")
    text = visitor.locator("main").inner_text()
    assert "Comité INE" in text and "Diga de qué registro" not in text and "Oficial de datos" not in text
    look(visitor, "13-history")
    visitor.click("main a[href*='/historia/'] >> nth=0")
    look(visitor, "14-version")

    # Withdrawn
    open_publication(coordinator)
    coordinator.click("summary:has-text('Retirar del portal')")
    coordinator.fill("form:has(input[value=withdraw]) textarea[name=reason]", "El registro tenía errores de carga.")
    look(coordinator, "15-withdraw")
    press(coordinator, "withdraw")
    answer = visitor.goto(f"/dataset/{NAME}")
    assert answer is not None and answer.status == 410
    assert "El registro tenía errores de carga." in visitor.locator("main").inner_text()
    look(visitor, "16-tombstone")
    assert visitor.context.request.get(live["resources"][0]["url"]).status in (403, 404, 410)
    assert anonymous(live_portal, "datastore_search", resource_id=resource_id) in (403, 404)
    assert anonymous(live_portal, "package_search", q="museos")["count"] == 0
    coordinator.goto("/auditoria")
    assert re.search("retirar|Retir", coordinator.locator("main").inner_text())
    look(coordinator, "17-audit")
    officer.goto("/propuestas")
    look(officer, "18-mine")


def test_many_at_once_are_shown_before_they_are_decided(live_portal: LivePortal, people: dict[str, Page]) -> None:
    names = [f"lote-{number}" for number in (1, 2)]
    for name in names:
        call(live_portal, OFFICER, "package_create", **{**sample(), "name": name, "title": name, "owner_org": "ine"})
        call(live_portal, OFFICER, "publication_submit", id=name)
        wait_for_checks(live_portal, OFFICER, name)
    reviewer = people[REVIEWER]
    reviewer.goto("/revision")
    for name in names:
        reviewer.check(f"li:has(a:has-text('{name}')) input[name=item]")
    with reviewer.expect_navigation():
        reviewer.click("form.ga-queue button[type=submit]")
    assert anonymous(live_portal, "package_show", id=names[0]) in (403, 404)
    look(reviewer, "19-bulk")
    with reviewer.expect_navigation():
        reviewer.click("main form[method=post] button[type=submit] >> nth=0")
    look(reviewer, "20-bulk-done")
    assert [status(f"{live_portal.url}/dataset/{name}") for name in names] == [200, 200]

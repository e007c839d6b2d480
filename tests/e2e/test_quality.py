"""The quality gate in a browser: a file with people in it is found, treated, reported and published.

Each page is looked at on a telephone and on a desk: no WCAG fault, no sideways scroll.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.approving import call, wait_for_checks
from tests.e2e.conftest import LivePortal
from tests.e2e.people import look_at, signed_in
from tests.quality.test_gate import PEOPLE
from tests.workflow.conftest import sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

OFFICER, REVIEWER = "oficial-ine", "revisora-ine"
NAME, TITLE = "beneficiarios-de-prueba", "Beneficiarios de prueba"
#: A column that nobody minds, and a fault.
FILE = b"\n".join(
    line + (b",monto" if number == 0 else b",10" if number != 7 else b",diez")
    for number, line in enumerate(PEOPLE.splitlines())
)


@pytest.fixture
def people(live_portal: LivePortal, browser: Any) -> Iterator[dict[str, Page]]:
    """A signed-in page of each person, and a visitor's."""
    with signed_in(live_portal, browser, (OFFICER, REVIEWER, "")) as pages:
        yield pages


def look(page: Page, name: str) -> None:
    """The present page on both widths."""
    look_at(page, f"quality-{name}")


def text(page: Page, address: str) -> str:
    """What a page says."""
    page.goto(address)
    return str(page.locator("main").inner_text())


def test_a_file_with_people_in_it(live_portal: LivePortal, people: dict[str, Page], tmp_path: Path) -> None:
    officer, reviewer, visitor = (people[name] for name in (OFFICER, REVIEWER, ""))
    call(live_portal, OFFICER, "package_create", **{
        **sample(), "name": NAME, "title": TITLE, "owner_org": "ine", "resources": [],
    })  # fmt: skip
    path = tmp_path / "beneficiarios.csv"
    path.write_bytes(FILE)

    # Uploaded; the state goes on by itself until the check is over.
    officer.goto(f"/dataset/{NAME}/resource/new")
    officer.set_input_files("input[name=upload]", path)
    officer.fill("input[name=name]", "Beneficiarios")
    with officer.expect_navigation():
        officer.click(".form-actions button.btn-primary >> nth=-1")
    resource_id = call(live_portal, OFFICER, "package_show", id=NAME)["resources"][0]["id"]
    page = f"/dataset/{NAME}/resource/{resource_id}"
    officer.goto(page)
    officer.evaluate("window.same = true")
    officer.wait_for_selector(f"[data-ga-check='{resource_id}']:has-text('datos personales')", timeout=60_000)
    assert officer.evaluate("window.same"), "the page was not loaded again"
    officer.goto(page)
    look(officer, "01-resource")

    # The report says where, and hides the people.
    said = text(officer, f"{page}/calidad")
    assert "8" in said and "monto" in said
    assert "1234567" not in said and "Quispe Mamani" not in said
    look(officer, "02-report")
    assert visitor.request.get(f"{page}/calidad").status in (403, 404)

    # It cannot be sent as it is.
    refused = call(live_portal, OFFICER, "publication_submit", id=NAME)
    assert "datos personales" in str(refused)
    said = text(officer, f"/dataset/{NAME}/publicacion")
    assert "Datos personales" in said and "Impide enviarla" in said
    look(officer, "03-publication")

    # Two columns go, one is made coarser.
    officer.goto(f"{page}/datos-personales")
    look(officer, "04-personal-data")
    panels = officer.locator("input[name^='column-']").count()
    assert panels == 3
    for number in range(panels):
        kind = officer.get_attribute(f"input[name='kind-{number}']", "value")
        choice = {"fecha_nacimiento": "generalise", "cedula": "hash"}.get(str(kind), "drop")
        officer.check(f"input[name='choice-{number}'][value={choice}]")
    with officer.expect_navigation():
        officer.click("form:has(input[name=do][value=treat]) button[type=submit] >> nth=-1")
    assert "se guardó" in officer.locator("body").inner_text()

    # Sent, read with its report, approved.
    wait_for_checks(live_portal, OFFICER, NAME)
    sent = call(live_portal, OFFICER, "publication_submit", id=NAME)
    assert sent.get("status") == "en_revision", sent
    assert "Calidad de los archivos" in text(reviewer, f"/dataset/{NAME}/publicacion")
    look(reviewer, "05-review")
    text(reviewer, f"{page}/calidad")
    look(reviewer, "06-report-of-the-reviewer")
    approved = call(live_portal, REVIEWER, "publication_approve", id=NAME, revision_id=sent["revision_id"])
    assert approved.get("status") == "publicado", approved

    # Everybody sees what is in the table, and nobody who.
    said = text(visitor, page)
    assert "monto" in said and "Quispe" not in said
    look(visitor, "07-resource-of-a-visitor")
    assert "Quispe" not in visitor.request.get(f"{page}/download/beneficiarios.csv").text()
    text(visitor, f"{page}/calidad")
    look(visitor, "08-report-of-a-visitor")
    live_portal.ckan("gobierno-abierto", "score", NAME)
    assert "405" in text(visitor, f"/dataset/{NAME}/calidad")
    look(visitor, "09-score")
    text(visitor, "/calidad")
    look(visitor, "10-overview")
    text(visitor, "/organization/ine/calidad")
    look(visitor, "11-organization")

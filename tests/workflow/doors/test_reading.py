"""What is not public is given to nobody outside, by no action and by no address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.logic import _actions

from tests.workflow.browsing import Visit
from tests.workflow.doors.asking import REFUSED, Table, calls, doors, outcome
from tests.workflow.doors.scene import INSIDERS, OUTSIDERS, Planted
from tests.workflow.doors.visiting import addresses, registered

pytestmark = pytest.mark.gated


def test_every_action_is_listed(rolled_back_db: None) -> None:
    tk.get_action("package_show")
    listed = [name for names in doors("actions").values() for name in names]
    assert len(listed) == len(set(listed)), "listed twice"
    assert set(_actions) - set(listed) == set(), "decide whether they read or write: tests/workflow/doors/actions.yaml"
    assert set(listed) - set(_actions) == set(), "there is no such action any more"


def test_every_route_is_listed(app: Any, rolled_back_db: None) -> None:
    listed = [name for names in doors("routes").values() for name in names]
    known = registered(app.flask_app.url_map)
    assert len(listed) == len(set(listed)), "listed twice"
    assert known - set(listed) == set(), "decide whether they read or write: tests/workflow/doors/routes.yaml"
    assert set(listed) - known == set(), "there is no such route any more"


@pytest.fixture
def asked(app: Any, planted: Planted) -> Iterator[None]:
    """Some of CKAN's actions look at the request."""
    with app.flask_app.test_request_context("/"):
        yield


def test_no_action_sings(planted: Planted, asked: None, record_property: Callable[[str, object], None]) -> None:
    """Every call that reads, by a stranger, who may more than a visitor; the first of each by everybody."""
    heard, count, table = [], 0, Table("reads")
    for action, entries in doors("actions")["reads"].items():
        for role in (*OUTSIDERS, *INSIDERS):
            signs: dict[str, set[str]] = {}
            every = role == "stranger"
            for kind, parameters in calls(planted, entries if every else entries[:1], None if every else {}):
                sign, answer = outcome(planted, action, role, parameters)
                signs.setdefault(kind, set()).add(sign)
                count += 1
                if role in OUTSIDERS and (found := planted.heard(answer, str(parameters), sign in (REFUSED, "0"))):
                    heard.append(f"{role}: {action}({parameters}): {sorted(found)}")
            table.put(action, role, signs)
    record_property("doors", len(table.rows))
    record_property("calls", count)
    assert not heard, "\n".join(heard)
    differences = table.differences()
    assert not differences, "\n".join(["reads.csv says otherwise of:", *differences])


@pytest.mark.parametrize("who", [None, "citizen"])
def test_no_page_sings(planted: Planted, app: Any, who: str | None, record_property: Callable[..., None]) -> None:
    """Every address that the portal answers to a GET, with every subject in every place."""
    visit, heard, seen = Visit(planted.scene, app), [], set()
    for door, queries in doors("routes")["reads"].items():
        for url in addresses(planted, door.removeprefix("GET "), queries):
            if url in seen:
                continue
            seen.add(url)
            try:
                answer = app.get(url, headers=visit.as_(who), follow_redirects=False)
            except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError, AssertionError):
                # CKAN's own page does not catch what its action refuses; a server answers 500 and nothing of it.
                continue
            text = answer.get_data(as_text=True) + str(answer.headers)
            if found := planted.heard(text, url, answer.status_code >= 400):
                heard.append(f"{url} ({answer.status_code}): {sorted(found)}")
    record_property("addresses", len(seen))
    assert len(seen) > 350
    assert not heard, "\n".join(heard)


def test_the_canaries_can_be_heard(planted: Planted) -> None:
    """The entity itself reads each of them, so the silence above means something."""
    read = ("package_show", "publication_revision_show", "datastore_search", "resource_view_list", "activity_show")
    known = doors("actions")["reads"]
    text = "".join(
        outcome(planted, action, "author", parameters)[1]
        for action in (*read, "publication_show", "publication_audit_list")
        for _kind, parameters in calls(planted, known[action])
    )
    planted_words = {
        "borradortitulo", "borradornotas", "borradoretiqueta", "borradorarchivo", "borradordetalle", "borradorcelda",
        "borradorcolumna", "enlace", "formato", "vista", "previotitulo", "propuesto", "notapropuesta", "nuevo",
        "etiquetapropuesta", "retiradocelda", "retiradotitulo", "notadeenvio", "comentario",
    }  # fmt: skip
    assert {f"canario{word}" for word in planted_words} - planted.heard(text, "") == set()
    assert planted.secrets

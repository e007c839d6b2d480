"""The page and the API of one's own notices."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.gobierno_abierto.workflow import notifications
from ckanext.gobierno_abierto.workflow.logic import notices, notices_auth

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]

PASSWORD = "correcto caballo 9"


def person() -> dict[str, Any]:
    return dict(factories.User(name=f"persona-{uuid4().hex[:10]}", password=PASSWORD))


def tell(who: dict[str, Any], number: int = 1, **arguments: Any) -> None:
    for turn in range(number):
        notifications.notify("observado", None, [who["id"]], **{"title": f"Conjunto {turn}", **arguments})


def signed_in(app: Any, who: dict[str, Any]) -> Any:
    app.post("/user/login", data={"login": who["name"], "password": PASSWORD}, follow_redirects=False)
    return app


def as_user(who: dict[str, Any] | None) -> dict[str, Any]:
    return {"user": who["name"] if who else "", "ignore_auth": False}


def listed(who: dict[str, Any], **data: Any) -> dict[str, Any]:
    return dict(notices.publication_notice_list(as_user(who), data))


def ids_of(who: dict[str, Any]) -> list[int]:
    return [notice["id"] for notice in listed(who)["results"]]


@pytest.fixture
def spanish(app: Any) -> Any:
    with app.flask_app.test_request_context():
        yield


def test_a_list_of_one_s_own(spanish: None) -> None:
    ana, luis = person(), person()
    tell(ana, 3)
    tell(luis)
    answer = listed(ana, limit=2, offset="1")
    assert (answer["count"], answer["unread"]) == (3, 3)
    assert [notice["subject"] for notice in answer["results"]] == [
        "Piden cambios: «Conjunto 1»",
        "Piden cambios: «Conjunto 0»",
    ]
    assert listed(ana, limit=0)["results"] == []
    assert listed(luis)["count"] == 1


@pytest.mark.parametrize("ids,left", [(None, 0), ("first", 2), ([], 3), ("strangers", 3), ("first as text", 2)])
def test_marking_one_s_own(spanish: None, ids: Any, left: int) -> None:
    ana, luis = person(), person()
    tell(ana, 3)
    tell(luis)
    first = ids_of(ana)[0]
    sent = {"first": [first], "first as text": str(first), "strangers": ids_of(luis)}.get(ids, ids) if ids else ids
    answer = notices.publication_notice_read(as_user(ana), {} if sent is None else {"ids": sent})
    assert answer == {"read": 3 - left, "unread": left}
    assert listed(luis)["unread"] == 1


BAD_NUMBERS = ["-1", "1.5", "x", "", "²", True, None, [1], "9" * 30, "9" * 5000, 101]


@pytest.mark.parametrize("value", BAD_NUMBERS, ids=lambda v: repr(v)[:12])
def test_bad_pages_are_told(spanish: None, value: Any) -> None:
    with pytest.raises(tk.ValidationError, match="«limit» debe ser un número entero de 0 a 100"):
        listed(person(), limit=value)


@pytest.mark.parametrize(
    "ids", [["x"], [-1], [None], [[1]], {"a": 1}, "1,2", [1, "zz"], [10**30], [1.5], True, ["9" * 5000]], ids=repr
)
def test_bad_ids_are_told_and_nothing_is_marked(spanish: None, ids: Any) -> None:
    ana = person()
    tell(ana)
    with pytest.raises(tk.ValidationError, match="«ids» debe ser una lista"):
        notices.publication_notice_read(as_user(ana), {"ids": ids})
    assert listed(ana)["unread"] == 1


@pytest.mark.parametrize("action", notices.__all__)
def test_visitors_have_no_notices(spanish: None, action: str) -> None:
    assert hasattr(notices_auth, action)
    with pytest.raises(tk.NotAuthorized):
        getattr(notices, action)(as_user(None), {})
    with pytest.raises(tk.NotAuthorized):
        getattr(notices, action)({"ignore_auth": True}, {})


def test_a_visitor_signs_in_first(app: Any) -> None:
    for answer in (
        app.get("/avisos", follow_redirects=False),
        app.post("/avisos/leidos", follow_redirects=False),
    ):
        assert answer.status_code == 302
        assert "/user/login?came_from=/avisos" in answer.location.replace("%2F", "/")


def test_the_page_tells_and_marks(app: Any) -> None:
    ana, luis = person(), person()
    dataset = factories.Dataset()
    notifications.notify("publicado", dataset["id"], [ana["id"]], title="Agua <script>", name=dataset["name"])
    tell(ana, reason="Primero\nSegundo <b>", comments=[{"where": "Campo «Título»", "text": "Corto"}])
    tell(luis, title="Ajeno")
    signed_in(app, ana)
    body = app.get("/avisos").body
    assert body.count("<h1") == 1 and "2 avisos sin leer" in body
    assert "Ajeno" not in body and "Agua &lt;script&gt;" in body
    assert f'href="/dataset/{dataset["name"]}/publicacion"' in body
    assert "Primero<br>Segundo &lt;b&gt;" in body
    assert "<strong>Campo «Título»:</strong> Corto" in body
    assert body.index("Conjunto 0") < body.index("Agua")

    first = re.findall(r'id="aviso-(\d+)"', body)[0]
    body = app.post("/avisos/leidos", data={"id": first, "page": "1"}).body
    assert "1 aviso sin leer" in body
    body = app.post("/avisos/leidos", data={"id": ""}).body
    assert "1 aviso sin leer" in body, "a form with an empty number marks nothing"
    body = app.post("/avisos/leidos").body
    assert "sin leer" not in body and "Sin leer" not in body
    assert notifications.unread_count(luis["id"]) == 1


def test_the_form_needs_its_token(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = person()
    tell(ana)
    signed_in(app, ana)
    assert 'name="_csrf_token"' in app.get("/avisos").body
    monkeypatch.setitem(app.flask_app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setattr(app.flask_app.extensions["csrf"], "_exempt_views", set())
    assert app.post("/avisos/leidos").status_code == 400
    assert notifications.unread_count(ana["id"]) == 1


def test_pages_of_twenty(app: Any) -> None:
    ana = person()
    signed_in(app, ana)
    assert "Todavía no tiene avisos." in app.get("/avisos").body
    tell(ana, 41)
    shown = [
        re.findall(r"Conjunto (\d+)»</h2>|Conjunto (\d+)»\s*</h2>", app.get(f"/avisos?page={n}").body)
        for n in (1, 2, 3)
    ]
    assert [len(page) for page in shown] == [20, 20, 1]
    body = app.get("/avisos?page=2").body
    assert 'rel="prev" href="/avisos?page=1"' in body and 'rel="next" href="/avisos?page=3"' in body
    assert "Página 2 de 3" in body
    for page, status in (("99999999999999999999", 200), ("0", 400), ("x", 400), ("-1", 400)):
        assert app.get(f"/avisos?page={page}").status_code == status, page


def test_the_page_in_english(app: Any) -> None:
    ana = person()
    tell(ana)
    signed_in(app, ana)
    body = app.get("/en/avisos").body
    assert '<html lang="en"' in body
    assert 'action="/en/avisos/leidos"' in body

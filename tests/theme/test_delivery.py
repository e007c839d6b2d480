"""Compression and cache lifetimes."""

from __future__ import annotations

from typing import Any

import brotli
import ckan.tests.factories as factories
import pytest

from ckanext.gobierno_abierto.theme.caching import DAY, YEAR, cache_control

SHEET = "/gobierno_abierto/portal.css"
ACCEPT = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize(
    "endpoint,versioned,status,expected",
    [
        ("static", True, 200, f"public, max-age={YEAR}, immutable"),
        ("static", True, 304, f"public, max-age={YEAR}, immutable"),
        ("static", False, 200, f"public, max-age={DAY}"),
        ("webassets.index", False, 200, f"public, max-age={YEAR}, immutable"),
        ("static", True, 404, None),
        ("dataset.read", True, 200, None),
        (None, False, 404, None),
    ],
)
def test_cache_control(endpoint: str | None, versioned: bool, status: int, expected: str | None) -> None:
    assert cache_control(endpoint, versioned, status) == expected


@pytest.mark.portal
def test_files_are_compressed_and_kept(app: Any) -> None:
    answer = app.get(f"{SHEET}?v=1", headers=ACCEPT)
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == f"public, max-age={YEAR}, immutable"
    assert b"--ga-green" in brotli.decompress(answer.data)
    again = app.get(f"{SHEET}?v=1", headers={**ACCEPT, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data


@pytest.mark.portal
def test_a_part_of_a_file_is_sent_as_it_is(app: Any) -> None:
    answer = app.get(SHEET, headers={**ACCEPT, "Range": "bytes=0-99"})
    assert answer.status_code == 206 and len(answer.data) == 100
    assert "Content-Encoding" not in answer.headers


@pytest.mark.portal
def test_pages_with_a_form_token_are_not_compressed(app: Any) -> None:
    """A reader's page has no token and is compressed; a signed-in user's has one and is not (BREACH)."""
    anonymous = app.get("/about", headers=ACCEPT)
    assert anonymous.headers["Content-Encoding"] == "br"
    assert b"_csrf_token" not in brotli.decompress(anonymous.data)
    user = factories.User(password="una-clave-larga-1")
    app.post("/user/login", data={"login": user["name"], "password": "una-clave-larga-1"})
    assert "Content-Encoding" not in app.get("/about", headers=ACCEPT).headers


@pytest.mark.portal
def test_a_reader_gets_no_cookie(app: Any) -> None:
    for path in ("/", "/about", "/dataset/", "/desarrolladores"):
        assert "Set-Cookie" not in app.get(path).headers, path


@pytest.mark.portal
def test_the_api_is_compressed(app: Any) -> None:
    answer = app.get("/api/3/action/help_show?name=package_search", headers=ACCEPT)
    assert answer.headers["Content-Encoding"] == "br"
    assert b'"success": true' in brotli.decompress(answer.data)


@pytest.mark.portal
def test_pages_may_not_ask_other_hosts(app: Any) -> None:
    policy = app.get("/about").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "http" not in policy
    assert "Content-Security-Policy" not in app.get("/api/3/action/status_show").headers


@pytest.mark.portal
@pytest.mark.ckan_config("gobierno_abierto.theme.content_security_policy", "")
def test_the_policy_can_be_turned_off(app: Any) -> None:
    assert "Content-Security-Policy" not in app.get("/about").headers

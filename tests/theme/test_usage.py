"""Reads are counted per dataset and day, and say nothing about readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import ckan.tests.factories as factories
import pytest
from ckan.lib.redis import connect_to_redis

from ckanext.gobierno_abierto.common import clock
from ckanext.gobierno_abierto.theme import usage

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


@pytest.fixture
def no_reads(portal_plugins: None, app: Any, rolled_back_db: None) -> Iterator[None]:
    """Redis without counts, before and after."""

    def forget() -> None:
        redis = connect_to_redis()
        for back in range(usage.KEPT_DAYS + 1):
            redis.delete(usage.day_key(clock.today() - timedelta(days=back)))

    forget()
    yield
    forget()


@pytest.mark.parametrize(
    "agent,robot",
    [
        ("", True),
        ("Googlebot/2.1", True),
        ("curl/8.0", True),
        ("python-requests/2.32", True),
        (BROWSER["User-Agent"], False),
    ],
)
def test_robots_say_so(agent: str, robot: bool) -> None:
    assert usage.is_robot(agent) is robot


@pytest.mark.portal
def test_reads_are_counted_and_ranked(no_reads: None, app: Any) -> None:
    organization = factories.Organization()
    often, once = (factories.Dataset(owner_org=organization["id"], private=False) for _ in range(2))
    for _ in range(3):
        app.get(f"/dataset/{often['name']}", headers=BROWSER)
    app.get(f"/dataset/{once['name']}", headers=BROWSER)
    app.get(f"/dataset/{once['name']}", headers={"User-Agent": "curl/8.0"})
    assert usage.most_used(5) == [(often["id"], 3), (once["id"], 1)]


@pytest.mark.portal
def test_nothing_but_id_and_number_is_kept(no_reads: None, app: Any) -> None:
    organization = factories.Organization()
    dataset = factories.Dataset(owner_org=organization["id"], private=False)
    app.get(f"/dataset/{dataset['name']}", headers=BROWSER, environ_overrides={"REMOTE_ADDR": "10.9.8.7"})
    key = usage.day_key(clock.today())
    assert connect_to_redis().zrange(key, 0, -1, withscores=True) == [(dataset["id"].encode(), 1.0)]
    assert 0 < connect_to_redis().ttl(key) <= usage.KEPT_DAYS * 24 * 3600


@pytest.mark.portal
def test_what_not_everybody_may_see_is_not_counted(no_reads: None, app: Any) -> None:
    user = factories.Sysadmin(password="una-clave-larga-1")
    organization = factories.Organization()
    dataset = factories.Dataset(owner_org=organization["id"], private=True)
    app.post("/user/login", data={"login": user["name"], "password": "una-clave-larga-1"})
    assert app.get(f"/dataset/{dataset['name']}", headers=BROWSER).status_code == 200
    assert usage.most_used(5) == []

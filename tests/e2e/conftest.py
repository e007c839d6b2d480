"""A real portal for the browser: gunicorn, job worker, seeded databases of its own, started once per session."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import redis
from ckan.common import config
from psycopg2 import sql

from bin._portal import ckan_command, ports
from bin._portal.commands import Account, read_accounts
from bin._portal.console import Failure
from bin._portal.paths import Paths, clone_root
from bin._portal.services import DATABASE_VARIABLE, READ_VARIABLE, REDIS_VARIABLE, WRITE_VARIABLE, Services
from bin._portal.web import Web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = clone_root()
SCREENSHOTS = ROOT / "var" / "screenshots"
FIRST_PORT = 5180
HOST = "127.0.0.1"
#: Besides headless: no sandbox (tests may run as root) and nothing that the browser would do on its own account.
BROWSER_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGE_SECONDS = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder carries the mark `e2e`: `pytest -m "not e2e"` leaves them out."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True)
class LivePortal:
    """Where the running portal is, who may log in, and what runs it."""

    url: str
    accounts: tuple[Account, ...]
    services: Services
    command: ckan_command.CkanCommand
    web: Web

    def account(self, name: str) -> Account:
        """The demonstration account of that user name.

        :raises KeyError: when the demonstration has none.
        """
        return {account.name: account for account in self.accounts}[name]

    def ckan(self, *arguments: str) -> str:
        """The output of a `ckan` command on this portal."""
        return self.command.run(" ".join(arguments), *arguments)


def own_database(url: str) -> tuple[str, bool]:
    """Make a database beside the one of `url`, named after it; returns its URL and whether it is migrated already.

    It is a copy of the migrated one that bin/test keeps, or empty where there is none.
    """
    shared = urlsplit(url).path.lstrip("/")
    name = f"{shared}_e2e"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute("SELECT datname FROM pg_database WHERE datname = %s", (f"{shared}_migrated",))
        migrated = cursor.fetchone()
        template = sql.Identifier(migrated[0] if migrated else "template0")
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    connection.close()
    return renamed(url, name), migrated is not None


def renamed(url: str, database: str) -> str:
    """`url` with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def own_redis(url: str) -> str:
    """Another database of the same Redis, emptied: the other tests empty theirs at any time."""
    number = int(re.sub(r"\D", "", urlsplit(url).path) or 0)
    own = urlunsplit(urlsplit(url)._replace(path=f"/{(number + 32) % 64}"))
    redis.from_url(own).flushdb()
    return own


def own_services() -> tuple[dict[str, str], bool]:
    """Databases for this session, beside those that the other tests use; whether their tables are there."""
    database, migrated = own_database(config["sqlalchemy.url"])
    write, permitted = own_database(config["ckan.datastore.write_url"])
    named = {
        DATABASE_VARIABLE: database,
        WRITE_VARIABLE: write,
        READ_VARIABLE: renamed(config["ckan.datastore.read_url"], urlsplit(write).path.lstrip("/")),
        REDIS_VARIABLE: own_redis(config["ckan.redis.url"]),
    }
    return named, migrated and permitted


@pytest.fixture(scope="session")
def live_portal() -> Iterator[LivePortal]:
    """The whole portal as bin/portal runs it, with the demonstration's data and accounts."""
    named, migrated = own_services()
    folder = f"live-{urlsplit(named[DATABASE_VARIABLE]).path.lstrip('/')}"
    paths = Paths(ROOT, ROOT / "var" / "test" / folder, Path(sys.prefix))
    shutil.rmtree(paths.var, ignore_errors=True)
    services = Services(paths, named)
    command = ckan_command.CkanCommand(services, paths.ini)
    web = Web(services, command)
    port = ports.choose(None, int(os.environ.get("PORTAL_E2E_PORT") or FIRST_PORT))
    url = f"http://{HOST}:{port}"
    services.configure(url, {})
    try:
        if not migrated:
            ckan_command.migrate(command)
        ckan_command.translate(command)
        ckan_command.seed(command)
        worker = web.start_worker()
        web.wait(HOST, port, web.start(HOST, port))
        web.check_worker(worker)
        accounts = tuple(read_accounts(paths.accounts))
        yield LivePortal(url, accounts, services, command, web)
    except Failure as failure:
        pytest.fail(failure.report(), pytrace=False)
    finally:
        web.stop()


@pytest.fixture
def context(browser: Browser, live_portal: LivePortal) -> Iterator[BrowserContext]:
    """A visitor: no cookies, Spanish, a desktop window. Relative addresses are the live portal's."""
    visitor = browser.new_context(
        base_url=live_portal.url, locale="es-BO", viewport={"width": 1280, "height": 900}, accept_downloads=True
    )
    visitor.set_default_timeout(PAGE_SECONDS * 1000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of that visitor. When the test fails, what it showed is kept in var/screenshots."""
    opened = context.new_page()
    failures = request.session.testsfailed
    yield opened
    if request.session.testsfailed > failures:
        take(opened, f"failed-{request.node.name}")


def take(page: Page, name: str, **options: Any) -> Path:
    """A screenshot of the whole page in var/screenshots; returns its path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', name)}.png"
    page.screenshot(path=path, full_page=True, **options)
    return path


@pytest.fixture
def screenshot(page: Page, request: pytest.FixtureRequest) -> Any:
    """`screenshot("name")` keeps the page as var/screenshots/<test>-name.png."""

    def keep(name: str, **options: Any) -> Path:
        return take(page, f"{request.node.name}-{name}", **options)

    return keep


@pytest.fixture
def log_in(page: Page) -> Any:
    """`log_in(account)` through the login form."""

    def enter(account: Account) -> None:
        page.goto("/user/login")
        page.fill("input[name=login]", account.name)
        page.fill("input[name=password]", account.password)
        page.click("form:has(input[name=password]) [type=submit]")
        page.wait_for_url(lambda address: "/user/login" not in address)

    return enter

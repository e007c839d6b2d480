"""The pieces below CKAN: PostgreSQL and Redis of our own, or the ones that the environment names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property

from . import system
from .configuration import render
from .console import Failure, say, step
from .paths import Paths
from .postgres import PORTAL_SETTINGS, TEST_SETTINGS, Cluster
from .processes import Daemons
from .redis_server import RedisServer
from .state import State, load_secrets, write_private
from .venv import Venv

DATABASE_VARIABLE = "CKAN_SQLALCHEMY_URL"
WRITE_VARIABLE = "CKAN_DATASTORE_WRITE_URL"
READ_VARIABLE = "CKAN_DATASTORE_READ_URL"
REDIS_VARIABLE = "CKAN_REDIS_URL"
SERVICE_VARIABLES = (DATABASE_VARIABLE, WRITE_VARIABLE, READ_VARIABLE, REDIS_VARIABLE)

CKAN_USER = "ckan"
READ_USER = "datastore_read"


class Services:
    """What one clone runs on. `named` is the environment: a service that it names is used and not started."""

    def __init__(self, paths: Paths, named: Mapping[str, str] | None = None, tests: bool = False) -> None:
        self.paths = paths
        self.tests = tests
        self.named = os.environ if named is None else named
        paths.make()
        self.state = State(paths.var / "state.json")
        self.secrets = load_secrets(paths.var / "secrets.json")
        self.daemons = Daemons(paths.run, paths.logs)
        self.venv = Venv(paths)
        if bool(self.named.get(WRITE_VARIABLE)) != bool(self.named.get(READ_VARIABLE)):
            raise Failure(
                f"el entorno nombra solo una de {WRITE_VARIABLE} y {READ_VARIABLE}", "defina las dos o ninguna"
            )

    @cached_property
    def cluster(self) -> Cluster:
        """Our PostgreSQL, started or not."""
        settings = TEST_SETTINGS if self.tests else PORTAL_SETTINGS
        return Cluster(self.paths, self.state, self.daemons, settings, self.secrets["database_admin"])

    @cached_property
    def redis(self) -> RedisServer:
        """Our Redis, started or not."""
        return RedisServer(self.paths, self.state, self.daemons, self.secrets["redis"])

    @property
    def own_database(self) -> bool:
        return not self.named.get(DATABASE_VARIABLE)

    @property
    def own_datastore(self) -> bool:
        return not self.named.get(WRITE_VARIABLE)

    @property
    def own_postgres(self) -> bool:
        return self.own_database or self.own_datastore

    @property
    def own_redis(self) -> bool:
        return not self.named.get(REDIS_VARIABLE)

    def configuration(self, url: str) -> dict[str, str]:
        """The values of the configuration template's places, for a portal reached at `url`."""
        urls = self.urls()
        return {
            "SITE_URL": url,
            "SECRET_SESSION": self.secrets["session"],
            "SECRET_CSRF": self.secrets["csrf"],
            "SECRET_API_TOKEN": self.secrets["api_token"],
            "DATABASE_URL": urls[DATABASE_VARIABLE],
            "DATASTORE_WRITE_URL": urls[WRITE_VARIABLE],
            "DATASTORE_READ_URL": urls[READ_VARIABLE],
            "REDIS_URL": urls[REDIS_VARIABLE],
            "STORAGE": str(self.paths.storage),
            "WEBASSETS": str(self.paths.var / "webassets"),
            "COOKIE_SECURE": str(url.startswith("https:")).lower(),
        }

    def configure(self, url: str, options: Mapping[str, str]) -> bool:
        """Write the configuration; False when it was already so."""
        text = render(self.paths.root, self.configuration(url), options)
        if self.paths.ini.exists() and self.paths.ini.read_text(encoding="utf-8") == text:
            return False
        write_private(self.paths.ini, text)
        return True

    def external(self) -> dict[str, str]:
        """The services that are others': variable -> address."""
        return {name: self.named[name] for name in SERVICE_VARIABLES if self.named.get(name)}

    @property
    def suffix(self) -> str:
        """The tests' databases bear it in their names."""
        return "_test" if self.tests else ""

    def urls(self) -> dict[str, str]:
        """The addresses that CKAN connects to, by environment variable."""
        ours = self.secrets
        own = {
            DATABASE_VARIABLE: lambda: self.cluster.url(CKAN_USER, ours["database_ckan"], f"ckan{self.suffix}"),
            WRITE_VARIABLE: lambda: self.cluster.url(CKAN_USER, ours["database_ckan"], f"datastore{self.suffix}"),
            READ_VARIABLE: lambda: self.cluster.url(
                READ_USER, ours["database_datastore_read"], f"datastore{self.suffix}"
            ),
            REDIS_VARIABLE: lambda: self.redis.url,
        }
        return {name: self.named.get(name) or make() for name, make in own.items()}

    def prepare_machine(self, browser: bool = False) -> None:
        """System packages and the virtual environment."""
        needs = [*system.running(self.own_postgres, self.own_redis)]
        if not self.venv.is_ready(self.tests):
            needs += system.building()
        if browser:
            needs += system.browser()
        missing = system.missing(iter(needs))
        with step("Paquetes del sistema") as current:
            current.result = "completos"
            if missing:
                system.install(missing, self.paths)
                current.result = "instalados: " + ", ".join(need.what for need in missing)
        with step("Paquetes de Python (.venv)") as current:
            current.result = self.venv.prepare(self.tests)

    def start(self) -> None:
        """Start our PostgreSQL and Redis and make our databases; say which services are others'."""
        for variable in (DATABASE_VARIABLE, WRITE_VARIABLE, REDIS_VARIABLE):
            if self.named.get(variable):
                say(f"  Se usa el servicio que nombra {variable}")
        if self.own_postgres:
            with step("PostgreSQL") as current:
                current.result = self.cluster.start()
            with step("Usuarios y bases de datos"):
                self._make_databases()
        if self.own_redis:
            with step("Redis") as current:
                current.result = self.redis.start()

    def _make_databases(self) -> None:
        password = self.secrets["database_ckan"]
        if self.own_database:
            self.cluster.ensure_database(f"ckan{self.suffix}", CKAN_USER, password, create_databases=self.tests)
        if self.own_datastore:
            self.cluster.ensure_database(f"datastore{self.suffix}", CKAN_USER, password, create_databases=self.tests)
            self.cluster.ensure_role(READ_USER, self.secrets["database_datastore_read"])

    def stop(self) -> list[str]:
        """Stop ours, Redis first; returns the names of what was up."""
        stopped = []
        if self.redis.stop():
            stopped.append("Redis")
        if self.cluster.stop():
            stopped.append("PostgreSQL")
        return stopped

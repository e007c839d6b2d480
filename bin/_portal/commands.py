"""What each subcommand of bin/portal does, from the pieces."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import ckan_command, system
from .ckan_command import CkanCommand
from .configuration import read_options
from .console import Failure, log_tail, say, step
from .paths import Paths
from .services import DATABASE_VARIABLE, REDIS_VARIABLE, WRITE_VARIABLE, Services
from .state import State, locked
from .web import Web, front_page, local_address, site_url

DEFAULT_PORT = 5000
DEFAULT_HOST = "127.0.0.1"
LOG_NAMES = ("web", "worker", "postgres", "redis", "ckan-command", "pip", "apt", "initdb")


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What people type, unless CKAN_SITE_URL says otherwise."""
        return os.environ.get("CKAN_SITE_URL") or site_url(self.host, self.port)


class Portal:
    """One clone's portal."""

    def __init__(self, root: Path, starting: bool = False) -> None:
        """`starting`: the environment alone says which services are others'; later commands remember it."""
        paths = Paths.of_portal(root)
        paths.make()
        remembered = {} if starting else State(paths.var / "state.json").get("external", {})
        self.services = Services(paths, {**remembered, **os.environ})
        self.paths = self.services.paths
        self.command = CkanCommand(self.services, self.paths.ini)
        self.web = Web(self.services, self.command)

    def address(self, host: str | None = None, port: int | None = None) -> Address:
        """Where it listens: as asked, else as last time, else 127.0.0.1:5000."""
        state = self.services.state
        return Address(
            host or state.get("web_host") or DEFAULT_HOST, port or int(state.get("web_port") or 0) or DEFAULT_PORT
        )

    def up(self, host: str | None, port: int | None) -> int:
        """Prepare and start whatever is not yet there; print the address and the accounts."""
        started = time.monotonic()
        say("Portal de datos abiertos: arranque")
        with locked(self.paths.var / "lock"):
            # Read again: another `up` may have worked while this one waited.
            self.services.state.reload()
            address = self.address(host, port)
            self._leave_old_address(address)
            if not self.web.running():
                self.web.check_port(address.host, address.port)
            self.services.state.put("web_host", address.host)
            self.services.state.put("web_port", address.port)
            self.services.prepare_machine()
            self.services.state.put("external", self.services.external())
            self.services.start()
            with step("Configuración (var/ckan.ini)") as current:
                options = read_options(self.paths.var / "options.ini")
                current.result = "escrita" if self.services.configure(address.url, options) else "al día"
            ckan_command.migrate(self.command)
            ckan_command.translate(self.command)
            ckan_command.seed(self.command)
            self._start_web(address)
        say(f"Listo en {time.monotonic() - started:.1f} s.")
        say()
        self.print_address(address)
        return 0

    def _leave_old_address(self, address: Address) -> None:
        """A server that runs on another address is stopped; its configuration names the old one."""
        if self.web.running() and self.address() != address:
            with step("Cambio de dirección"):
                self.web.stop()

    def _start_web(self, address: Address) -> None:
        stamp = self._code_stamp()
        if self.web.running() and self.services.state.get("web_stamp") != stamp:
            with step("Nueva versión: se reinicia"):
                self.web.stop()
        worker = None
        with step("Tareas y programador") as current:
            current.result = "ya estaba en marcha"
            if not self.web.worker_running():
                worker = self.web.start_worker()
                current.result = "iniciado"
        with step("Servidor web") as current:
            current.result = "ya estaba en marcha"
            server = None
            if not self.web.running():
                server = self.web.start(address.host, address.port)
                current.result = "la portada responde"
            self.web.wait(address.host, address.port, server)
            if worker is not None:
                self.web.check_worker(worker)
        self.services.state.put("web_stamp", stamp)

    def _code_stamp(self) -> str:
        """Changes when a running server no longer shows what is on the disk: code, configuration, packages."""
        files = ckan_command.sources(self.paths.root, "ckanext/**/*.py", "ckanext/**/*.yaml", "schemas/**/*.yaml")
        return ckan_command.stamp_of(self.services.venv.stamp(False), files=[*files, self.paths.ini])

    def print_address(self, address: Address) -> None:
        """The URL and the demonstration accounts."""
        say(f"  {address.url}")
        accounts = read_accounts(self.paths.accounts)
        if not accounts:
            return
        say()
        roles = max(len(account.role) for account in accounts)
        names = max(len(account.name) for account in accounts)
        for account in accounts:
            say(f"  {account.role:<{roles}}  {account.name:<{names}}  {account.password}")
        say()
        say(f"  (cuentas de muestra; con la clave de API, en {self.paths.accounts})")

    def down(self) -> int:
        """Stop what this clone started, the newest first."""
        with locked(self.paths.var / "lock"):
            stopped = []
            with step("Servidor web y tareas") as current:
                stopped += self.web.stop()
                current.result = ", ".join(stopped) or "no estaban en marcha"
            with step("Redis y PostgreSQL") as current:
                below = self.services.stop()
                current.result = ", ".join(below) or "no estaban en marcha"
        say("Detenido." if stopped or below else "No había nada en marcha.")
        return 0

    def reset(self, confirmed: bool) -> int:
        """Stop everything and delete the data of this clone; asks first."""
        kept = "var/options.ini y .venv se conservan"
        if not confirmed:
            if not sys.stdin.isatty():
                raise Failure("reset borra todos los datos y no hay quien confirme", "repita con --yes")
            answer = input(
                f"Se borrarán la base de datos y los archivos de {self.paths.var} ({kept}). ¿Continuar? [s/N] "
            )
            if answer.strip().lower() not in ("s", "si", "sí", "y", "yes"):
                say("No se borró nada.")
                return 1
        self.down()
        with locked(self.paths.var / "lock"), step("Borrar los datos"):
            self.services.cluster.remove()
            for entry in self.paths.var.iterdir():
                if entry.name in ("options.ini", "lock", "test"):
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
        return 0

    def status(self) -> int:
        """Processes, address, versions and health; 0 when everything that should run runs and answers."""
        address = self.address()
        services = self.services
        pieces = [("Servidor web", self.web.running()), ("Tareas y programador", self.web.worker_running())]
        if services.own_postgres:
            pieces.append(("PostgreSQL", services.cluster.running()))
        if services.own_redis:
            pieces.append(("Redis", services.redis.running()))
        healthy = True
        for name, identity in pieces:
            healthy = healthy and identity is not None
            say(f"  {name:<22} {f'en marcha (proceso {identity.pid})' if identity else 'DETENIDO'}")
        for variable in (DATABASE_VARIABLE, WRITE_VARIABLE, REDIS_VARIABLE):
            if services.named.get(variable):
                say(f"  {variable:<22} servicio externo")
        if self.web.running():
            status, detail = front_page(local_address(address.host), address.port)
            healthy = healthy and status == 200
            say(f"  {'Portada':<22} {status or detail}")
        say(f"  {'Dirección':<22} {address.url}")
        for name, version in self.versions():
            say(f"  {name:<22} {version}")
        return 0 if healthy else 3

    def versions(self) -> list[tuple[str, str]]:
        """Names and versions of what the portal is made of."""
        found = [("Python", sys.version.split()[0])]
        code = (
            "from importlib.metadata import version as v;print(v('ckanext-gobierno_abierto'), v('ckan'), v('gunicorn'))"
        )
        if self.paths.python.exists():
            answer = subprocess.run([self.paths.python, "-c", code], capture_output=True, text=True, check=False)
            names = ("ckanext-gobierno_abierto", "CKAN", "gunicorn")
            found += list(zip(names, answer.stdout.split(), strict=False))
        folders = system.postgres_folders()
        if self.services.own_postgres and folders:
            found.append(("PostgreSQL", str(system.postgres_major(folders[0]))))
        redis = system.redis_program()
        if self.services.own_redis and redis:
            answer = subprocess.run([redis, "--version"], capture_output=True, text=True, check=False)
            match = re.search(r"v=(\S+)", answer.stdout)
            found.append(("Redis", match.group(1) if match else "?"))
        return found

    def logs(self, name: str | None, follow: bool) -> int:
        """The last lines of one log, or of each; with `follow`, as they come."""
        names = [name] if name else [each for each in LOG_NAMES if self.services.daemons.log(each).exists()]
        files = [self.services.daemons.log(each) for each in names]
        missing = [str(file) for file in files if not file.exists()]
        if missing:
            raise Failure(f"no existe {missing[0]}", f"los registros son: {', '.join(LOG_NAMES)}")
        if follow:
            return subprocess.run(["tail", "-n", "20", "-F", *map(str, files)], check=False).returncode
        for file in files:
            say(f"==> {file} <==")
            for line in log_tail(file, 200 if name else 10):
                say(line)
        return 0

    def ckan(self, arguments: list[str]) -> int:
        """CKAN's command in place of this process, on the portal's configuration."""
        if not self.paths.ini.exists() or not self.paths.python.exists():
            raise Failure("el portal aún no está preparado", "ejecute primero `bin/portal up`")
        services = self.services
        if (services.own_postgres and not services.cluster.running()) or (
            services.own_redis and not services.redis.running()
        ):
            raise Failure("el portal no está en marcha", "ejecute primero `bin/portal up`")
        program = [*self.command.program, *arguments]
        os.execve(program[0], program, self.command.environment)


@dataclass(frozen=True)
class Account:
    """A demonstration account; `token` opens the API where the role has one."""

    role: str
    name: str
    password: str
    token: str


def read_accounts(path: Path) -> list[Account]:
    """The demonstration accounts of `ckan gobierno-abierto demo-users`; empty when there are none."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [Account(row["role"], row["name"], row["password"], row.get("token") or "") for row in rows]

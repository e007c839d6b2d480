"""A PostgreSQL cluster of the clone's own: TCP on the loopback only, passwords (scram) for every connection.

PostgreSQL refuses to run as root, so root hands it to the `postgres` user; when that user cannot enter the clone
(/root/portal), the cluster lies in /var/lib instead, in a folder named after the clone.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from . import ports, system
from .console import Failure, log_tail
from .paths import Paths, clean_environment
from .processes import Daemons, Identity
from .state import State

ADMIN = "portal_admin"
SERVER_USER = "postgres"
OUTSIDE = Path("/var/lib/ckanext-gobierno-abierto")
FIRST_PORT = 54350
READY_SECONDS = 60.0
#: Fast shutdown, then immediate (the next start recovers from the log).
STOP_SIGNALS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))
SQL = Path(__file__).with_name("sql")

COMMON_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # No socket file: its path may be too long, and a second door would need a second rule.
    "unix_socket_directories": "",
    "max_connections": "120",
    # Files, not POSIX shared memory: systemd removes the latter when a plain user logs out (RemoveIPC).
    "dynamic_shared_memory_type": "mmap",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %d ",
}
PORTAL_SETTINGS = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "default_text_search_config": "pg_catalog.spanish",
}
#: A test database is thrown away: nothing is flushed to the disk.
TEST_SETTINGS = {
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "5min",
}


class Cluster:
    """One cluster: created, started, asked and stopped."""

    def __init__(
        self, paths: Paths, state: State, daemons: Daemons, settings: Mapping[str, str], password: str
    ) -> None:
        self.paths = paths
        self.state = state
        self.daemons = daemons
        self.settings = {**COMMON_SETTINGS, **settings}
        self.password = password
        self.account = server_account()
        self._data: Path | None = None

    @property
    def port(self) -> int:
        """The port of the running cluster."""
        return int(self.state.get("postgres_port") or 0)

    @property
    def data(self) -> Path:
        """The data folder: where it was made, or where the server's user may work."""
        if self._data is None:
            remembered = self.state.get("postgres_data")
            self._data = Path(remembered) if remembered else self._place()
            # At once: `remove` must find it even when the cluster never came up.
            self.state.put("postgres_data", str(self._data))
        return self._data

    def _place(self) -> Path:
        inside = self.paths.var / "postgres"
        if self.account is None:
            return inside
        inside.mkdir(exist_ok=True)
        os.chown(inside, self.account.pw_uid, self.account.pw_gid)
        inside.chmod(0o700)
        if subprocess.run([*self._prefix(), "test", "-w", str(inside)], cwd="/", check=False).returncode == 0:
            return inside
        inside.rmdir()
        name = hashlib.sha256(str(self.paths.var).encode()).hexdigest()[:12]
        outside = OUTSIDE / name / "postgres"
        OUTSIDE.mkdir(mode=0o711, parents=True, exist_ok=True)
        outside.parent.mkdir(mode=0o711, exist_ok=True)
        outside.parent.joinpath("clone.txt").write_text(f"{self.paths.root}\n", encoding="utf-8")
        outside.mkdir(mode=0o700, exist_ok=True)
        os.chown(outside, self.account.pw_uid, self.account.pw_gid)
        return outside

    def _prefix(self) -> list[str]:
        if self.account is None:
            return []
        name = self.account.pw_name
        return ["setpriv", f"--reuid={name}", f"--regid={self.account.pw_gid}", "--init-groups", "--"]

    def _programs(self) -> Path:
        """The `bin` folder to use: the newest, or the one that fits the cluster's version.

        :raises Failure: when the cluster belongs to a PostgreSQL that is no longer installed.
        """
        folders = system.postgres_folders()
        version_file = self.data / "main" / "PG_VERSION"
        if not version_file.exists():
            return folders[0]
        version = version_file.read_text().strip()
        fitting = [folder for folder in folders if str(system.postgres_major(folder)) == version]
        if not fitting:
            raise Failure(
                f"los datos de {self.data} son de PostgreSQL {version}, que ya no está instalado",
                f"instale postgresql-{version}, o siga docs/operators/upgrade.md para pasar los datos a otra versión",
            )
        return fitting[0]

    @property
    def _mark(self) -> list[str]:
        return ["-D", str(self.data / "main")]

    def running(self) -> Identity | None:
        """The server's process, if it is up."""
        if not self.state.get("postgres_data"):
            return None
        return self.daemons.running("postgres", self._mark)

    def start(self) -> str:
        """Create the cluster if it is new, start it and wait until it answers; returns a word for the step.

        :raises Failure: with the server's log when it does not come up.
        """
        if self.running():
            self._wait(lambda: True)
            return f"ya estaba en marcha, puerto {self.port}"
        programs = self._programs()
        if not (self.data / "main" / "PG_VERSION").exists():
            self._create(programs)
        self.state.put("postgres_port", ports.choose(self.port or None, FIRST_PORT))
        options = {**self.settings, "port": str(self.port)}
        command = [*self._prefix(), str(programs / "postgres"), *self._mark]
        command += [part for key, value in sorted(options.items()) for part in ("-c", f"{key}={value}")]
        process = self.daemons.start("postgres", command, {**clean_environment(), "LC_ALL": "C.UTF-8"})
        self._wait(lambda: process.poll() is None)
        return f"PostgreSQL {system.postgres_major(programs)}, puerto {self.port}"

    def _create(self, programs: Path) -> None:
        """initdb in a folder that becomes `main` only when complete: an interrupted one is made anew."""
        unfinished = self.data / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        secret = self.data / "password"
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(self.password)
        if self.account:
            os.chown(secret, self.account.pw_uid, self.account.pw_gid)
        log = self.daemons.log("initdb")
        command = [*self._prefix(), str(programs / "initdb"), "-D", str(unfinished), "-U", ADMIN, "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--data-checksums"]
        command += ["--no-sync"] if self.settings.get("fsync") == "off" else []
        try:
            with log.open("wb") as stream:
                answer = subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=clean_environment(), cwd="/",
                    check=False,
                )  # fmt: skip
        finally:
            secret.unlink(missing_ok=True)
        if answer.returncode:
            raise Failure("initdb no pudo crear la base de datos", "revise el espacio en disco y los permisos", log)
        unfinished.rename(self.data / "main")

    def _wait(self, alive: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_SECONDS
        while True:
            answer = self._psql(["-c", "SELECT 1"], "postgres")
            if answer.returncode == 0:
                return
            if not alive() or time.monotonic() > until:
                log = self.daemons.log("postgres")
                said = answer.stderr.strip().splitlines()[-1:] or log_tail(log, 1)
                raise Failure(
                    f"PostgreSQL no arrancó: {' '.join(said)}",
                    "lea el registro; si otro programa ocupó el puerto, repita: se elegirá otro",
                    log,
                )
            time.sleep(0.1)

    def _psql(self, arguments: list[str], database: str) -> subprocess.CompletedProcess[str]:
        """psql as the administrator; variables are bound by psql itself (`-v name=value`, :'name', :"name")."""
        program = next((p for f in system.postgres_folders() if (p := f / "psql").exists()), Path("psql"))
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", ADMIN, "-d", database]
        return subprocess.run(
            [str(program), "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", *where, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**clean_environment(), "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"},
            cwd="/",
        )

    def run_sql(self, script: Path | str, database: str = "postgres", **variables: str) -> None:
        """Run a named SQL file, or a script that CKAN printed, with bound variables.

        :raises Failure: with psql's message.
        """
        bound = [part for key, value in variables.items() for part in ("-v", f"{key}={value}")]
        if isinstance(script, Path):
            answer = self._psql([*bound, "-f", str(script)], database)
        else:
            temporary = self.paths.var / "tmp" / "script.sql"
            temporary.write_text(script, encoding="utf-8")
            answer = self._psql([*bound, "-f", str(temporary)], database)
        if answer.returncode:
            raise Failure(
                f"PostgreSQL rechazó una orden: {answer.stderr.strip()}", "repita; si persiste, `bin/portal reset`"
            )

    def ensure_database(self, database: str, owner: str, password: str, create_databases: bool = False) -> None:
        """A login role and a database that it owns; repeating changes nothing but the password."""
        self.run_sql(
            SQL / "database.sql",
            owner=owner,
            password=password,
            name=database,
            createdb="CREATEDB" if create_databases else "NOCREATEDB",
        )

    def ensure_role(self, role: str, password: str) -> None:
        """A login role without a database of its own."""
        self.run_sql(SQL / "role.sql", role=role, password=password)

    def copy_database(self, template: str, name: str, owner: str) -> None:
        """Make `name` anew as a copy of `template`, to which nobody may be connected."""
        self.run_sql(SQL / "recreate.sql", name=name, template=template, owner=owner)

    def url(self, user: str, password: str, database: str) -> str:
        """The SQLAlchemy URL of a database of this cluster."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> bool:
        """Shut the server down; False when it was not up."""
        return bool(self.running()) and self.daemons.stop("postgres", STOP_SIGNALS, self._mark)

    def remove(self) -> None:
        """Delete the data, also outside of the clone."""
        data = self.state.get("postgres_data")
        for folder in filter(None, [data, str(self.paths.var / "postgres")]):
            shutil.rmtree(folder, ignore_errors=True)
        if data and Path(data).is_relative_to(OUTSIDE):
            shutil.rmtree(Path(data).parent, ignore_errors=True)


def server_account() -> pwd.struct_passwd | None:
    """The user that runs the server when we are root; None for a plain user, who runs it himself.

    :raises Failure: when root has no such user.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise Failure(
            f"PostgreSQL no funciona como root y no existe el usuario «{SERVER_USER}»",
            f"ejecute  useradd --system --home-dir /var/lib/postgresql {SERVER_USER}  y repita",
        ) from None

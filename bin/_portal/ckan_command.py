"""CKAN's own command on the portal's configuration, and the steps that are made of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from .configuration import PLUGINS
from .console import Failure, step
from .paths import clean_environment
from .services import DATABASE_VARIABLE, SERVICE_VARIABLES, WRITE_VARIABLE, Services
from .state import stamp_of

MEND_SERVICES = "lea el registro; `bin/portal status` dice qué está en marcha. Después repita: `bin/portal`"
#: What CKAN's start would say in red is in the log; psql gets only the statements.
SQL_START = re.compile(r"^/\*|^\\connect|^--", re.MULTILINE)


class CkanCommand:
    """`ckan` of the clone's environment with one ini."""

    def __init__(self, services: Services, ini: Path) -> None:
        self.services = services
        self.ini = ini
        self.log = services.daemons.log("ckan-command")

    @property
    def program(self) -> list[str]:
        """Through its Python: a script's first line may not be longer than 127 bytes."""
        paths = self.services.paths
        return [str(paths.python), str(paths.venv / "bin" / "ckan"), "-c", str(self.ini)]

    @property
    def environment(self) -> dict[str, str]:
        """UTF-8, uploads spooled below var/, and no address of a service: the ini has them all."""
        paths = self.services.paths
        inherited = {key: value for key, value in clean_environment().items() if key not in SERVICE_VARIABLES}
        extra = {"CKAN_INI": str(self.ini), "TMPDIR": str(paths.var / "tmp"), "PYTHONUNBUFFERED": "1"}
        return {**inherited, "LC_ALL": "C.UTF-8", **extra}

    def run(self, what: str, *arguments: str) -> str:
        """Run a command to its end; returns its output.

        :raises Failure: with the log's last lines when it ends badly; `what` names the work in Spanish.
        """
        with self.log.open("ab") as stream:
            stream.write(f"$ ckan {' '.join(arguments)}\n".encode())
            stream.flush()
            answer = subprocess.run(
                [*self.program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stream,
                env=self.environment,
                cwd=self.services.paths.root,
                check=False,
            )
            stream.write(answer.stdout)
        if answer.returncode:
            raise Failure(f"CKAN no pudo {what} (ckan {' '.join(arguments)})", MEND_SERVICES, self.log)
        return answer.stdout.decode("utf-8", "replace")


def sources(root: Path, *patterns: str) -> Iterable[Path]:
    """Files of the extension that match glob patterns."""
    return sorted(path for pattern in patterns for path in root.glob(pattern) if path.is_file())


def migration_stamp(services: Services) -> str:
    """Changes when the databases, the plugins, the packages, a migration or an SQL file do."""
    return stamp_of(
        " ".join(PLUGINS),
        services.urls()[DATABASE_VARIABLE],
        services.urls()[WRITE_VARIABLE],
        services.venv.stamp(services.tests),
        files=sources(services.paths.root, "ckanext/**/migration/**/*.py", "ckanext/**/*.sql"),
    )


def migrate(command: CkanCommand) -> None:
    """Tables of CKAN and of every plugin; the DataStore's permissions. Skipped when both are known to be current."""
    services = command.services
    stamp = migration_stamp(services)
    with step("Tablas de la base de datos") as current:
        # Another's database may have been replaced between two starts: only ours is trusted to be as we left it.
        if services.own_postgres and services.state.is_done("migrate", stamp):
            current.result = "al día"
            return
        command.run("crear las tablas", "db", "upgrade")
    with step("Permisos del DataStore"):
        script = command.run("escribir los permisos", "datastore", "set-permissions")
        match = SQL_START.search(script)
        grant(services, script[match.start() :] if match else script)
    services.state.mark_done("migrate", stamp)


def grant(services: Services, script: str) -> None:
    """Run CKAN's permission script: as administrator on our cluster, with the write URL's user on another's.

    :raises Failure: with the line for the database's administrator when that user may not.
    """
    if services.own_datastore:
        services.cluster.run_sql(script)
        return
    psql = shutil.which("psql")
    statements = re.sub(r"^\\connect.*$", "", script, flags=re.MULTILINE)
    answer = subprocess.run(
        [psql or "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", services.urls()[WRITE_VARIABLE]],
        input=statements.encode(), capture_output=True, env=clean_environment(), check=False,
    ) if psql else None  # fmt: skip
    if answer is None or answer.returncode:
        services.paths.var.joinpath("datastore-permissions.sql").write_text(script, encoding="utf-8")
        said = answer.stderr.decode("utf-8", "replace").strip() if answer else "no se encuentra psql"
        raise Failure(
            f"los permisos del DataStore no se pudieron dar: {said}",
            "un administrador de esa base debe ejecutar var/datastore-permissions.sql con psql; después repita",
        )


def translate(command: CkanCommand) -> None:
    """JavaScript's strings in the offered languages, from the catalogues of CKAN and of the portal."""
    services = command.services
    root = services.paths.root
    stamp = stamp_of(services.venv.stamp(services.tests), files=sources(root, "ckanext/gobierno_abierto/i18n/**/*.po*"))
    with step("Traducciones de JavaScript") as current:
        made = services.paths.storage / "i18n" / "js"
        if services.state.is_done("translate", stamp) and made.is_dir():
            current.result = "al día"
            return
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        command.run("traducir el JavaScript", "translation", "js")
    services.state.mark_done("translate", stamp)


def seed(command: CkanCommand) -> None:
    """Organizations, committees, mesas, demonstration datasets, an account per role; again only when they change."""
    services = command.services
    package = "ckanext/gobierno_abierto"
    patterns = ("schemas/**/*.yaml", f"{package}/committees/**/*", f"{package}/metadata/**/*")
    files = [path for path in sources(services.paths.root, *patterns) if "__pycache__" not in path.parts]
    stamp = stamp_of(services.urls()[DATABASE_VARIABLE], files=files)
    with step("Datos iniciales y de muestra") as current:
        if services.own_database and services.state.is_done("seed", stamp):
            current.result = "al día"
        else:
            command.run("sembrar los datos", "gobierno-abierto", "seed", "--demo")
            command.run("dar las primeras versiones", "gobierno-abierto", "publication", "init-existing")
            services.state.mark_done("seed", stamp)
    with step("Cuentas de muestra") as current:
        if services.paths.accounts.exists() and services.state.is_done("accounts", stamp):
            current.result = "al día"
            return
        command.run(
            "crear las cuentas", "gobierno-abierto", "demo-users", "--output-file", str(services.paths.accounts)
        )
        services.paths.accounts.chmod(0o600)
        services.state.mark_done("accounts", stamp)

"""bin/test: a machine made ready, databases migrated once, then ruff, mypy and pytest; nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from . import ckan_command
from .ckan_command import CkanCommand
from .cli import interrupt
from .console import Failure, say, step, warn
from .paths import Paths, clean_environment, clone_root
from .services import CKAN_USER, Services
from .state import locked

DATABASES = ("ckan_test", "datastore_test")
#: Only for the configuration file that the migration needs; nothing listens there.
UNUSED_URL = "http://localhost:5099"
CHECKS = (
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy", ["-m", "mypy"]),
)


def in_ci() -> bool:
    """True where the environment says CI: nothing may be skipped there."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


class TestRun:
    """One run of the checks on services of its own (the environment's are never touched: tests empty databases)."""

    __test__ = False

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.services = Services(paths, named={}, tests=True)
        self.command = CkanCommand(self.services, paths.ini)

    def prepare(self) -> None:
        """Packages, servers, and databases as they are right after the migrations."""
        self.services.prepare_machine(browser=in_ci())
        self.services.start()
        self.services.configure(UNUSED_URL, {})
        cluster, state = self.services.cluster, self.services.state
        stamp = ckan_command.migration_stamp(self.services)
        if state.is_done("template", stamp):
            with step("Bases de datos de prueba") as current:
                for name in DATABASES:
                    cluster.copy_database(f"{name}_migrated", name, CKAN_USER)
                current.result = "copiadas"
            return
        # What an older version of the migrations left must not stay.
        state.mark_done("migrate", "")
        for name in DATABASES:
            cluster.copy_database("template0", name, CKAN_USER)
        ckan_command.migrate(self.command)
        for name in DATABASES:
            cluster.copy_database(name, f"{name}_migrated", CKAN_USER)
        state.mark_done("template", stamp)

    @property
    def environment(self) -> dict[str, str]:
        """What pytest runs in: our services win over the addresses of test.ini."""
        path = f"{self.paths.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        others = {key: value for key, value in clean_environment().items() if not key.startswith("CKAN_")}
        return {**others, **self.services.urls(), "PATH": path, "LC_ALL": "C.UTF-8"}

    def check(self) -> list[str]:
        """Style and types; returns the names of the checks that found something."""
        failed = []
        for name, arguments in CHECKS:
            say(f"== {name}")
            if self._python(arguments):
                failed.append(name)
        return failed

    def pytest(self, arguments: Sequence[str]) -> int:
        """The suite, or what the arguments choose."""
        # Named, because arguments outside of the clone (--pyargs) would make pytest look for another configuration.
        base = ["-m", "pytest", "-c", str(self.paths.root / "pyproject.toml"), f"--rootdir={self.paths.root}"]
        return self._python([*base, *arguments])

    def _python(self, arguments: Sequence[str]) -> int:
        return subprocess.run(
            [str(self.paths.python), *arguments],
            stdin=subprocess.DEVNULL,
            env=self.environment,
            cwd=self.paths.root,
            check=False,
        ).returncode


def run(arguments: list[str], paths: Paths) -> int:
    """Prepare, check, test and stop; the exit code of pytest, or 1 when only another check failed."""
    paths.make()
    with locked(paths.var / "lock"):
        testing = TestRun(paths)
        try:
            testing.prepare()
            failed = [] if arguments else testing.check()
            if failed:
                say(f"FALLÓ: {', '.join(failed)} (las pruebas siguen)")
            say("== pytest")
            return testing.pytest(arguments) or int(bool(failed))
        finally:
            testing.services.stop()


def main() -> int:
    """Entry point."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return run(sys.argv[1:], Paths.of_tests(clone_root()))
    except Failure as failure:
        warn(failure.report())
        return 1
    except KeyboardInterrupt:
        warn("\nInterrumpido.")
        return 130

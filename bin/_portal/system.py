"""What the machine must have: looked for by what is used, installed with apt when that is allowed."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .console import Failure
from .paths import Paths, clean_environment

INSTALLER = Path(__file__).with_name("install_packages.sh")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
REDIS_NAMES = ("redis-server", "valkey-server")


@dataclass(frozen=True)
class Need:
    """One thing the machine needs: whether it is there, and the Debian packages that bring it."""

    what: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def postgres_folders() -> list[Path]:
    """`bin` folders of the installed PostgreSQL servers, newest first."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    config = shutil.which("pg_config")
    if config:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        if answer and Path(answer, "initdb").exists():
            found.append(Path(answer))
    usable = {path for path in found if (path / "postgres").exists()}
    return sorted(usable, key=postgres_major, reverse=True)


def postgres_major(folder: Path) -> int:
    """Major version of the server in a `bin` folder; 0 when it does not answer."""
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\) (\d+)", answer)
    return int(match.group(1)) if match else 0


def redis_program() -> str | None:
    """Path of the Redis (or Valkey) server."""
    return next(filter(None, map(shutil.which, REDIS_NAMES)), None)


def chromium_program() -> str | None:
    """Path of a Chromium browser."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def has_venv() -> bool:
    """Debian ships the standard library without ensurepip; `python3-venv` brings it."""
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def has_headers() -> bool:
    """psycopg2 is compiled on installation and needs Python.h."""
    return Path(sysconfig.get_path("include"), "Python.h").exists()


def python_package(suffix: str) -> str:
    """`python3-venv` for the distribution's own Python, `python3.12-venv` for another one."""
    default = Path("/usr/bin/python3").resolve().name
    running = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return f"python3-{suffix}" if default == running else f"{running}-{suffix}"


def building() -> Iterator[Need]:
    """What pip needs to install the requirements."""
    yield Need("venv de Python", has_venv, (python_package("venv"),))
    yield Need("cabeceras de Python", has_headers, (python_package("dev"),))
    yield Need("compilador de C", lambda: bool(shutil.which("cc") or shutil.which("gcc")), ("gcc", "libc6-dev"))
    yield Need("libpq", lambda: shutil.which("pg_config") is not None, ("libpq-dev",))


def running(postgres: bool, redis: bool) -> Iterator[Need]:
    """What the portal needs to run."""
    # `file` depends on libmagic under the name that each release gives it.
    yield Need("libmagic", lambda: ctypes.util.find_library("magic") is not None, ("file",))
    if postgres:
        yield Need("PostgreSQL", lambda: bool(postgres_folders()), ("postgresql",))
    if redis:
        yield Need("Redis", lambda: redis_program() is not None, ("redis-server",))


def browser() -> Iterator[Need]:
    """What the browser tests need."""
    yield Need("Chromium", lambda: chromium_program() is not None, ("chromium",))


def missing(needs: Iterator[Need]) -> list[Need]:
    """The needs that this machine does not meet."""
    return [need for need in needs if not need.present()]


def install(needs: list[Need], paths: Paths) -> None:
    """Install what is missing with apt, as root or with sudo that asks no password; else say the one line to run.

    :raises Failure: when it may not, cannot, or the packages did not bring what is needed.
    """
    packages = [package for need in needs for package in need.packages]
    names = ", ".join(need.what for need in needs)
    if shutil.which("apt-get") is None:
        raise Failure(f"falta en este equipo: {names}", "instálelo con el gestor de paquetes de su sistema y repita")
    line = ["sh", str(INSTALLER), *packages]
    if os.geteuid() != 0:
        if not sudo_without_password():
            raise Failure(f"falta en este equipo: {names}", f"ejecute esta línea y repita:  sudo {' '.join(line)}")
        line = ["sudo", "-n", *line]
    log = paths.logs / "apt.log"
    with log.open("ab") as stream:
        answer = subprocess.run(
            line,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=clean_environment(),
            check=False,
        )
    still = [need.what for need in needs if not need.present()]
    if answer.returncode or still:
        raise Failure(
            f"apt no pudo instalar: {', '.join(still) or names}",
            f"revise la red y las fuentes de apt, o instale a mano: {' '.join(packages)}",
            log,
        )


def sudo_without_password() -> bool:
    """True when sudo lets this user run commands without asking."""
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0

"""Where everything of one clone lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """Folders of a clone. `var` holds what a run makes: the portal's own, or the tests' below var/test."""

    root: Path
    var: Path
    #: Another environment than the clone's own, for tests that run in one that is already there.
    environment: Path | None = None

    @classmethod
    def of_portal(cls, root: Path) -> Paths:
        """The portal's folders."""
        return cls(root, root / "var")

    @classmethod
    def of_tests(cls, root: Path) -> Paths:
        """The tests' folders: other databases, other ports, nothing shared with a running portal."""
        return cls(root, root / "var" / "test")

    @property
    def venv(self) -> Path:
        return self.environment or self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def ini(self) -> Path:
        return self.var / "ckan.ini"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def storage(self) -> Path:
        return self.var / "storage"

    @property
    def accounts(self) -> Path:
        return self.var / "accounts.json"

    def make(self) -> None:
        """Create the folders; logs, uploads and process records are the owner's alone."""
        self.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.run, self.storage, self.var / "webassets", self.var / "tmp"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)


def clone_root() -> Path:
    """The folder of the clone that this file belongs to."""
    return Path(__file__).resolve().parent.parent.parent


def clean_environment() -> dict[str, str]:
    """This process's environment without what would lead our Python, psql or CKAN elsewhere."""
    strange = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CKAN_INI", "CKAN_CONFIG", "GUNICORN_CMD_ARGS")
    return {key: value for key, value in os.environ.items() if key not in strange and not is_libpq(key)}


def is_libpq(name: str) -> bool:
    """True for the variables by which libpq would choose another server or database (PGHOST, PGPASSWORD, ...)."""
    return name.startswith("PG") and name.isupper() and "_" not in name

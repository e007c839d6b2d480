"""The clone's virtual environment: made once, installed again only when what it is made from changes."""

from __future__ import annotations

import json
import subprocess
import sys

from .console import Failure
from .paths import Paths, clean_environment
from .state import stamp_of

MEND = "revise la conexión con el índice de paquetes (PIP_INDEX_URL si usa uno propio) y repita; o borre .venv y repita"


class Venv:
    """`.venv` of a clone with a note of what was installed in it."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.note = paths.venv / "installed.json"
        self.log = paths.logs / "pip.log"

    def stamp(self, dev: bool) -> str:
        """What an up-to-date environment was made from: folder, Python, requirements, packaging."""
        root = self.paths.root
        names = ["requirements.txt", "setup.py", "pyproject.toml", *(["requirements-dev.txt"] if dev else [])]
        # The folder counts: scripts and the editable install hold its absolute path.
        return stamp_of(str(root), sys.version, files=[root / name for name in names])

    def _installed(self) -> dict[str, str]:
        try:
            data = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def is_ready(self, dev: bool) -> bool:
        """True when nothing has to be installed."""
        kind = "dev" if dev else "portal"
        return self.paths.python.exists() and self._installed().get(kind) == self.stamp(dev)

    def prepare(self, dev: bool = False) -> str:
        """Bring the environment up to date; returns a word on what was done.

        A broken environment (an interrupted pip, a removed Python, a moved clone) is made anew once.

        :raises Failure: when pip cannot install.
        """
        if self.is_ready(dev):
            return "al día"
        usable = self._usable()
        if not usable:
            self._create()
        try:
            self._install(dev)
        except Failure:
            if not usable:
                raise
            self._create()
            self._install(dev)
        done = self._installed()
        done.update({"portal": self.stamp(False), **({"dev": self.stamp(True)} if dev else {})})
        done["root"] = str(self.paths.root)
        self.note.write_text(json.dumps(done), encoding="utf-8")
        return "instalado"

    def _usable(self) -> bool:
        """True when pip answers and the environment was made for this folder and Python."""
        if not self.paths.python.exists():
            return False
        root = self._installed().get("root", str(self.paths.root))
        version = ".".join(map(str, sys.version_info[:2]))
        code = f"import sys, pip; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
        return root == str(self.paths.root) and self._run([str(self.paths.python), "-c", code]) == 0

    def _create(self) -> None:
        if self._run([sys.executable, "-m", "venv", "--clear", str(self.paths.venv)]):
            raise Failure("no se pudo crear el entorno virtual .venv", "revise el registro y repita", self.log)

    def _install(self, dev: bool) -> None:
        self.note.unlink(missing_ok=True)
        root = self.paths.root
        lists = ["requirements.txt", *(["requirements-dev.txt"] if dev else [])]
        self._pip("install", *(part for name in lists for part in ("-r", str(root / name))))
        # setuptools is among the requirements: nothing else is downloaded to build the extension itself.
        self._pip("install", "--no-deps", "--no-build-isolation", "-e", str(root))

    def _pip(self, *arguments: str) -> None:
        base = [str(self.paths.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        if self._run([*base, *arguments, "--progress-bar", "off"]):
            raise Failure("pip no pudo instalar los paquetes de Python", MEND, self.log)

    def _run(self, command: list[str]) -> int:
        with self.log.open("ab") as stream:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
                cwd=self.paths.root,
                check=False,
            ).returncode

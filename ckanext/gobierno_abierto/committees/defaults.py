"""Where the portal's own seed files and demonstration data are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

SEED_FILES = ("organizations.yaml", "committees.yaml", "mesas.yaml")


def seed_files() -> list[Path]:
    """The seed files of the package `ckanext.gobierno_abierto.schemas`."""
    folder = Path(str(files("ckanext.gobierno_abierto.schemas")))
    return [folder / name for name in SEED_FILES]


def demo_folder() -> Path:
    """The folder of the demonstration datasets."""
    return Path(__file__).with_name("demo")

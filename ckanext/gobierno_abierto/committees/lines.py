"""Pure: a seed file's YAML, whose entries know where they stand."""

from __future__ import annotations

from pathlib import Path

from ..common import yaml_lines
from ..common.yaml_lines import Entry
from .errors import SeedFileProblem

__all__ = ["Entry", "read"]


def read(path: Path) -> Entry:
    """The file's one mapping.

    :raises SeedFileProblem: it cannot be read, is not YAML, or holds something else than a mapping
    """
    return yaml_lines.read(
        path, SeedFileProblem, begin="Comience con una de: organizations, committees, mesas, datasets."
    )

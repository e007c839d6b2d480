"""What other capabilities may import of the files."""

from __future__ import annotations

from .fetch import download, opened
from .formats import registry
from .problems import FileProblem, LinkProblem
from .uploads import stored_path


def tabular_formats() -> frozenset[str]:
    """Lower-case names of the formats whose table goes into the DataStore."""
    return registry().tabular()


__all__ = ["FileProblem", "LinkProblem", "download", "opened", "stored_path", "tabular_formats"]

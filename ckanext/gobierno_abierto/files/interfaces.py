"""What other capabilities may import of the files."""

from __future__ import annotations

from .fetch import download, opened
from .formats import registry
from .placing import keep, remove
from .problems import FileProblem, LinkProblem
from .uploads import PortalUpload, disk_refused, forget, resource_uploader, stored_path


def tabular_formats() -> frozenset[str]:
    """Lower-case names of the formats whose table goes into the DataStore."""
    return registry().tabular()


__all__ = [
    "FileProblem",
    "LinkProblem",
    "PortalUpload",
    "disk_refused",
    "download",
    "forget",
    "keep",
    "opened",
    "remove",
    "resource_uploader",
    "stored_path",
    "tabular_formats",
]

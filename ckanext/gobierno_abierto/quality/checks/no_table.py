"""Pure: the file holds a table, or a list of records."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "info", 1
TITLE = {"es": "No se encontró una tabla", "en": "No table was found"}
ADVICE = {
    "es": "Si debía ser una tabla, publíquela como CSV o como una lista JSON de registros.",
    "en": "If it was meant to be a table, publish it as CSV or as a JSON list of records.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "no_table")

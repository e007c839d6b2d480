"""Pure: a text has no NUL characters."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Caracteres nulos", "en": "NUL characters"}
ADVICE = {
    "es": "Exporte otra vez el archivo desde el sistema de origen, como CSV en UTF-8.",
    "en": "Export the file again from its source, as CSV in UTF-8.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass."""
    yield failed(table.nul) if table.delimited else _shared.NOT_DELIMITED

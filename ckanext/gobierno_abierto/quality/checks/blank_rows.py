"""Pure: no row is blank."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "Filas en blanco", "en": "Blank rows"}
ADVICE = {
    "es": "Borre las filas en blanco: algunos programas terminan ahí la tabla.",
    "en": "Delete the blank rows: some programs end the table there.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass, or by the reader of the format."""
    yield failed(table.blank)

"""Pure: no two rows are equal in all their cells."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Filas repetidas", "en": "Repeated rows"}
ADVICE = {
    "es": "Borre las repetidas; si son hechos distintos, agregue la columna que los distingue.",
    "en": "Delete the repeated ones; if they are different facts, add the column that tells them apart.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Places are the later ones; their value names the line of the first."""
    yield failed(table.duplicates) if table.columns else _shared.NO_COLUMNS

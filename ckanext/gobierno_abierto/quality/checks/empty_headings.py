"""Pure: each column has a name."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import MAX_PLACES, Fail, Outcome, Pass, Place

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Columnas sin nombre", "en": "Columns without a name"}
ADVICE = {
    "es": "Escriba un nombre en cada celda del encabezado, o borre la columna si no tiene datos.",
    "en": "Write a name in each cell of the heading, or delete the column if it has no data.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Places are the columns."""
    empty = [position for position, cell in enumerate(table.heading.cells, 1) if not cell.strip()]
    places = tuple(Place(table.heading.line, position) for position in empty[:MAX_PLACES])
    yield Fail(len(empty), places) if empty else Pass()

"""Pure: each column has at least one value."""

from __future__ import annotations

from collections.abc import Iterable

from ..column_scan import EMPTY
from ..facts import TableFacts
from ..results import MAX_PLACES, Fail, Outcome, Pass, Place
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "Columnas sin ningún valor", "en": "Columns without any value"}
ADVICE = {"es": "Borre la columna, o llénela.", "en": "Delete the column, or fill it in."}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Places are the columns."""
    if not table.columns:
        yield _shared.NO_COLUMNS
        return
    empty = [column for column in table.columns if column.type == EMPTY]
    places = tuple(Place(table.heading.line, one.position, value=one.name) for one in empty[:MAX_PLACES])
    yield Fail(len(empty), places) if empty else Pass()

"""Pure: no value is the error of a spreadsheet (#REF!, #N/A, ####)."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..facts import TableFacts
from ..results import Outcome, Tally
from . import _shared

GROUP, SEVERITY, VERSION = "content", "error", 1
TITLE = {"es": "Errores de hoja de cálculo en los datos", "en": "Spreadsheet errors in the data"}
ADVICE = {
    "es": "Corrija la fórmula de origen o deje la celda vacía.",
    "en": "Mend the formula in the source or leave the cell empty.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Every column, whatever its type."""
    return _shared.per_column(table, ((one, one.kinds.get(kinds.ERROR, Tally()), None) for one in table.columns))

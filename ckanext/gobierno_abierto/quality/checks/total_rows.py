"""Pure: no row of a table is the total of others: whoever adds the column would count twice."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..facts import TableFacts
from ..results import Outcome, Tally
from . import _shared

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Filas de totales entre los datos", "en": "Rows of totals among the data"}
ADVICE = {
    "es": "Quite las filas de totales y subtotales; se pueden calcular.",
    "en": "Take the rows of totals and subtotals out; they can be computed.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Every column, whatever its type."""
    return _shared.per_column(table, ((one, one.kinds.get(kinds.TOTAL, Tally()), None) for one in table.columns))

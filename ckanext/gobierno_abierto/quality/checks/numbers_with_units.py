"""Pure: a number stands alone: its unit or currency belongs in the column's name or dictionary."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..facts import TableFacts
from ..results import Outcome, Tally
from . import _shared

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Números con unidad o moneda", "en": "Numbers with a unit or currency"}
ADVICE = {
    "es": "Deje solo el número y escriba la unidad en el nombre de la columna («monto_bs»).",
    "en": "Leave the number alone and write the unit in the name of the column ('monto_bs').",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Every column, whatever its type."""
    return _shared.per_column(table, ((one, one.kinds.get(kinds.UNIT, Tally()), None) for one in table.columns))

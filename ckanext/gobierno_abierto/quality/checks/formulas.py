"""Pure: no value is a formula that a spreadsheet would run on opening the file (OWASP, CSV injection)."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..facts import TableFacts
from ..results import Outcome, Tally
from . import _shared

GROUP, SEVERITY, VERSION = "content", "error", 1
TITLE = {"es": "Fórmulas que una hoja de cálculo ejecutaría", "en": "Formulas that a spreadsheet would run"}
ADVICE = {
    "es": "Reemplace cada fórmula por su valor (copiar, pegado especial, valores).",
    "en": "Replace each formula by its value (copy, paste special, values).",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Every column, whatever its type."""
    return _shared.per_column(table, ((one, one.kinds.get(kinds.FORMULA, Tally()), None) for one in table.columns))

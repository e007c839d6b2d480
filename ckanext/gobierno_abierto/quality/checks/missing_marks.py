"""Pure: a missing value is an empty cell, not a word or a dash (S/D, N/A, -)."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..facts import TableFacts
from ..results import Outcome, Tally
from . import _shared

GROUP, SEVERITY, VERSION = "content", "info", 1
TITLE = {"es": "Marcas en lugar de celdas vacías", "en": "Marks instead of empty cells"}
ADVICE = {
    "es": ("Deje vacía la celda sin dato; si la marca dice algo (no aplica, reservado), explíquelo en el diccionario."),
    "en": (
        "Leave the cell empty; if the mark says something (not applicable, withheld), explain it in the dictionary."
    ),
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Every column, whatever its type."""
    return _shared.per_column(table, ((one, one.kinds.get(kinds.MISSING, Tally()), None) for one in table.columns))

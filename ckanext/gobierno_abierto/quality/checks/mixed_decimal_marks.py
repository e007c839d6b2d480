"""Pure: all numbers of a column have one decimal mark: 1.234,56 and 1,234.56 do not stand together."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..column_scan import DECIMAL, ColumnScan
from ..facts import TableFacts
from ..results import Outcome, Tally, Text, merged
from . import _shared

POINT = (kinds.DOT, kinds.COMMA_THOUSANDS)
COMMA = (kinds.COMMA, kinds.DOT_THOUSANDS)

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Coma y punto decimal mezclados", "en": "Decimal comma and point mixed"}
ADVICE = {
    "es": "Use un solo signo decimal en la columna y ninguno para los miles.",
    "en": "Use one decimal mark in the column and none for thousands.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """The rarer mark is told."""
    return _shared.per_column(table, ((one, *_rare(one)) for one in table.columns))


def _rare(column: ColumnScan) -> tuple[Tally, Text | None]:
    points, commas = column.of(*POINT), column.of(*COMMA)
    if column.type != DECIMAL or not points or not commas:
        return Tally(), None
    rare = POINT if points <= commas else COMMA
    detail = {"es": f"Con punto {points}, con coma {commas}.", "en": f"With a point {points}, with a comma {commas}."}
    return merged(column.kinds[kind] for kind in rare if kind in column.kinds), detail

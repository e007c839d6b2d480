"""Pure: the values of a column are of one type.

When four of five or more are numbers, dates, codes or yes/no, the others are told. Faults that have a check of their
own (impossible dates, formulas, totals, units, missing marks) are left to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..column_scan import ACCEPTED, ColumnScan
from ..facts import TableFacts
from ..results import Outcome, Tally, Text, merged
from . import _shared

TYPES = {
    "integer": {"es": "número entero", "en": "whole number"},
    "decimal": {"es": "número", "en": "number"},
    "date": {"es": "fecha", "en": "date"},
    "datetime": {"es": "fecha y hora", "en": "date and time"},
    "time": {"es": "hora", "en": "time"},
    "code": {"es": "código", "en": "code"},
    "boolean": {"es": "sí o no", "en": "yes or no"},
}

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Valores de otro tipo que su columna", "en": "Values of another type than their column"}
ADVICE = {
    "es": "Corrija el valor, o deje la celda vacía si no se conoce.",
    "en": "Mend the value, or leave the cell empty if it is not known.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Columns of text have no mismatch."""
    return _shared.per_column(table, ((one, *_others(one)) for one in table.columns))


def _others(column: ColumnScan) -> tuple[Tally, Text | None]:
    accepted = ACCEPTED.get(column.type)
    if accepted is None:
        return Tally(), None
    left = accepted | kinds.FAULTS | {kinds.MISSING}
    label = TYPES[column.type]
    detail = {"es": f"La columna es de tipo {label['es']}.", "en": f"The column's type is {label['en']}."}
    return merged(tally for kind, tally in column.kinds.items() if kind not in left), detail

"""Pure: all dates of a column are written in one format."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..column_scan import DATE, DATETIME, ColumnScan
from ..facts import TableFacts
from ..results import Outcome, Tally, Text, merged
from . import _shared

FORMATS = {
    "AAAA-MM-DD": (kinds.ISO_DATE, kinds.ISO_MOMENT),
    "DD/MM/AAAA": (kinds.LOCAL_DATE, kinds.LOCAL_MOMENT),
    "MM/DD/AAAA": (kinds.US_DATE,),
    "DD/MM/AA": (kinds.SHORT_DATE,),
}

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Fechas en formatos distintos", "en": "Dates in different formats"}
ADVICE = {"es": "Escriba todas las fechas como AAAA-MM-DD.", "en": "Write all dates as YYYY-MM-DD."}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """The rarer formats are told; MM/DD among DD/MM means that other dates may have been read wrongly too."""
    return _shared.per_column(table, ((one, *_rare(one)) for one in table.columns))


def _rare(column: ColumnScan) -> tuple[Tally, Text | None]:
    if column.type not in {DATE, DATETIME}:
        return Tally(), None
    found = {name: column.of(*names) for name, names in FORMATS.items() if column.of(*names)}
    if len(found) < 2:
        return Tally(), None
    usual = max(found, key=lambda name: found[name])
    rare = [kind for name in found if name != usual for kind in FORMATS[name]]
    told = ", ".join(f"{name} ({count})" for name, count in found.items())
    return merged(column.kinds[kind] for kind in rare if kind in column.kinds), {"es": f"{told}.", "en": f"{told}."}

"""Pure: a date exists in the calendar: 31/02/2024 and 2024-13-45 do not.

It applies to columns whose heading announces dates, or where at least half of the date-like values are dates.
"""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..column_scan import ColumnScan
from ..facts import TableFacts
from ..results import Outcome, Tally
from ..roles import is_date
from . import _shared

GROUP, SEVERITY, VERSION = "content", "error", 1
TITLE = {"es": "Fechas imposibles", "en": "Impossible dates"}
ADVICE = {"es": "Corrija cada fecha con el documento de origen.", "en": "Mend each date from the source document."}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Columns of dates only: elsewhere 45-99-2020 may be a code."""
    return _shared.per_column(table, ((one, _bad(one), None) for one in table.columns))


def _bad(column: ColumnScan) -> Tally:
    bad = column.kinds.get(kinds.BAD_DATE, Tally())
    good = column.of(*kinds.DATES, *kinds.MOMENTS)
    return bad if good >= bad.count or is_date(column.heading) else Tally()

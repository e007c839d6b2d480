"""Pure: each code of a municipality, province or department is one of INE's (census 2012 or 2024)."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome
from ..vocabulary import code_columns
from . import _shared

GROUP, SEVERITY, VERSION = "content", "error", 1
TITLE = {
    "es": "Códigos que no existen en el clasificador del INE",
    "en": "Codes that INE's classification does not have",
}
ADVICE = {
    "es": "Busque el código en el clasificador del INE y corríjalo.",
    "en": "Look the code up in INE's classification and mend it.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Codes that only lost their zero belong to `lost_zeros`."""
    found = code_columns(table)
    if not found:
        yield _shared.NO_CODES
        return
    yield from _shared.per_column(table, ((one.column, one.unknown, None) for one in found))

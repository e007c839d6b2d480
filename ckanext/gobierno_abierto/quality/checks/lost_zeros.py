"""Pure: a code of INE keeps its leading zero: 20101 stands for 020101."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome
from ..vocabulary import code_columns
from . import _shared

GROUP, SEVERITY, VERSION = "content", "error", 1
TITLE = {"es": "Códigos que perdieron el cero inicial", "en": "Codes that lost their leading zero"}
ADVICE = {
    "es": (
        'Dé formato de texto a la columna y antepuesto el cero (=TEXTO(A2;"000000")); la carga al portal '
        "puede reponerlo."
    ),
    "en": 'Format the column as text and put the zero back (=TEXT(A2,"000000")); the portal can do it on loading.',
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Columns of codes of municipalities and provinces, by heading or values; `detail` shows how one is mended."""
    found = code_columns(table)
    if not found:
        yield _shared.NO_CODES
        return
    yield from _shared.per_column(table, ((one.column, one.lost, one.example) for one in found))

"""Pure: a table has at most 2,000 columns."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Demasiadas columnas", "en": "Too many columns"}
ADVICE = {
    "es": "Divida la tabla, o pase las columnas que se repiten (años, meses) a filas.",
    "en": "Divide the table, or turn the columns that repeat (years, months) into rows.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "too_many_columns")

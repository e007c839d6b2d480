"""Pure: each name of a department is one of the nine, whatever its case and accents."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import NotApplicable, Outcome
from ..vocabulary import department_columns
from . import _shared

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "Departamentos que no existen", "en": "Departments that do not exist"}
ADVICE = {"es": "Escriba el nombre oficial del departamento.", "en": "Write the official name of the department."}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Columns whose heading says department and where at least half of the values are departments."""
    found = department_columns(table)
    if not found:
        yield NotApplicable({"es": "No hay una columna de departamentos.", "en": "There is no column of departments."})
        return
    yield from _shared.per_column(table, ((column, tally, None) for column, tally in found))

"""Pure: a table has rows below its heading; in a workbook, one of the sheets has."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Fail, NotApplicable, Outcome, Pass, Place

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Tabla sin filas", "en": "Table without rows"}
ADVICE = {
    "es": "Revise que sea el archivo correcto y que la hoja con los datos no esté vacía.",
    "en": "See that it is the right file and that the sheet with the data is not empty.",
}
ELSEWHERE = NotApplicable({"es": "Los datos están en otra hoja.", "en": "The data are in another sheet."})


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Rows that are not blank, faulty ones included."""
    if table.rows or not table.complete:
        yield Pass()
    elif table.beside_others:
        yield ELSEWHERE
    else:
        yield Fail(1, (Place(table.heading.line),) if table.heading.line else ())

"""Pure: the heading is the first row, and it is one row."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Fail, Outcome, Pass, Place
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "El encabezado no es la primera fila", "en": "The heading is not the first row"}
ADVICE = {
    "es": (
        "Borre los títulos de arriba y deje una sola fila con los nombres propuestos; el título va en la descripción."
    ),
    "en": "Delete the titles above and leave one row with the proposed names; the title goes into the description.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """The names that are proposed are those that the rest of the report uses."""
    heading = table.heading
    if not heading.line:
        yield _shared.NO_HEADING
        return
    if heading.line == 1 and heading.lines == 1:
        yield Pass()
        return
    names = ", ".join(table.names[:12]) + ("…" if len(table.names) > 12 else "")
    spanish = (
        f"Se tomó la fila {heading.line}"
        if heading.lines == 1
        else f"Ocupa {heading.lines} filas desde la {heading.line}"
    )
    english = (
        f"Row {heading.line} was taken" if heading.lines == 1 else f"It takes {heading.lines} rows from {heading.line}"
    )
    detail = {"es": f"{spanish}. Nombres propuestos: {names}.", "en": f"{english}. Proposed names: {names}."}
    yield Fail(1, (Place(heading.line),), detail=detail)

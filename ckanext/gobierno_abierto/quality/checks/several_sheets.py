"""Pure: a workbook has one sheet: each table is a file of its own."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Fail, NotApplicable, Outcome, Pass

GROUP, SEVERITY, VERSION = "structure", "info", 1
TITLE = {"es": "Libro con varias hojas", "en": "Workbook with several sheets"}
ADVICE = {
    "es": "Publique cada hoja con datos como un recurso propio, mejor en CSV.",
    "en": "Publish each sheet with data as a resource of its own, better as CSV.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Empty sheets count too: they hide what the file holds."""
    if not file.sheets:
        yield NotApplicable({"es": "No es una hoja de cálculo.", "en": "It is no spreadsheet."})
        return
    detail = {"es": f"Tiene {file.sheets} hojas.", "en": f"It has {file.sheets} sheets."}
    yield Fail(file.sheets, detail=detail) if file.sheets > 1 else Pass()

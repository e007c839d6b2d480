"""Pure: the format is open: three stars or more of open data's five (CSV, JSON, ODS...); XLSX and XLS have two."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..openness import stars
from ..results import Fail, NotApplicable, Outcome, Pass

GROUP, SEVERITY, VERSION = "openness", "warning", 1
TITLE = {"es": "Formato que no es abierto", "en": "Format that is not open"}
ADVICE = {
    "es": "Publique los mismos datos en CSV; puede dejar la hoja de cálculo al lado.",
    "en": "Publish the same data as CSV; the spreadsheet may stay beside it.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Two stars or less fail."""
    found = stars(file.format)
    if not found:
        yield NotApplicable({"es": "Formato desconocido.", "en": "Unknown format."})
        return
    detail = {
        "es": f"{file.format.upper()}: {found} de 5 estrellas.",
        "en": f"{file.format.upper()}: {found} of 5 stars.",
    }
    yield Pass() if found >= 3 else Fail(1, detail=detail)

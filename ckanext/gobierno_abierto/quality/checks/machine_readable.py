"""Pure: a program can read the data: a PDF, an image, a web page or a text document is no table."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..openness import stars
from ..results import Fail, NotApplicable, Outcome, Pass

GROUP, SEVERITY, VERSION = "openness", "warning", 1
TITLE = {"es": "Los datos no se pueden procesar", "en": "The data cannot be processed"}
ADVICE = {
    "es": "Publique la tabla como CSV u hoja de cálculo; el documento puede ir al lado.",
    "en": "Publish the table as CSV or a spreadsheet; the document may go beside it.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """One star fails."""
    found = stars(file.format)
    if not found:
        yield NotApplicable({"es": "Formato desconocido.", "en": "Unknown format."})
        return
    yield Pass() if found >= 2 else Fail(1)

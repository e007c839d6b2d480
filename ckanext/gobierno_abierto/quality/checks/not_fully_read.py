"""Pure: the whole file was read within the time allowed."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "Revisión incompleta", "en": "Check not finished"}
ADVICE = {
    "es": "Lo que se informa vale para la parte leída. Divida el archivo, por año o por departamento.",
    "en": "What is reported holds for the part that was read. Divide the file, by year or by department.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "not_fully_read")

"""Pure: a file has at least one byte."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Archivo vacío", "en": "Empty file"}
ADVICE = {
    "es": "Revise que el archivo se haya guardado bien y vuelva a enviarlo.",
    "en": "See that the file was saved and send it again.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "empty_file")

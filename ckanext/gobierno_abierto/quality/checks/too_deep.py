"""Pure: a document is nested at most 100 levels deep."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Demasiados niveles anidados", "en": "Nested too deeply"}
ADVICE = {
    "es": "Envíe los datos en una estructura más plana, o como tabla.",
    "en": "Send the data in a flatter structure, or as a table.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "too_deep")

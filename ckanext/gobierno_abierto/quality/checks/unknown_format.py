"""Pure: the first bytes of a file are those of a known format."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Formato desconocido", "en": "Unknown format"}
ADVICE = {
    "es": "Exporte los datos como CSV en UTF-8 y envíe ese archivo.",
    "en": "Export the data as CSV in UTF-8 and send that file.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "unknown_format")

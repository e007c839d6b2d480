"""Pure: open data are read without a password."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Archivo protegido con contraseña", "en": "File protected by a password"}
ADVICE = {
    "es": "Quite la contraseña (Archivo, Información, Proteger libro) y vuelva a enviarlo.",
    "en": "Remove the password (File, Info, Protect Workbook) and send it again.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "protected")

"""Pure: a compressed file does no harm to whoever unpacks it: no bombs, no paths outside, no programs."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Archivo comprimido peligroso", "en": "Unsafe compressed file"}
ADVICE = {
    "es": (
        "Vuelva a comprimir solo los datos, sin rutas ni programas; si es muy grande, divídalo por año o departamento."
    ),
    "en": ("Compress the data alone, without paths or programs; if it is very large, divide it by year or department."),
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "unsafe_archive")

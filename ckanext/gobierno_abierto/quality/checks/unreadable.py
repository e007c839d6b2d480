"""Pure: a file can be read to its end in its format: not cut, not damaged."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Archivo cortado o dañado", "en": "Cut or damaged file"}
ADVICE = {
    "es": "Ábralo con el programa que lo creó, guárdelo otra vez y reenvíelo; si es una copia, tome el original.",
    "en": "Open it with the program that made it, save it again and send it; if it is a copy, take the original.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "unreadable")

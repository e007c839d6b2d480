"""Pure: a line takes at most 10 MB, a JSON record at most 16 MB."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Línea sin fin", "en": "Line without end"}
ADVICE = {
    "es": "Puede que el archivo no sea una tabla o que perdiera sus saltos de línea: expórtelo de nuevo como CSV.",
    "en": "The file may be no table, or has lost its line ends: export it again as CSV.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "long_line")

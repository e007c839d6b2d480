"""Pure: the content of a file is what its extension announces."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "La extensión no corresponde al contenido", "en": "The extension does not match the content"}
ADVICE = {
    "es": "Cambie la extensión por la verdadera, o expórtelo de nuevo en el formato que anuncia.",
    "en": "Change the extension to the true one, or export it again in the format that it announces.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "wrong_extension")

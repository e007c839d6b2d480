"""Pure: a text is written in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Fail, NotApplicable, Outcome, Pass

NAMES = {"cp1252": "Windows-1252", "latin-1": "ISO 8859-1 (Latin-1)"}

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "El texto no está en UTF-8", "en": "The text is not in UTF-8"}
ADVICE = {
    "es": "Guárdelo como «CSV UTF-8»: en otra codificación las tildes y la ñ se ven mal en muchos programas.",
    "en": "Save it as 'CSV UTF-8': in another encoding accents and ñ look wrong in many programs.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """The encoding is found from the whole text."""
    if not file.encoding:
        yield NotApplicable({"es": "No es un texto.", "en": "It is no text."})
        return
    if file.encoding.startswith("utf-8"):
        yield Pass()
        return
    name = NAMES.get(file.encoding, file.encoding.upper())
    yield Fail(1, detail={"es": f"Está en {name}.", "en": f"It is in {name}."})

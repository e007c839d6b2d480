"""Pure: no text was decoded wrongly before it was saved («Ã±» for «ñ», or the mark of a lost character)."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "Letras dañadas por un cambio de codificación", "en": "Letters damaged by a change of encoding"}
ADVICE = {
    "es": "Vuelva al archivo de origen y expórtelo en UTF-8; lo dañado no se puede corregir con seguridad.",
    "en": "Go back to the source and export it as UTF-8; what is damaged cannot be mended with certainty.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass."""
    yield failed(table.mojibake) if table.delimited else _shared.NOT_DELIMITED

"""Pure: a value stands on one line: breaks inside of quoted values are right, but many programs cut the row there."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "info", 1
TITLE = {"es": "Saltos de línea dentro de valores", "en": "Line breaks inside of values"}
ADVICE = {
    "es": "Si puede, reemplace los saltos por un espacio o por « / ».",
    "en": "If you can, replace the breaks by a space or by ' / '.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass."""
    yield failed(table.newlines) if table.delimited else _shared.NOT_DELIMITED

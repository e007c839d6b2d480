"""Pure: a quote stands around a whole value, or is doubled inside of a quoted one (RFC 4180)."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Comillas fuera de lugar", "en": "Quotes out of place"}
ADVICE = {
    "es": 'Duplique las comillas que son parte del texto ("") y encierre el valor entero entre comillas.',
    "en": 'Double the quotes that belong to the text ("") and quote the whole value.',
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass."""
    yield failed(table.stray_quotes) if table.delimited else _shared.NOT_DELIMITED

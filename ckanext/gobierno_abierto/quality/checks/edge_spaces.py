"""Pure: no value begins or ends with a space."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "content", "info", 1
TITLE = {"es": "Espacios al comienzo o al final", "en": "Spaces at the beginning or end"}
ADVICE = {
    "es": "Quite los espacios (función ESPACIOS): «La Paz » y «La Paz» no se agrupan juntos.",
    "en": "Remove the spaces (TRIM function): 'La Paz ' and 'La Paz' do not group together.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Cells of spaces alone count as empty."""
    return _shared.per_column(table, ((one, one.edge_spaces, None) for one in table.columns))

"""Pure: each record of a map has a geometry."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import NotApplicable, Outcome, failed

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "Registros sin geometría", "en": "Records without a geometry"}
ADVICE = {
    "es": "Dibuje la geometría que falta o quite el registro del mapa.",
    "en": "Draw the missing geometry or take the record out of the map.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Maps only."""
    if table.geometries is None:
        yield NotApplicable({"es": "No es un mapa.", "en": "It is no map."})
        return
    yield failed(table.geometries.missing)

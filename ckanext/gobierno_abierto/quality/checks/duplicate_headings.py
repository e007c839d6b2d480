"""Pure: no two columns have the same name, whatever its case and spaces."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import MAX_PLACES, Fail, Outcome, Pass, Place, shown

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Nombres de columna repetidos", "en": "Repeated column names"}
ADVICE = {
    "es": "Dé a cada columna un nombre propio: de lo contrario un programa pierde una de las dos.",
    "en": "Give each column a name of its own: otherwise a program loses one of the two.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Places are the columns that repeat an earlier one."""
    seen: set[str] = set()
    repeated: list[Place] = []
    for position, cell in enumerate(table.heading.cells, 1):
        name = " ".join(cell.casefold().split())
        if name and name in seen:
            repeated.append(Place(table.heading.line, position, value=shown(cell)))
        seen.add(name)
    yield Fail(len(repeated), tuple(repeated[:MAX_PLACES])) if repeated else Pass()

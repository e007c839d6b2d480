"""Pure: the data dictionary describes each column: it has a label or a description."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import MAX_PLACES, Fail, Outcome, Pass, Place
from . import _shared

GROUP, SEVERITY, VERSION = "dictionary", "warning", 1
TITLE = {"es": "Columnas sin documentar", "en": "Undocumented columns"}
ADVICE = {
    "es": "Escriba en el diccionario qué significa cada columna, su unidad y sus códigos.",
    "en": "Write in the dictionary what each column means, its unit and its codes.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Places are the columns."""
    if table.dictionary is None:
        yield _shared.NO_DICTIONARY
        return
    known = {_shared.fold(one.name) for one in table.dictionary if one.label.strip() or one.description.strip()}
    lacking = [one for one in table.columns if not known & {_shared.fold(one.name), _shared.fold(one.heading)}]
    places = tuple(Place(table.heading.line, one.position, value=one.name) for one in lacking[:MAX_PLACES])
    yield Fail(len(lacking), places) if lacking else Pass()

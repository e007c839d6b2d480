"""Pure: each column of the data dictionary is in the file."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import MAX_PLACES, Fail, Outcome, Pass, Place, shown
from . import _shared

GROUP, SEVERITY, VERSION = "dictionary", "warning", 1
TITLE = {
    "es": "Columnas del diccionario que el archivo no tiene",
    "en": "Columns of the dictionary that the file lacks",
}
ADVICE = {
    "es": "Corrija el nombre en el diccionario o agregue la columna al archivo.",
    "en": "Mend the name in the dictionary or add the column to the file.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Names are compared without case and spaces."""
    if table.dictionary is None:
        yield _shared.NO_DICTIONARY
        return
    present = {_shared.fold(name) for one in table.columns for name in (one.name, one.heading)}
    lacking = [one for one in table.dictionary if one.name.strip() and _shared.fold(one.name) not in present]
    places = tuple(Place(table.heading.line, value=shown(one.name)) for one in lacking[:MAX_PLACES])
    yield Fail(len(lacking), places) if lacking else Pass()

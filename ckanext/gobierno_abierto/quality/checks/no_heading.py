"""Pure: the first row names the columns: most of its cells are no figures."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..inputs.heading import looks_like_data
from ..results import Fail, Outcome, Pass, Place
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "La tabla parece no tener encabezado", "en": "The table seems to have no heading"}
ADVICE = {
    "es": "Ponga en la primera fila el nombre de cada columna, corto y sin repetir.",
    "en": "Put the name of each column in the first row, short and not repeated.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Formats whose keys name the columns have no heading row."""
    if not table.heading.line:
        yield _shared.NO_HEADING
        return
    yield Fail(1, (Place(table.heading.line),)) if looks_like_data(table.heading.cells) else Pass()

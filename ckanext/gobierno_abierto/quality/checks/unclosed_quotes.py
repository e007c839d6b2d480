"""Pure: each quote that opens a value is closed."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Comillas que no se cierran", "en": "Quotes that are not closed"}
ADVICE = {
    "es": ("Cierre las comillas en la línea señalada; sin eso, un programa une las filas que siguen en un solo valor."),
    "en": "Close the quotes on the line shown; without it a program joins the rows that follow into one value.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass."""
    yield failed(table.unclosed) if table.delimited else _shared.NOT_DELIMITED

"""Pure: each row has as many values as the heading."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import TableFacts
from ..results import Outcome, failed
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {
    "es": "Filas con más o menos valores que el encabezado",
    "en": "Rows with more or fewer values than the heading",
}
ADVICE = {
    "es": (
        "Vaya a cada línea: si sobra un valor, escriba entre comillas el texto que lleva el separador; si "
        "falta, agregue el separador."
    ),
    "en": (
        "Go to each line: if there is one value too many, quote the text that holds the separator; if one is "
        "missing, add the separator."
    ),
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the line pass; the detail says how many values were found."""
    if not table.delimited:
        yield _shared.NOT_DELIMITED
        return
    found = ", ".join(f"{width} ({count})" for width, count in sorted(table.ragged_widths.items())[:8])
    width = len(table.names)
    detail = {
        "es": f"El encabezado tiene {width} valores; las filas, entre paréntesis cuántas: {found}.",
        "en": f"The heading has {width} values; the rows, in brackets how many: {found}.",
    }
    yield failed(table.ragged, detail=detail)

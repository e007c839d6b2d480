"""Pure: the values of a column are of the type that the data dictionary declares."""

from __future__ import annotations

from collections.abc import Iterable

from .. import kinds
from ..column_scan import ACCEPTED, ColumnScan
from ..facts import TableFacts
from ..results import Outcome, Tally, merged
from . import _shared

#: Values of the vocabulary tipos_de_columna -> type of the scan; the others are not judged.
DECLARED = {
    "entero": "integer",
    "decimal": "decimal",
    "moneda": "decimal",
    "coordenada": "decimal",
    "fecha": "date",
    "fecha-hora": "datetime",
    "hora": "time",
    "logico": "boolean",
}

GROUP, SEVERITY, VERSION = "dictionary", "warning", 1
TITLE = {"es": "Valores que no son del tipo declarado", "en": "Values that are not of the declared type"}
ADVICE = {
    "es": "Corrija los valores, o el tipo en el diccionario.",
    "en": "Mend the values, or the type in the dictionary.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Missing marks are not judged."""
    if table.dictionary is None:
        yield _shared.NO_DICTIONARY
        return
    types = {_shared.fold(one.name): DECLARED[one.type] for one in table.dictionary if one.type in DECLARED}
    pairs = ((one, types.get(_shared.fold(one.name), "")) for one in table.columns)
    yield from _shared.per_column(table, ((one, _others(one, wanted), None) for one, wanted in pairs if wanted))


def _others(column: ColumnScan, wanted: str) -> Tally:
    accepted = ACCEPTED[wanted] | {kinds.MISSING}
    return merged(tally for kind, tally in column.kinds.items() if kind not in accepted)

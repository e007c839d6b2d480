"""Pure: reasons and helpers that several checks share."""

from __future__ import annotations

from collections.abc import Iterable

from ..column_scan import ColumnScan
from ..facts import FileFacts, TableFacts
from ..results import Fail, NotApplicable, Outcome, Pass, Tally, Text

NOT_DELIMITED = NotApplicable(
    {"es": "Solo se aplica a textos delimitados (CSV, TSV).", "en": "It applies to delimited texts (CSV, TSV) only."}
)
NO_COLUMNS = NotApplicable({"es": "La tabla no tiene columnas con datos.", "en": "The table has no columns with data."})
NO_DICTIONARY = NotApplicable({"es": "No se dio un diccionario de datos.", "en": "No data dictionary was given."})
NO_CODES = NotApplicable({"es": "No hay una columna de códigos del INE.", "en": "There is no column of INE codes."})
NO_HEADING = NotApplicable({"es": "El formato no tiene fila de encabezado.", "en": "The format has no heading row."})


def fold(name: str) -> str:
    """A column's name for comparison: without case and runs of space."""
    return " ".join(name.casefold().split())


def problems(file: FileFacts, code: str) -> Iterable[Outcome]:
    """A failure for each problem of this code that reading met; else the file passes."""
    found = [one for one in file.problems if one.code == code]
    for one in found:
        yield Fail(1, (one.place,) if one.place.line else (), detail=one.detail)
    if not found:
        yield Pass()


def per_column(table: TableFacts, found: Iterable[tuple[ColumnScan, Tally, Text | None]]) -> Iterable[Outcome]:
    """A failure for each column with something in its tally; Pass when none has; not applicable without columns."""
    if not table.columns:
        yield NO_COLUMNS
        return
    good = True
    for column, tally, detail in found:
        if tally.count:
            good = False
            yield Fail(tally.count, tuple(tally.places), column.name, detail)
    if good:
        yield Pass()

"""Pure: no cells below the heading are merged: a merged cell leaves the others empty."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import ROW, TableFacts
from ..results import NotApplicable, Outcome, failed

GROUP, SEVERITY, VERSION = "structure", "warning", 1
TITLE = {"es": "Celdas combinadas", "en": "Merged cells"}
ADVICE = {
    "es": "Separe las celdas combinadas y repita el valor en cada fila.",
    "en": "Split the merged cells and repeat the value in each row.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the workbook (XLSX and XLS)."""
    if table.unit != ROW:
        yield NotApplicable({"es": "Solo se aplica a hojas de cálculo.", "en": "It applies to spreadsheets only."})
        return
    yield failed(table.merged_cells)

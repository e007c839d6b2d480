"""Pure: each line of a JSON lines file is one JSON value."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import LINE, TableFacts
from ..results import NotApplicable, Outcome, failed

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Líneas que no son JSON", "en": "Lines that are no JSON"}
ADVICE = {
    "es": "Corrija cada línea señalada: comillas dobles, sin coma al final, un registro por línea.",
    "en": "Mend each line shown: double quotes, no comma at the end, one record a line.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    if table.delimited or table.unit != LINE:
        yield NotApplicable({"es": "Solo se aplica a JSON por líneas.", "en": "It applies to JSON lines only."})
        return
    yield failed(table.bad_records)

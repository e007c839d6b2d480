"""Pure: a category is written in one way: «LA PAZ», «La Paz» and «la paz» are one.

It applies to columns of text with at most 1,000 different values, each used three times on average.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from ..column_scan import TEXT, ColumnScan
from ..facts import TableFacts
from ..results import MAX_PLACES, Outcome, Place, Tally, Text, shown
from . import _shared

MOST, USES = 1_000, 3

GROUP, SEVERITY, VERSION = "content", "warning", 1
TITLE = {"es": "La misma categoría escrita de varias formas", "en": "One category written in several ways"}
ADVICE = {"es": "Use una sola forma en toda la columna.", "en": "Use one form in the whole column."}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """The rarer forms are told, each at its first place."""
    return _shared.per_column(table, ((one, *_rare(one)) for one in table.columns))


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c) or c == "\u0303").split())


def _rare(column: ColumnScan) -> tuple[Tally, Text | None]:
    frame = column.distinct.frame
    if (
        column.type != TEXT
        or not column.distinct.complete
        or frame.height > MOST
        or column.values < frame.height * USES
    ):
        return Tally(), None
    groups: dict[str, list[tuple[int, int, str]]] = {}
    for value, count, line in frame.select("value", "count", "line").iter_rows():
        groups.setdefault(_fold(value), []).append((count, line, value))
    tally, pairs = Tally(), []
    for forms in groups.values():
        usual, *rare = sorted(forms, key=lambda form: -form[0])
        tally.count += sum(form[0] for form in rare)
        tally.places += [Place(line, column.position, value=shown(value)) for _count, line, value in rare]
        pairs += [f"«{shown(value)}» / «{shown(usual[2])}»" for _count, _line, value in rare]
    tally.places = sorted(tally.places, key=lambda place: place.line)[:MAX_PLACES]
    told = "; ".join(pairs[:5])
    return tally, {"es": f"{told}.", "en": f"{told}."} if pairs else None

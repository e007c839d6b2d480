"""Pure: which row of a table is its heading, and what the columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ..facts import Heading
from ..headings import column_names

#: Rows that are looked at.
SAMPLE_ROWS = 40
_FIGURE = re.compile(r"[+-]?\d[\d.,/:\s-]*%?")
Rows = Sequence[tuple[int, Sequence[str]]]


def find(rows: Rows) -> int:
    """Index of the heading among the first rows that are not blank; titles above it are passed over.

    The heading is at least half as full as most rows are; a row of one cell above wider ones is a title.
    """
    filled = [sum(bool(value.strip()) for value in values) for _line, values in rows]
    usual = Counter(filled[:SAMPLE_ROWS]).most_common(1)[0][0] if filled else 0
    width = Counter(len(values) for _line, values in rows[:SAMPLE_ROWS]).most_common(1)[0][0] if rows else 0
    for index, (_line, values) in enumerate(rows[:SAMPLE_ROWS]):
        title = filled[index] <= 1 < usual and len(values) != width
        if filled[index] * 2 >= usual and not title:
            return index
    return 0


def looks_like_data(values: Sequence[str]) -> bool:
    """Whether most cells of a heading are figures: then the table begins without one. Years name columns."""
    told = [value.strip() for value in values if value.strip()]
    figures = [value for value in told if _FIGURE.fullmatch(value) and not re.fullmatch(r"(?:19|20)\d\d", value)]
    return bool(told) and len(figures) * 2 > len(told)


def of(line: int, values: Sequence[str], lines: int = 1) -> tuple[Heading, list[str]]:
    """The heading with its cells as they are, and one name per column."""
    cells = tuple(values)
    return Heading(line, lines, cells), column_names(cells)


def merge(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows of a heading as one: the group's name goes before each of its columns («Población - Hombres»)."""
    names = []
    for group, name in zip(upper, lower, strict=True):
        parts = [part for part in (group.strip(), name.strip()) if part]
        names.append(" - ".join(dict.fromkeys(parts)))
    return names

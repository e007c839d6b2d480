"""Pure: the sample of a column as the detector takes it, and its values made tidy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Distinct values that are looked at; more of them change no decision and cost time.
LOOKED_AT = 1_000
#: Longest part of a value that is looked at, in characters.
LONGEST = 1_000
#: Marks for a missing value, tidy.
MISSING = frozenset(
    ["", *"- -- --- . .. * ? 0 N/A NA N.A. N.A N/D ND NS/NR S/D SD S/D. S.D. S/N SN S/I X XX".split()]
    + ["NULL", "NONE", "NAN", "NINGUNO", "NINGUNA", "VACIO", "SIN DATO", "SIN DATOS", "SIN INFORMACION", "SIN NUMERO"]
    + ["NO TIENE", "NO APLICA", "NO CORRESPONDE"]
)
_SPACES = re.compile(r"\s+")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+")
_WHOLE = re.compile(r"(\d+)\.0+")


@dataclass(frozen=True)
class ColumnSample:
    """Distinct values of a column with how often each occurs (a fair sample where there are many).

    `rows`: of the table; `nulls`: empty cells; `distinct`: how many distinct values the column has, at least those of
    the sample.
    """

    name: str
    values: Mapping[str, int]
    rows: int
    nulls: int
    distinct: int

    @classmethod
    def of(cls, given: Any) -> ColumnSample:
        """From anything with `name`, `values` (a mapping or pairs), `rows`, `distinct` and `nulls` or `empty`.

        A `heading`, when it has one, is what the file calls the column; `name` may be made up.
        """
        heading = getattr(given, "heading", None)
        nulls = given.nulls if hasattr(given, "nulls") else given.empty
        name = given.name if heading is None else heading
        return cls(str(name or ""), dict(given.values), int(given.rows), int(nulls), int(given.distinct))


def fold(text: str) -> str:
    """Upper case without accents, spaces trimmed and single, ñ as N; º stays."""
    if not text.isascii():
        text = "".join(c if c in "ºª" else unicodedata.normalize("NFKD", c) for c in unicodedata.normalize("NFC", text))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _SPACES.sub(" ", text).strip().upper()


def tidy(text: str, longest: int = LONGEST) -> str:
    """A value as the patterns see it: folded, `1234567.0`, `1.234.567` and `'1234567` as `1234567`."""
    # A spreadsheet writes '1234567 to keep a number as text.
    folded = fold(text[:longest]).lstrip("'").strip()
    if _GROUPED.fullmatch(folded):
        return folded.replace(".", "").replace(",", "")
    whole = _WHOLE.fullmatch(folded)
    return whole[1] if whole else folded


def tidy_values(values: Mapping[str, int]) -> dict[str, int]:
    """Tidy value -> in how many cells, without the marks for missing ones; at most LOOKED_AT."""
    found: dict[str, int] = {}
    for value, count in values.items():
        shape = tidy(value)
        if shape in found:
            found[shape] += count
        elif shape not in MISSING and len(found) < LOOKED_AT:
            found[shape] = count
    return found

"""Pure: how a page speaks: its language, its catalogue, its way to write numbers and days."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Whole numbers of this range are taken for years when a whole column keeps to it: no thousands mark.
YEARS = range(1800, 2101)


@dataclass(frozen=True)
class Say:
    """`gettext` and `ngettext` take Spanish message ids; `number` and `day` (of ISO 8601 text) write for the reader."""

    language: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    number: Callable[[float], str]
    day: Callable[[str], str]

    def text(self, pair: Mapping[str, str] | None) -> str:
        """The reader's side of `{"es": ..., "en": ...}`; Spanish where there is none."""
        return (pair.get(self.language) or pair.get("es") or "") if pair else ""

    def figure(self, value: Any, decimals: int | None = None, years: bool = False) -> str:
        """A number or a day of a profile; `decimals`: how many at most, None: four figures that mean something."""
        if isinstance(value, str):
            return self.day(value)
        if value is None or not math.isfinite(value):
            return ""
        if years and value in YEARS:
            return str(int(value))
        size = abs(value)
        if size >= 1e15 or 0 < size < 1e-6:
            return f"{value:.3g}"
        if decimals is None:
            decimals = 2 if size >= 1 or not size else 3 - math.floor(math.log10(size))
        rounded = round(value, decimals)
        return self.number(int(rounded) if float(rounded).is_integer() else rounded)

    def share(self, part: float, whole: float) -> str:
        """A percentage: `3,2 %`; `< 0,1 %` for what would be written as nothing."""
        if not whole:
            return ""
        value = 100 * part / whole
        if 0 < value < 0.1:
            return self.gettext("menos de 0,1 %")
        # What is not all of it is not written as all of it.
        rounded = min(round(value, 1), 99.9) if value < 100 else 100.0
        return f"{self.figure(rounded, 1)} %"

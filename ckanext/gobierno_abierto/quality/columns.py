"""Pure: the type of each column, decided from all its values, and the values as PostgreSQL reads them.

The decision is cautious: one value that does not fit makes the column text, because a wrong type loses data (the zero
of «0201», the day of «03/04/2024») and text loses nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: What officers write for «no value»; only in columns of numbers and dates, elsewhere it may be a value.
MISSING = frozenset(
    [
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "..",
        "...",
        "…",
        "s/d",
        "s.d.",
        "sd",
        "n/d",
        "n.d.",
        "nd",
        "n/a",
        "n.a.",
        "na",
    ]
    + ["nan", "null", "none", "sin dato", "sin datos", "no aplica", "no disponible"]
)
#: Beyond this a number is an identifier (CUCE, account, telephone with prefix), not a quantity.
MAX_DIGITS = 15

_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_DOT = re.compile(r"[+-]?(?:0|[1-9]\d*)?\.\d+|[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?")
_DOT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}|[+-]?(?:0|[1-9]\d{0,2})")
_COMMA_THOUSANDS = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d{0,2})(?:\.\d+)?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ISO_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?")
_LOCAL_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_LOCAL_TIME = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}) +(\d{1,2}):(\d{2})(?::(\d{2}))?")


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text.split("e")[0].split("E")[0])


def _is_quantity(text: str) -> bool:
    """Decimals may be long (coordinates); a long whole number is an identifier."""
    return _digits(text) <= (MAX_DIGITS if text.lstrip("+-").isdecimal() else MAX_DIGITS + 5)


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= 1000 else None


def _moment(day: dt.date | None, hour: str, minute: str, second: str | None) -> str | None:
    if day is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return f"{day.isoformat()} {int(hour):02}:{minute}:{second or '00'}"


def integer(text: str) -> str | None:
    """`12`, `-3`; not `012`, not an identifier."""
    return text if _INTEGER.fullmatch(text) and _digits(text) <= MAX_DIGITS else None


def decimal_dot(text: str) -> str | None:
    """`1.5`, `.5`, `2e-3`, whole numbers too."""
    return text if _DOT.fullmatch(text) and _is_quantity(text) else None


def decimal_comma(text: str) -> str | None:
    """`1,5`, `1.234,56`; the dots are thousands."""
    if not _COMMA.fullmatch(text) or not _is_quantity(text):
        return None
    return text.replace(".", "").replace(",", ".")


def dot_thousands(text: str) -> str | None:
    """`1.234.567`, with small whole numbers."""
    return text.replace(".", "") if _DOT_THOUSANDS.fullmatch(text) else None


def comma_thousands(text: str) -> str | None:
    """`1,234.56`, `1,234,567`."""
    return text.replace(",", "") if _COMMA_THOUSANDS.fullmatch(text) else None


def iso_date(text: str) -> str | None:
    """`2024-01-31`."""
    match = _ISO_DATE.fullmatch(text)
    day = _date(*match.groups()) if match else None
    return day.isoformat() if day else None


def local_date(text: str) -> str | None:
    """`31/01/2024`: day first, as Bolivia writes it."""
    match = _LOCAL_DATE.fullmatch(text)
    day = _date(match[3], match[2], match[1]) if match else None
    return day.isoformat() if day else None


def moment(text: str) -> str | None:
    """`2024-01-31 10:30`, with `T`, with seconds; a bare ISO date is its midnight."""
    match = _ISO_TIME.fullmatch(text)
    if match:
        return _moment(_date(match[1], match[2], match[3]), match[4], match[5], match[6])
    return iso_date(text)


def local_moment(text: str) -> str | None:
    """`31/01/2024 10:30`; a bare date is its midnight."""
    match = _LOCAL_TIME.fullmatch(text)
    if match:
        return _moment(_date(match[3], match[2], match[1]), match[4], match[5], match[6])
    return local_date(text)


#: (name, PostgreSQL type, reader) in the order of preference: the narrowest that fits all values wins.
READERS = (
    ("integer", "int8", integer),
    ("decimal_dot", "numeric", decimal_dot),
    ("decimal_comma", "numeric", decimal_comma),
    ("dot_thousands", "numeric", dot_thousands),
    ("comma_thousands", "numeric", comma_thousands),
    ("iso_date", "date", iso_date),
    ("local_date", "date", local_date),
    ("moment", "timestamp", moment),
    ("local_moment", "timestamp", local_moment),
)
_BY_NAME = {name: (kind, reader) for name, kind, reader in READERS}
#: Types of the data dictionary that an officer may impose, and the readers that serve each.
OVERRIDES = {
    "text": (),
    "numeric": ("integer", "decimal_dot", "decimal_comma", "dot_thousands", "comma_thousands"),
    "timestamp": ("moment", "local_moment"),
    "date": ("iso_date", "local_date"),
    "int8": ("integer",),
}


@dataclass
class Column:
    """What the values of one column have been so far, and what they may still be."""

    name: str
    candidates: list[str] = field(default_factory=lambda: [name for name, _kind, _reader in READERS])
    values: int = 0
    #: A comma with anything but three digits behind it proves that it is the decimal mark; a dot likewise.
    comma_is_decimal: bool = False
    forced: str = ""

    def see(self, values: Iterable[str]) -> None:
        """Take note of distinct, stripped values."""
        for value in values:
            if not self.candidates:
                return
            if value.lower() in MISSING:
                continue
            self.values += 1
            self.candidates = [name for name in self.candidates if _BY_NAME[name][1](value) is not None]
            if "," in value and not re.search(r",\d{3}$", value):
                self.comma_is_decimal = True

    @property
    def reader(self) -> str:
        """Name of the reader that was chosen, `""` for text."""
        if not self.values or self.forced == "text":
            return ""
        wanted = OVERRIDES.get(self.forced)
        for name in self.candidates:
            if wanted is not None and name not in wanted:
                continue
            # «1,234» alone may be one and a bit or more than a thousand: nobody can tell, so it stays text.
            if name == "decimal_comma" and not self.comma_is_decimal and "comma_thousands" in self.candidates:
                return ""
            return name
        return ""

    @property
    def type(self) -> str:
        """PostgreSQL type."""
        return self.forced or (_BY_NAME[self.reader][0] if self.reader else "text")

    def convert(self, value: str) -> str:
        """A stripped value as COPY reads it; `""` is null. Raises ValueError when it does not fit."""
        names = [self.reader] if self.reader else OVERRIDES.get(self.forced, ())
        if not names:
            return value
        if value.lower() in MISSING:
            return ""
        if self.forced in {"numeric", "int8"}:
            # Whoever imposes a number on codes like 0201 gives their zeros up.
            value = re.sub(r"^([+-]?)0+(?=\d)", r"\1", value)
        for name in names:
            found = _BY_NAME[name][1](value)
            if found is not None:
                return found
        raise ValueError(value)


def decide(names: Sequence[str], chunks: Iterable[Sequence[Sequence[str]]]) -> list[Column]:
    """The columns of a table, from its rows in chunks; each row as long as `names`."""
    columns = [Column(name) for name in names]
    for rows in chunks:
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.see({value.strip() for value in values})
    return columns

"""Pure: the type of each column, decided from all its values, and the values as PostgreSQL reads them.

The decision is cautious: one value that does not fit makes the column text, because a wrong type loses data (the zero
of «0201», the day of «03/04/2024») and text loses nothing. A reader in Python says what each value may be; SHAPES are
patterns over whole columns that say the same of nearly all values at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from . import kinds

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
_ISO_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?")
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


def _moment(day: dt.date | None, hour: str, minute: str, second: str | None, fraction: str | None = None) -> str | None:
    if day is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return f"{day.isoformat()} {int(hour):02}:{minute}:{second or '00'}{fraction or ''}"


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
        return _moment(_date(match[1], match[2], match[3]), match[4], match[5], match[6], match[7])
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


@dataclass(frozen=True)
class Shape:
    """What a stripped value may look like, and all the readers that accept it; the shapes exclude one another."""

    pattern: str
    readers: frozenset[str]


def _shape(pattern: str, readers: str) -> Shape:
    return Shape(f"^(?:{pattern})$", frozenset(readers.split()))


_ISO = kinds.PATTERNS[kinds.ISO_DATE]
#: Both separators alike, and no dots: so PostgreSQL reads it too, day first.
_LOCAL = "|".join(kinds.PATTERNS[kinds.LOCAL_DATE].replace("[/.-]", mark) for mark in "/-")
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d"
SHAPES = (
    _shape(r"[+-]?(?:0|[1-9]\d{0,2})", "integer decimal_dot decimal_comma dot_thousands comma_thousands"),
    _shape(r"[+-]?[1-9]\d{3,14}", "integer decimal_dot decimal_comma"),
    _shape(r"[+-]?(?:(?:0|[1-9]\d{0,2})\.(?:\d{1,2}|\d{4,17})|0\.\d{3})", "decimal_dot comma_thousands"),
    _shape(r"[+-]?(?:[1-9]\d{3,9}\.\d{1,10}|\.\d{1,17})", "decimal_dot"),
    _shape(r"[+-]?[1-9]\d{0,2}\.\d{3}", "decimal_dot decimal_comma comma_thousands"),
    _shape(
        r"[+-]?(?:0,\d{1,17}|[1-9]\d{0,2},(?:\d{1,2}|\d{4,17})|[1-9]\d{3,9},\d{1,10}"
        r"|[1-9]\d{0,2}(?:\.\d{3}){1,3},\d{1,8})",
        "decimal_comma",
    ),
    _shape(r"[+-]?[1-9]\d{0,2},\d{3}", "decimal_comma comma_thousands"),
    _shape(r"[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,5}", "decimal_comma dot_thousands"),
    _shape(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)", "comma_thousands"),
    _shape(_ISO, "iso_date moment"),
    _shape(_LOCAL, "local_date local_moment"),
    _shape(rf"{_ISO}[T ]{_CLOCK}(?:\.\d{{1,6}})?)?", "moment"),
    _shape(rf"(?:{_LOCAL}) +{_CLOCK})?", "local_moment"),
)
#: Reader -> the pattern of the values that `plain` makes ready; others go one by one through Column.convert.
REGULAR = {
    name: "|".join(shape.pattern for shape in SHAPES if name in shape.readers) for name, _kind, _reader in READERS
}
#: Values of a new column that are looked at before all of them are.
PROBE = 200


def plain(values: pl.Expr, reader: str) -> pl.Expr:
    """Regular values of a reader as PostgreSQL reads them with the date style «ISO, DMY»."""
    if reader in {"decimal_comma", "dot_thousands"}:
        values = values.str.replace_all(".", "", literal=True)
    if reader == "decimal_comma":
        return values.str.replace(",", ".", literal=True)
    return values.str.replace_all(",", "", literal=True) if reader == "comma_thousands" else values


@dataclass
class Column:
    """What the values of one column have been so far, and what they may still be."""

    name: str
    candidates: list[str] = field(default_factory=lambda: [name for name, _kind, _reader in READERS])
    #: There was a value that is neither nothing nor a mark for nothing.
    told: bool = False
    #: There was a cell with more than spaces in it.
    filled: bool = False
    #: There may be values, of those that are kept, that `plain` does not make ready.
    odd: bool = False
    forced: str = ""
    _seen: list[Shape] = field(default_factory=list)

    def see(self, values: pl.Series) -> None:
        """Take note of the values of a batch (null: empty cell)."""
        if not self.candidates and self.filled:
            return
        values = values.drop_nulls()
        if not self.told and len(values) > PROBE * 2:
            # Most columns are text, which a few values tell.
            self._see(values.head(PROBE))
        self._see(values)

    def _see(self, values: pl.Series) -> None:
        values = self._without(values, self._seen or SHAPES)
        if values.is_empty() or (not self.candidates and self.filled):
            return
        bare = values.str.strip_chars()
        marks = bare.str.to_lowercase().is_in(_MARKS.implode())
        self.odd = self.odd or bool(marks.any()) or bool((bare != values).any())
        self.filled = self.filled or bool((bare != "").any())
        values = bare.filter(~marks)
        if values.is_empty():
            return
        self.told = True
        values = self._without(values, SHAPES)
        self.odd = self.odd or not values.is_empty()
        for value in values.unique():
            if not self.candidates:
                return
            self._narrow({name for name in self.candidates if _BY_NAME[name][1](value) is not None})

    def _without(self, values: pl.Series, shapes: Sequence[Shape]) -> pl.Series:
        """The values that have none of the shapes; the others are taken note of."""
        for shape in shapes:
            if values.is_empty() or not self.candidates:
                return values
            hits = values.str.contains(shape.pattern)
            if not hits.any():
                continue
            self.told = self.filled = True
            self._narrow(shape.readers)
            if shape not in self._seen:
                self._seen.append(shape)
            values = values.filter(~hits)
        return values

    def _narrow(self, names: Collection[str]) -> None:
        self.candidates = [name for name in self.candidates if name in names]

    @property
    def reader(self) -> str:
        """Name of the reader that was chosen, `""` for text."""
        if not self.told or self.forced == "text":
            return ""
        wanted = OVERRIDES.get(self.forced)
        for name in self.candidates:
            if wanted is not None and name not in wanted:
                continue
            # «1,234» alone may be one and a bit or more than a thousand: nobody can tell, so it stays text.
            if name == "decimal_comma" and "comma_thousands" in self.candidates:
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


_MARKS = pl.Series(sorted(MISSING))
#: Kinds of the check's report -> readers that accept their values, but for a few odd ones.
_OF_KIND = {
    kinds.INTEGER: "integer decimal_dot decimal_comma",
    kinds.DOT: "decimal_dot",
    kinds.DOT_OR_THOUSANDS: "decimal_dot decimal_comma",
    kinds.DOT_THOUSANDS: "decimal_comma",
    kinds.COMMA: "decimal_comma",
    kinds.COMMA_OR_THOUSANDS: "decimal_comma",
    kinds.ISO_DATE: "iso_date",
    kinds.LOCAL_DATE: "local_date",
}
#: Kinds of which nothing can be told without the values.
_UNSURE = frozenset([kinds.COMMA_THOUSANDS, kinds.BAD_DATE]) | kinds.MOMENTS


def of_kinds(name: str, found: Mapping[str, int]) -> Column | None:
    """A column as the kinds of its values (the check's report) tell it; None when they do not tell enough."""
    told = {kind for kind, count in found.items() if count and kind != kinds.MISSING}
    column = Column(name, told=bool(told))
    if told & _UNSURE or (kinds.COMMA_OR_THOUSANDS in told and not told & {kinds.COMMA, kinds.DOT_THOUSANDS}):
        return None
    for kind in told:
        column._narrow(_OF_KIND.get(kind, "").split())
    return column

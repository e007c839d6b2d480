"""Pure: the lexical kind of a cell's text (whole number, dd/mm/yyyy, impossible date, formula...), column-wise.

The kinds exclude one another, so the order in which they are tried decides the speed and never the answer: the kinds
that a column showed before are tried first, and a column of one kind costs one regular expression per distinct value.
Patterns are those of Rust's regex (linear time on any input).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_SEP = r"[/.-]"
_LEAP = r"(?:[12]\d(?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)"
_MONTH, _MONTH_30, _MONTH_31 = r"(?:0?[1-9]|1[0-2])", r"(?:0?[13-9]|1[0-2])", r"(?:0?[13578]|1[02])"
_DAY_MONTH = rf"(?:0?[1-9]|1\d|2[0-8]){_SEP}{_MONTH}|(?:29|30){_SEP}{_MONTH_30}|31{_SEP}{_MONTH_31}"
#: 31/01/2024, day first as Bolivia writes it; the calendar is in the pattern.
_LOCAL = rf"(?:(?:{_DAY_MONTH}){_SEP}[12]\d{{3}}|29{_SEP}0?2{_SEP}{_LEAP})"
#: 01/31/2024: read month first it is a date, day first it is none.
_MONTH_DAY = rf"{_MONTH}{_SEP}(?:1[3-9]|2[0-8])|{_MONTH_30}{_SEP}(?:29|30)|{_MONTH_31}{_SEP}31"
_US = rf"(?:{_MONTH_DAY}){_SEP}[12]\d{{3}}"
_US_LEAP = rf"0?2{_SEP}29{_SEP}{_LEAP}"
_ISO_DAYS = rf"{_MONTH}-(?:0?[1-9]|1\d|2[0-8])|{_MONTH_30}-(?:29|30)|{_MONTH_31}-31"
_ISO = rf"(?:[12]\d{{3}}-(?:{_ISO_DAYS})|{_LEAP}-0?2-29)"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
_HALF = r"(?: ?[AaPp]\.?\s?[Mm]\.?)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})?"
_MONEY = r"(?:Bs\.?|\$us\.?|US\$|USD|BOB|\$)"

INTEGER, ZERO_LED, LONG = "integer", "zero_led", "long"
DOT, DOT_OR_THOUSANDS, DOT_THOUSANDS = "dot", "dot_or_thousands", "dot_thousands"
COMMA, COMMA_OR_THOUSANDS, COMMA_THOUSANDS = "comma", "comma_or_thousands", "comma_thousands"
ISO_DATE, LOCAL_DATE, US_DATE, SHORT_DATE, BAD_DATE = "iso_date", "local_date", "us_date", "short_date", "bad_date"
ISO_MOMENT, LOCAL_MOMENT, TIME = "iso_moment", "local_moment", "time"
BOOLEAN, MISSING, UNIT, FORMULA, ERROR, TOTAL, TEXT = "boolean", "missing", "unit", "formula", "error", "total", "text"

#: Any date-like figure; what no valid pattern took of it is an impossible date.
_DATE_SHAPE = r"\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{1,2}/\d{1,2}/\d{2}|[12]\d{3}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.[12]\d{3}"

#: kind -> pattern of the whole, stripped text.
PATTERNS: dict[str, str] = {
    INTEGER: r"[+-]?(?:0|[1-9]\d{0,14})",
    ZERO_LED: r"0\d+",
    LONG: r"[+-]?[1-9]\d{15,}",
    DOT: r"[+-]?(?:(?:\d*\.)?\d+[eE][+-]?\d{1,3}|(?:0\d*|\d{4,})?\.\d+|[1-9]\d{0,2}\.(?:\d{1,2}|\d{4,}))",
    DOT_OR_THOUSANDS: r"[+-]?[1-9]\d{0,2}\.\d{3}",
    DOT_THOUSANDS: r"[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}",
    COMMA: r"[+-]?(?:(?:0\d*|\d{4,}),\d+|[1-9]\d{0,2},(?:\d{1,2}|\d{4,})|[1-9]\d{0,2}(?:\.\d{3})+,\d+)",
    COMMA_OR_THOUSANDS: r"[+-]?[1-9]\d{0,2},\d{3}",
    COMMA_THOUSANDS: r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)",
    ISO_DATE: _ISO,
    LOCAL_DATE: _LOCAL,
    US_DATE: rf"(?:{_US}|{_US_LEAP})(?: +{_CLOCK}{_HALF})?",
    SHORT_DATE: rf"(?:{_DAY_MONTH}|29{_SEP}0?2){_SEP}\d{{2}}",
    ISO_MOMENT: rf"{_ISO}[T ]{_CLOCK}{_ZONE}",
    LOCAL_MOMENT: rf"{_LOCAL} +{_CLOCK}{_HALF}",
    TIME: _CLOCK,
    BAD_DATE: rf"(?:{_DATE_SHAPE})(?:[T ]+{_CLOCK}{_ZONE})?",
    BOOLEAN: r"(?i:s[ií]|no|true|false|verdadero|falso)",
    MISSING: r"(?i:[-–—]{1,3}|\.{1,3}|…|s/d|s\.d\.|sd|s/n|n/d|n\.d\.|nd|n/a|n\.a\.|na|nan|null|none"
    r"|sin datos?|no aplica|no disponible)",
    UNIT: rf"(?i:{_MONEY}\s*[+-]?\d[\d.,]*|[+-]?\d[\d.,]*\s*(?:%|{_MONEY}|m2|m²|km2|km²|km|kg|ha))",
    FORMULA: r"(?s:=[\w\"'(+\-@{].*|[+\-@][A-Za-z_][\w.]*(?:[(!]|\s*\|).*)",
    ERROR: r"#(?:REF!|¡REF!|N/A|N/D|DIV/0!|¡DIV/0!|VALUE!|¡?VALOR!|NAME\?|¿NOMBRE\?|NUM!|¡NUM!|NULL!|¡NULO!|SPILL!)"
    r"|#{3,}",
    TOTAL: r"(?i:(?:(?:sub|gran)[\s-]*)?total(?:es)?(?:\s+(?:general(?:es)?|nacional|departamental|municipal|final"
    r"|acumulado|anual|bolivia|del? [\p{L}]+))?\s*:?|suma(?:\s+total)?\s*:?)",
}
#: A text that matches none of the patterns for certain; what is left over after all of them is text too.
_SPECIAL = (
    r"^(?:[0-9.,+\-=@(#$…–—]|(?i:(?:(?:sub|gran)[\s-]*)?total|suma|s[ií]$|no$|true$|false$|verdadero$|falso$"
    r"|s[/.]?[dn]|n[/.]?[da]|nan$|null$|none$|sin dato|no aplica|no disponible|bs|usd?|bob))"
)
#: BAD_DATE is wider than the dates that are right, so it is always the last.
ORDER = (*(kind for kind in PATTERNS if kind != BAD_DATE), BAD_DATE)
#: Values that tell which kinds a new column has, and how many kinds are tried one by one before all are at once.
PROBE, TRIED = 200, 4

WHOLE = frozenset([INTEGER, LONG])
NUMBERS = frozenset([INTEGER, DOT, DOT_OR_THOUSANDS, DOT_THOUSANDS, COMMA, COMMA_OR_THOUSANDS, COMMA_THOUSANDS])
DATES = frozenset([ISO_DATE, LOCAL_DATE, US_DATE, SHORT_DATE])
MOMENTS = frozenset([ISO_MOMENT, LOCAL_MOMENT])
#: Kinds that have a check of their own: a column's type is not blamed on them.
FAULTS = frozenset([BAD_DATE, UNIT, FORMULA, ERROR, TOTAL])

_WHOLE_TEXT = {kind: f"^(?:{pattern})$" for kind, pattern in PATTERNS.items()}
_ANY = "|".join(_WHOLE_TEXT.values())
_KIND = pl.coalesce(
    *(pl.when(pl.col("value").str.contains(_WHOLE_TEXT[kind])).then(pl.lit(kind)) for kind in ORDER), pl.lit(TEXT)
).alias("kind")


def mask(values: pl.Series, kind: str) -> pl.Series:
    """Whether each stripped value is of `kind` (Boolean, as long as `values`)."""
    if kind == TEXT:
        return ~values.str.contains(_SPECIAL)
    return values.str.contains(_WHOLE_TEXT[kind])


def split(frame: pl.DataFrame, likely: Sequence[str]) -> dict[str, pl.DataFrame]:
    """`frame` (column `value`, stripped and not empty) divided by kind; `likely` kinds are tried first.

    Only kinds that occur are in the answer.
    """
    found: dict[str, pl.DataFrame] = {}
    if not likely and frame.height > PROBE * 2:
        likely = list(_classified(frame.head(PROBE)))
    for kind in likely[:TRIED]:
        if frame.is_empty() or kind == BAD_DATE:
            break
        matches = mask(frame["value"], kind)
        hits = matches.sum()
        if hits == frame.height:
            return {**found, kind: frame}
        if hits:
            found[kind] = frame.filter(matches)
            frame = frame.filter(~matches)
    for kind, part in _classified(frame).items():
        found[kind] = pl.concat([found[kind], part]) if kind in found else part
    return found


def _classified(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Every pattern on every value: for the few that the likely kinds leave over. The most frequent kind is first."""
    if frame.is_empty():
        return {}
    if frame.height > PROBE:
        special = frame["value"].str.contains(_ANY)
        if not special.all():
            found, text = _classified(frame.filter(special)), frame.filter(~special)
            found[TEXT] = pl.concat([found[TEXT], text]) if TEXT in found else text
            return found
    parts = frame.with_columns(_KIND).partition_by("kind", as_dict=True, include_key=False, maintain_order=True)
    return {str(key): part for (key,), part in sorted(parts.items(), key=lambda pair: -pair[1].height)}


def numbers(values: pl.Series, kind: str) -> pl.Series:
    """Values of a number kind as Float64."""
    value = pl.col("value").str.strip_prefix("+")
    if kind in {COMMA, COMMA_OR_THOUSANDS, DOT_THOUSANDS}:
        value = value.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    elif kind == COMMA_THOUSANDS:
        value = value.str.replace_all(",", "", literal=True)
    return pl.DataFrame({"value": values}).select(value.cast(pl.Float64, strict=False)).to_series()


def days(values: pl.Series, kind: str) -> pl.Series:
    """Values of a date or moment kind as Date."""
    text = values.str.extract(r"^(\S+?)(?:[T ].*)?$").str.replace_all(r"[/.]", "-")
    if kind in {ISO_DATE, ISO_MOMENT}:
        return text.str.to_date("%Y-%m-%d", strict=False)
    pattern = {US_DATE: "%m-%d-%Y", SHORT_DATE: "%d-%m-%y"}.get(kind, "%d-%m-%Y")
    return text.str.to_date(pattern, strict=False)

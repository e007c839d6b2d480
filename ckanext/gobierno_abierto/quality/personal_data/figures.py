"""Pure: what tells the numbers and dates of people from codes and amounts: spread, roundness, order, lifetimes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

#: Numbers that identity cards bear today (no source gives the bounds: older ones are shorter).
LEAST_CARD, SEVEN_DIGITS, GREATEST_CARD = 100_000, 1_000_000, 16_500_000
#: Degrees between which Bolivia lies, and metres of its UTM zones (19 to 21 south).
LATITUDE, LONGITUDE = (-23.0, -9.6), (-69.8, -57.3)
EASTING, NORTHING = (150_000.0, 900_000.0), (7_450_000.0, 8_950_000.0)
#: Years before this one are rare among the dates of records, and usual among births.
LONG_AGO = 1975
#: Fewest values of which something is said.
FEWEST = 4
_DEGREES = re.compile(r"-?\d{1,2}[.,]\d{3,}")
_INTEGER = re.compile(r"[1-9][0-9]{0,17}")
_METRES = re.compile(r"\d{6,7}(?:[.,]\d+)?")
_DATES = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?"),
    re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?"),
    re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})"),
    re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})"),
)


def clamp(value: float) -> float:
    """Between 0 and 1."""
    return min(max(value, 0.0), 1.0)


def is_card(value: str) -> bool:
    """Whether a bare number may be that of an identity card."""
    return _INTEGER.fullmatch(value) is not None and LEAST_CARD <= int(value) <= GREATEST_CARD


def is_degrees(value: str) -> bool:
    """Whether it looks like a latitude or a longitude with three decimals or more."""
    return _DEGREES.fullmatch(value) is not None


def of_numbers(values: Sequence[str], distinct: int) -> dict[str, float]:
    """Features of whole numbers without leading zeros; nothing when they are less than half of the values.

    card: share in the range of identity cards; seven: share of those from a million; sequential: how densely they
    fill their range; round: excess of multiples of ten; crowded: share with the commonest first three digits.
    """
    whole = [value for value in values if _INTEGER.fullmatch(value)]
    if len(whole) < FEWEST or len(whole) * 2 < len(values):
        return {}
    numbers = [int(value) for value in whole]
    range_ = max(numbers) - min(numbers) + 1
    first = Counter(value[:3] for value in whole)
    tens = sum(number % 10 == 0 for number in numbers) / len(numbers)
    return {
        "figures.card": sum(map(is_card, whole)) / len(values),
        "figures.seven": sum(SEVEN_DIGITS <= number <= GREATEST_CARD for number in numbers) / len(values),
        "figures.sequential": clamp(max(distinct, len(numbers)) / range_),
        "figures.round": clamp((tens - 0.1) / 0.9),
        "figures.crowded": max(first.values()) / len(whole) if len(whole) >= 10 else 0.0,
    }


def year_of(value: str) -> int | None:
    """Of a date as d/m/yyyy, yyyy-m-d, d/m/yy or yyyymmdd (a year of two digits is of the 20th century from 26 on)."""
    for expression in _DATES:
        found = expression.fullmatch(value)
        if found:
            parts = found.groups()
            year = max(parts, key=len) if len(max(parts, key=len)) == 4 else parts[2]
            month = parts[1]
            if not 1 <= int(month) <= 12:
                return None
            number = int(year)
            return number if len(year) == 4 else number + (1900 if number > 25 else 2000)
    return None


def of_dates(values: Sequence[str]) -> dict[str, float]:
    """date: share of dates; lifetimes: years between their first and last tenth, as a part of forty; long_ago: share
    of those before LONG_AGO."""
    years = sorted(year for value in values if (year := year_of(value)) is not None)
    if len(years) < FEWEST:
        return {}
    tenth = len(years) // 10
    return {
        "figures.date": len(years) / len(values),
        "figures.lifetimes": clamp((years[-1 - tenth] - years[tenth]) / 40),
        "figures.long_ago": sum(year < LONG_AGO for year in years) / len(years),
    }


def of_places(values: Sequence[str]) -> dict[str, float]:
    """degrees: share of latitudes or longitudes of Bolivia's; metres: share of coordinates of its UTM zones."""
    degrees = [float(value.replace(",", ".")) for value in values if is_degrees(value)]
    metres = [float(value.replace(",", ".")) for value in values if _METRES.fullmatch(value)]
    found = {}
    if degrees:
        found["figures.degrees"] = max(_within(degrees, LATITUDE), _within(degrees, LONGITUDE)) / len(values)
    if metres:
        found["figures.metres"] = max(_within(metres, EASTING), _within(metres, NORTHING)) / len(values)
    return found


def _within(numbers: Iterable[float], bounds: tuple[float, float]) -> int:
    return sum(bounds[0] <= number <= bounds[1] for number in numbers)


def passes_luhn(value: str) -> bool:
    """Whether 13 to 19 digits (separated or not) pass the test of payment cards (ISO/IEC 7812)."""
    digits = [int(c) for c in value if c.isdecimal() and c.isascii()]
    if not 13 <= len(digits) <= 19 or not re.fullmatch(r"[\d -]+", value):
        return False
    total = sum(sum(divmod(d * 2, 10)) if i % 2 else d for i, d in enumerate(reversed(digits)))
    return total % 10 == 0


def few_tails(values: Sequence[str]) -> float:
    """How few different groups of letters end the values (plates have thousands, codes of things a handful)."""
    tails = [value[-3:] for value in values]
    return 1 - len(set(tails)) / len(tails) if len(tails) >= FEWEST else 0.0

"""Dates as Solr writes them, and its date computations (`NOW/DAY-7DAYS`). Pure: the present moment is an argument.

A date of the index is text of one fixed shape, `2014-06-10T08:24:12.782Z` in UTC, so that comparing texts compares
moments.
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta, timezone

from ..errors import BadDate

_ISO = re.compile(
    r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?"
    r"(?:[T ](?P<H>\d{1,2})(?::(?P<M>\d{1,2})(?::(?P<S>\d{1,2})(?:[.,](?P<f>\d{1,9}))?)?)?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_STEP = re.compile(r"(?P<sign>[+-])(?P<number>\d{1,7})(?P<unit>[A-Z]+)|/(?P<floor>[A-Z]+)")
_UNITS = {
    "MILLI": "milli",
    "MILLIS": "milli",
    "MILLISECOND": "milli",
    "MILLISECONDS": "milli",
    "SECOND": "second",
    "SECONDS": "second",
    "MINUTE": "minute",
    "MINUTES": "minute",
    "HOUR": "hour",
    "HOURS": "hour",
    "DAY": "day",
    "DAYS": "day",
    "DATE": "day",
    "MONTH": "month",
    "MONTHS": "month",
    "YEAR": "year",
    "YEARS": "year",
}
_SECONDS = {"milli": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
_FLOORS = ["year", "month", "day", "hour", "minute", "second", "milli"]


def written(moment: datetime) -> str:
    """`moment` (aware) in the shape of the index."""
    utc = moment.astimezone(timezone.utc)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{utc.microsecond // 1000:03d}Z"


def moment_of(text: str) -> datetime:
    """The moment that an ISO date names (UTC without a zone). Raises ValueError."""
    match = _ISO.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    part = match.groupdict()
    moment = datetime(
        int(part["y"]),
        int(part["m"] or 1),
        int(part["d"] or 1),
        int(part["H"] or 0),
        int(part["M"] or 0),
        int(part["S"] or 0),
        int((part["f"] or "0").ljust(6, "0")[:6]),
        tzinfo=timezone.utc,
    )
    zone = part["zone"]
    if zone and zone.upper() != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment -= offset if zone[0] == "+" else -offset
    return moment


def normalized(text: str) -> str | None:
    """An ISO date in the shape of the index; None when it is none."""
    try:
        return written(moment_of(text))
    except (ValueError, OverflowError):
        return None


def resolved(text: str, now: datetime) -> str:
    """A date or a computation from `NOW` or a date, in the shape of the index. Raises BadDate."""
    upper = text.strip()
    if upper.startswith("NOW"):
        start, rest = now, upper[3:]
    else:
        match = re.match(r"(.*?Z)([/+-].*)?$", upper, re.IGNORECASE | re.DOTALL)
        written_date, rest = (match.group(1), match.group(2) or "") if match else (upper, "")
        try:
            start = moment_of(written_date)
        except (ValueError, OverflowError) as error:
            raise BadDate(value=text) from error
    try:
        return written(_computed(start, rest, text))
    except (ValueError, OverflowError) as error:
        raise BadDate(value=text) from error


def _computed(moment: datetime, steps: str, text: str) -> datetime:
    at = 0
    while at < len(steps):
        match = _STEP.match(steps, at)
        unit = _UNITS.get(match.group("unit") or match.group("floor")) if match else None
        if match is None or unit is None:
            raise BadDate(value=text)
        if match.group("floor"):
            moment = _floored(moment, unit)
        else:
            count = int(match.group("number"))
            moment = _moved(moment, unit, count if match.group("sign") == "+" else -count)
        at = match.end()
    return moment


def _floored(moment: datetime, unit: str) -> datetime:
    utc = moment.astimezone(timezone.utc)
    if unit == "milli":
        return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
    smallest = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
    below = {name: smallest[name] for name in _FLOORS[_FLOORS.index(unit) + 1 : -1]}
    return utc.replace(microsecond=0, **below)  # type: ignore[arg-type]


def _moved(moment: datetime, unit: str, count: int) -> datetime:
    if unit in _SECONDS:
        return moment + timedelta(seconds=_SECONDS[unit] * count)
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))

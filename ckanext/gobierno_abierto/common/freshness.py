"""Pure: is a dataset as fresh as its publisher promised?"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

#: States of a dataset against its promise.
UP_TO_DATE = "al-dia"
DUE = "por-actualizar"
LATE = "atrasado"
NO_PROMISE = "sin-plazo"
UNKNOWN = "sin-fecha"

#: A publisher is given a tenth of the period (at least one day) before the portal calls a dataset late.
GRACE_SHARE = 0.1
MINIMUM_GRACE = timedelta(days=1)
#: Fields that state how often a dataset is updated: ours, then the ones of common schemas.
FREQUENCY_FIELDS = ("frequency", "frecuencia", "accrual_periodicity", "update_frequency")

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True)
class Freshness:
    """How fresh a dataset is.

    `days` is its age in days; `due` the day until which the promise holds; `late` how many days ago that was;
    `late_from` the first day on which it is LATE.
    """

    state: str
    days: int | None = None
    due: date | None = None
    late: int = 0
    late_from: date | None = None


def freshness(updated: date | None, period: int | None, today: date) -> Freshness:
    """Compare the last update with the promised period.

    `period` is the longest time in days between two updates, None where nothing was promised. A date in the future
    counts as today.
    """
    if updated is None:
        return Freshness(UNKNOWN)
    days = max((today - updated).days, 0)
    if not period or period < 0:
        return Freshness(NO_PROMISE, days)
    try:
        due = updated + timedelta(days=period)
        grace = max(timedelta(days=round(period * GRACE_SHARE)), MINIMUM_GRACE)
        late_from = due + grace + timedelta(days=1)
    except OverflowError:
        # A year like 9999: what was promised has no end.
        return Freshness(NO_PROMISE, days)
    if today <= due:
        return Freshness(UP_TO_DATE, days, due, 0, late_from)
    return Freshness(DUE if today < late_from else LATE, days, due, (today - due).days, late_from)


def as_day(value: Any) -> date | None:
    """A day from a date, a timestamp or ISO 8601 text (CKAN's are UTC); None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)[:19]).date()
    except ValueError:
        return None


def last_day(value: Any) -> date | None:
    """`as_day`, and of a year or a month its last day: whoever says «2024» may have updated in December."""
    partial = _PARTIAL.fullmatch(str(value or "").strip())
    if partial is None:
        return as_day(value)
    year, month = int(partial[1]), int(partial[2] or 12)
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def updated_on(package: Mapping[str, Any]) -> date | None:
    """Day on which the data last changed: what the publisher says, else the newest file, else the metadata."""
    stated = last_day(package.get("modified"))
    if stated:
        return stated
    files = [as_day(res.get("last_modified") or res.get("created")) for res in package.get("resources") or []]
    return max((day for day in files if day), default=None) or as_day(package.get("metadata_modified"))


def frequency_of(package: Mapping[str, Any]) -> str | None:
    """The declared frequency's code; the last part of an address is the code of the EU's vocabulary."""
    for field in FREQUENCY_FIELDS:
        if package.get(field):
            return str(package[field]).rstrip("/").rpartition("/")[2]
    return None

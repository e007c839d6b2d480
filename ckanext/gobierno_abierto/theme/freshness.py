"""Pure: is a dataset as fresh as its publisher promised?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

#: States of a dataset against its promise.
UP_TO_DATE = "al-dia"
DUE = "por-actualizar"
LATE = "atrasado"
NO_PROMISE = "sin-plazo"
UNKNOWN = "sin-fecha"

#: A publisher is given a tenth of the period (at least one day) before the portal calls a dataset late.
GRACE_SHARE = 0.1
MINIMUM_GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Freshness:
    """How fresh a dataset is.

    `days` is its age in days; `due` the day until which the promise holds; `late` how many days ago that was.
    """

    state: str
    days: int | None = None
    due: date | None = None
    late: int = 0


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
    due = updated + timedelta(days=period)
    if today <= due:
        return Freshness(UP_TO_DATE, days, due)
    late = (today - due).days
    grace = max(timedelta(days=round(period * GRACE_SHARE)), MINIMUM_GRACE)
    return Freshness(DUE if today <= due + grace else LATE, days, due, late)

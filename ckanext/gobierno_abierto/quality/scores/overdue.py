"""Pure: data that are older than the promised update frequency, and when their people are reminded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ...common.freshness import LATE, Freshness, frequency_of, freshness, updated_on
from ...metadata.interfaces import load

#: Days after the first day of being late on which a reminder is sent; the place in the list is its number.
REMINDERS = (0, 7, 30)


@dataclass(frozen=True)
class Promise:
    """What a dataset promised and how it keeps it: `period` in days, None where nothing was promised."""

    updated: date | None
    frequency: str | None
    period: int | None
    freshness: Freshness

    @property
    def overdue_days(self) -> int | None:
        """Days since the promise ended, once the grace is over too; None while it is kept."""
        return self.freshness.late if self.freshness.state == LATE else None


def promise(package: Mapping[str, Any], today: date) -> Promise:
    """The promise of a dataset as package_show gives it."""
    code = frequency_of(package)
    entry = load("frecuencias").find(code) if code else None
    days = entry.attributes.get("days") if entry else None
    updated = updated_on(package)
    return Promise(updated, entry.value if entry else None, days, freshness(updated, days, today))


def reminder_due(late_from: date, today: date, sent: Collection[int]) -> int | None:
    """The number of the reminder to send now, None for none.

    Only the newest that is due: whoever was not reminded in time (the portal was off) gets one letter, not three.
    """
    due = [number for number, days in enumerate(REMINDERS) if today >= late_from + timedelta(days=days)]
    return due[-1] if due and all(number < due[-1] for number in sent) else None

"""Reminders of data that are older than promised: each once, to whoever listens to the signal."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

import ckan.model as model
import ckan.plugins.toolkit as tk

from ...common.clock import today
from . import store
from .overdue import reminder_due

log = logging.getLogger(__name__)

#: Sent in the transaction that notes the reminder, with package_id, due (date), days (of delay) and number (0, 1, 2);
#: what a receiver writes is committed with it.
overdue = tk.signals.ckanext.signal("gobierno_abierto_overdue")


@dataclass(frozen=True)
class Reminder:
    """One letter: `number` of `overdue.REMINDERS`, `days` since the promise ended."""

    package_id: str
    name: str
    title: str
    due: date
    days: int
    number: int


def waiting() -> list[Reminder]:
    """The reminders that are to be sent now, of the latest datasets first."""
    day = today()
    found = []
    for row in store.to_remind(day):
        number = reminder_due(row.late_from, day, row.sent)
        if number is not None:
            title = str(row.title or row.name)
            found.append(Reminder(row.package_id, row.name, title, row.due, row.days, number))
    return found


def send(most: int) -> list[Reminder]:
    """Send at most so many; those that were. It commits one by one, and one that fails is tried again next time."""
    sent: list[Reminder] = []
    for one in waiting():
        if len(sent) >= most:
            break
        try:
            if store.remind(one.package_id, one.due, one.number):
                overdue.send(
                    "gobierno_abierto", package_id=one.package_id, due=one.due, days=one.days, number=one.number
                )
                sent.append(one)
            model.Session.commit()
        except Exception:
            model.Session.rollback()
            log.exception("The reminder of dataset %s could not be sent", one.package_id)
    return sent

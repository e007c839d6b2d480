"""The portal's clock: what has a date is published and withdrawn, reminders and letters are sent."""

from __future__ import annotations

import logging

from ..common.periodic import Periodic
from . import maintenance

log = logging.getLogger(__name__)


def tick() -> None:
    """Do what is due, and come back."""
    try:
        for outcome in maintenance.run_scheduled():
            log.info("Scheduled publication: %s", outcome.text)
    finally:
        CLOCK.again()


CLOCK = Periodic("publication-clock", "gobierno_abierto.workflow.clock_seconds", tick)

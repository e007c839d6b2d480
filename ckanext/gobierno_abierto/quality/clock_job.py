"""What quality does by itself: lost checks are queued again, links asked, scores refreshed, reminders sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.model as model

from ..common.periodic import Periodic
from . import gate
from .scores import tick as scores

log = logging.getLogger(__name__)


def tick() -> None:
    """Do what is due, and come back."""
    try:
        for work in (gate.resume, scores.tick):
            _do(work)
    finally:
        CLOCK.again()


def _do(work: Callable[[], Any]) -> None:
    """One kind of work; its failure keeps the others from nothing."""
    try:
        work()
    except Exception:
        model.Session.rollback()
        log.exception("Periodic work %s failed", work)


CLOCK = Periodic("quality-clock", "gobierno_abierto.quality.clock_seconds", tick)

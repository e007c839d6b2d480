"""What the portal's clock does of scores: links, scores, days of delay, reminders; a little at each call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ...common.clock import today
from . import links, reminders, scoring, store

log = logging.getLogger(__name__)

#: Scores and reminders of one call; links have their own bounds.
SCORES, LETTERS = 100, 50


def tick() -> None:
    """Do what is due. It may be called at any time, by several workers too; it commits and never raises."""
    for name, work in WORK.items():
        try:
            work()
        except Exception:
            model.Session.rollback()
            log.exception("The periodic work on %s failed", name)


def _age() -> None:
    store.age_scores(today())
    model.Session.commit()


def _remind() -> None:
    """Only where the operator said so: a portal full of old data would write to everybody on its first day."""
    if tk.config["gobierno_abierto.quality.reminders"]:
        reminders.send(LETTERS)


WORK: dict[str, Callable[[], Any]] = {
    "scores": lambda: scoring.refresh_due(SCORES),
    "delays": _age,
    "reminders": _remind,
    "links": lambda: links.check(),
}

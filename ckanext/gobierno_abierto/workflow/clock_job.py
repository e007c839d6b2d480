"""The portal's clock: a job that does what is due and puts itself back into the queue.

RQ's scheduler runs inside CKAN's worker. An installation without it runs `publication run-scheduled` from cron.
"""

from __future__ import annotations

import logging
from datetime import timedelta

import ckan.plugins.toolkit as tk
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis

from . import maintenance

log = logging.getLogger(__name__)


def _key() -> str:
    return f"gobierno_abierto:{tk.config['ckan.site_id']}:publication-clock"


def tick() -> None:
    """Do what is due, and come back."""
    try:
        for outcome in maintenance.run_scheduled():
            log.info("Scheduled publication: %s", outcome.text)
    finally:
        again()


def again(delay: int | None = None) -> None:
    """Put the next tick into the queue, `delay` seconds from now (the configured period when None).

    Two clocks that were started by accident become one: the key lets one tick a period be queued.
    """
    seconds = int(tk.config["gobierno_abierto.workflow.clock_seconds"])
    if seconds <= 0:
        return
    if connect_to_redis().set(_key(), "1", ex=max(1, seconds * 4 // 5), nx=True):
        jobs.get_queue().enqueue_in(timedelta(seconds=seconds if delay is None else delay), tick)


def start() -> None:
    """Begin; a Redis out of reach is only logged: the next start of a web server tries again."""
    try:
        again(1)
    except Exception:
        log.exception("The publication clock could not be started")

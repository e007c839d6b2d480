"""Work that the portal does every so often: a job that puts itself back into the queue.

RQ's scheduler runs inside CKAN's worker. An installation without it runs the commands from cron.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import ckan.plugins.toolkit as tk
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Periodic:
    """`tick` is queued every so many seconds as `option` says (0: never); `name` tells it from other periodic work.

    Two clocks that were started by accident become one: a key lets one tick a period be queued.
    """

    name: str
    option: str
    tick: Callable[[], None]

    def again(self, delay: int | None = None) -> None:
        """Put the next tick into the queue, `delay` seconds from now (the configured period when None)."""
        seconds = int(tk.config[self.option])
        if seconds <= 0:
            return
        key = f"gobierno_abierto:{tk.config['ckan.site_id']}:{self.name}"
        if connect_to_redis().set(key, "1", ex=max(1, seconds * 4 // 5), nx=True):
            jobs.get_queue().enqueue_in(timedelta(seconds=seconds if delay is None else delay), self.tick)

    def start(self) -> None:
        """Begin; a Redis out of reach is only logged: the next start of a web server tries again."""
        try:
            self.again(1)
        except Exception:
            log.exception("The periodic work %s could not be started", self.name)

"""How often a dataset is read and downloaded: a number per dataset and day, and nothing about who read it.

No address, cookie, hash or browser name is kept, so a reader who reloads counts twice: the numbers order datasets, they
do not measure an audience. They live in Redis for `KEPT_DAYS` days.
"""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from flask import Response, g, request
from redis.exceptions import RedisError

from ckanext.gobierno_abierto.common import clock

log = logging.getLogger(__name__)

KEPT_DAYS = 40
RECENT_DAYS = 30
#: Programs that say so in their User-Agent are not readers.
ROBOT = re.compile(
    r"bot|crawl|spider|slurp|curl|wget|python|java/|go-http|monitor|preview|headlesschrome", re.IGNORECASE
)


def is_robot(user_agent: str) -> bool:
    """True for a program that says it is one, or that does not say what it is."""
    return not user_agent or bool(ROBOT.search(user_agent))


def day_key(day: date) -> str:
    """Redis key of one day's numbers."""
    return f"ckan:{tk.config.get('ckan.site_id')}:ga:reads:{day.isoformat()}"


def public_dataset(endpoint: str | None) -> str | None:
    """Id of the dataset whose page or file is being sent, when anybody may see it.

    With content negotiation the page is answered by ckanext-dcat's endpoint.
    """
    if not (endpoint or "").endswith((".read", "dcat.read_dataset", "_resource.download")):
        return None
    pkg: Any = getattr(g, "pkg_dict", None) or getattr(g, "package", None)
    if not isinstance(pkg, dict) or pkg.get("private") or pkg.get("state") != "active":
        return None
    return pkg.get("id")


def count_read(response: Response) -> Response:
    """Add one to today's number of the dataset that this answer shows."""
    if request.method != "GET" or response.status_code != 200 or is_robot(request.user_agent.string):
        return response
    dataset = public_dataset(request.endpoint)
    if dataset:
        key = day_key(clock.today())
        try:
            pipe = connect_to_redis().pipeline()
            pipe.zincrby(key, 1, dataset)
            pipe.expire(key, KEPT_DAYS * 24 * 3600)
            pipe.execute()
        except RedisError:
            log.warning("A read could not be counted: Redis does not answer")
    return response


def most_used(limit: int) -> list[tuple[str, int]]:
    """(dataset id, reads of the last 30 days), best first; empty when nothing was counted."""
    today = clock.today()
    keys = [day_key(today - timedelta(days=back)) for back in range(RECENT_DAYS)]
    try:
        pipe = connect_to_redis().pipeline()
        for key in keys:
            pipe.zrange(key, 0, -1, withscores=True)
        days = pipe.execute()
    except RedisError:
        return []
    total: dict[str, int] = {}
    for day in days:
        for member, reads in day:
            name = member.decode()
            total[name] = total.get(name, 0) + int(reads)
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

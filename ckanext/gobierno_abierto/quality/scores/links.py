"""The job that asks whether the links of public datasets answer.

A question is a HEAD and, where a server does not like it, a GET of the first bytes, both through
`files.interfaces.opened`, which judges every address before it connects. The body is never read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model
import ckan.plugins.toolkit as tk
import requests

from ...common.clock import now
from ...common.errors import Fragment
from ...files.interfaces import LinkProblem, opened
from . import scoring, store
from .asking import Question, Rounds, host_of
from .verdicts import Answer, Verdict, verdict

log = logging.getLogger(__name__)

#: Links of one server, and of all, that one run takes, and seconds after which it begins no other.
PER_HOST, MOST, SECONDS = 20, 200, 30
#: How long links that a dead run took stay away from others.
CLAIM = timedelta(hours=1)
FIRST_BYTES = {"Range": "bytes=0-1023", "Accept": "*/*", "Accept-Encoding": "identity"}
#: The server asks for patience: nothing is known of the file.
BUSY = frozenset([429, 503])
#: The file is there and empty: it has no first bytes.
NO_BYTES = 416
MOST_WAIT = 10**6


def ask(url: str) -> Answer:
    """What an address answers; never raises."""
    try:
        if urlsplit(url if "://" in url else f"http://{url}").scheme.lower() not in ("http", "https"):
            return Answer(None, problem={"code": "scheme"})
        status, wait = _status(url, "HEAD", {"Accept": "*/*"})
        if status >= 400 and status not in BUSY:
            status, wait = _status(url, "GET", FIRST_BYTES)
        return answer_of(status, wait)
    except LinkProblem as error:
        return _refused(url, error)
    except requests.exceptions.SSLError:
        return Answer(False, problem={"code": "certificate"})
    except requests.exceptions.Timeout:
        return SLOW
    except (requests.exceptions.RequestException, OSError, ValueError):
        return Answer(False, problem={"code": "connection"})
    except Exception:
        log.exception("The link %s could not be asked", url)
        return Answer(False, problem={"code": "connection"})


SLOW = Answer(False, problem={"code": "slow"})


def answer_of(status: int, wait: int | None = None) -> Answer:
    """What a status means: 200 to 399 is good, as in the MQA."""
    if 200 <= status < 400 or status == NO_BYTES:
        return Answer(True, status)
    if status == 429 or (status == 503 and wait is not None):
        return Answer(None, status, {"code": "busy", "status": status}, wait)
    return Answer(False, status, {"code": "status", "status": status})


def _status(url: str, method: str, headers: dict[str, str]) -> tuple[int, int | None]:
    with opened(url, method=method, headers=headers) as answer:
        wait = answer.headers.get("Retry-After", "")
        return int(answer.status_code), min(int(wait), MOST_WAIT) if wait.isascii() and wait.isdigit() else None


def _refused(url: str, error: LinkProblem) -> Answer:
    detail = error.arguments.get("detail")
    problem: dict[str, Any] = {"code": "redirects" if "limit" in error.arguments else "refused"}
    if isinstance(detail, Fragment):
        problem = {"code": "refused", "detail": detail.message_id, "arguments": detail.arguments}
    # The portal's own address may be an internal one on this machine; readers reach it all the same.
    own = host_of(url) == host_of(str(tk.config.get("ckan.site_url") or ""))
    return Answer(None if own else False, problem=problem)


def check(*, seconds: float = SECONDS, most: int = MOST, per_host: int = PER_HOST) -> int:
    """Ask the links that are due and score anew what changed; how many answered. It commits."""
    store.sync_links()
    model.Session.commit()
    taken = {row.resource_id: row for row in store.claim_links(now() + CLAIM, per_host=per_host, most=most)}
    model.Session.commit()
    questions = [Question(row.resource_id, row.url) for row in taken.values()]
    changed: set[str] = set()
    done: set[str] = set()
    try:
        for question, answer in Rounds(ask, SLOW).run(questions, seconds):
            row = taken[question.id]
            if _keep(row, answer):
                changed.add(row.package_id)
            done.add(question.id)
    finally:
        model.Session.rollback()
        _release([identity for identity in taken if identity not in done])
    for package_id in sorted(changed):
        scoring.refresh(package_id)
    return len(done)


def _keep(row: Any, answer: Answer) -> bool:
    """Whether the link's state is another one now."""
    at = now()
    before = Verdict(row.reachable, row.status, row.failures, row.first_failure, row.problem)
    after = verdict(before, answer, at, row.resource_id)
    kept = store.keep_verdict(row.resource_id, row.url, after, at)
    model.Session.commit()
    return kept and after.changed


def _release(ids: Sequence[str]) -> None:
    if ids:
        store.release_links(ids)
        model.Session.commit()

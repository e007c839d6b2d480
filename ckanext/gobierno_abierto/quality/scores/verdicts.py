"""Pure: what one answer of a link means after the ones before it, and when to ask again.

A server that fails once may be restarting; the portal calls a link down when it failed on two different days and did
not answer in between.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...common.clock import LA_PAZ

#: A good link is asked once a day; links are spread over two hours so that no server meets them all at once.
GOOD = timedelta(days=1)
SPREAD = timedelta(hours=2)
#: After the first failure, the second, ... and every later one.
RETRIES = [timedelta(hours=1), timedelta(hours=6), timedelta(hours=18), *[timedelta(days=1)] * 6]
LATER = timedelta(days=3)
#: An address that cannot be asked at all (ftp) is looked at again, in case it changed its mind.
UNASKABLE = timedelta(days=30)
#: A server that says that it is asked too much.
BUSY = timedelta(hours=6)
MOST_PATIENCE = timedelta(days=2)


@dataclass(frozen=True)
class Answer:
    """What came of asking. `reachable` is None when nothing is known from it (too busy, or no way to ask).

    `problem` is `{code, ...}` for `texts.problem_text`; `wait` the seconds that the server asked for.
    """

    reachable: bool | None
    status: int | None = None
    problem: Mapping[str, Any] | None = None
    wait: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The state of a link (columns of quality_link). `reachable` is what the score takes."""

    reachable: bool | None = None
    status: int | None = None
    failures: int = 0
    first_failure: datetime | None = None
    problem: Mapping[str, Any] | None = None
    next_check: datetime | None = None
    changed: bool = field(default=False, compare=False)


def verdict(before: Verdict, answer: Answer, at: datetime, identity: str) -> Verdict:
    """The state after an answer at `at` (aware); `identity` spreads the next questions."""
    if answer.reachable is None:
        after = Verdict(
            before.reachable, answer.status, before.failures, before.first_failure, answer.problem,
            at + _patience(answer) + _spread(identity),
        )  # fmt: skip
    elif answer.reachable:
        after = Verdict(True, answer.status, 0, None, None, at + GOOD + _spread(identity))
    else:
        first = before.first_failure or at
        failures = before.failures + 1
        down = failures >= 2 and _day(at) > _day(first)
        wait = RETRIES[failures - 1] if failures <= len(RETRIES) else LATER
        after = Verdict(
            False if down else before.reachable, answer.status, failures, first, answer.problem,
            at + wait + _spread(identity) / 8,
        )  # fmt: skip
    return Verdict(**{**vars(after), "changed": after.reachable != before.reachable})


def _patience(answer: Answer) -> timedelta:
    if answer.wait is not None:
        return min(max(timedelta(seconds=answer.wait), timedelta(hours=1)), MOST_PATIENCE)
    return BUSY if answer.status else UNASKABLE


def _spread(identity: str) -> timedelta:
    return SPREAD * (zlib.crc32(identity.encode()) % 1000 / 1000)


def _day(moment: datetime) -> Any:
    """The day in Bolivia: a night's outage across 20:00, which is midnight in UTC, is one day's."""
    return moment.astimezone(LA_PAZ).date()

"""Pure: many questions at a time, never two to one server, none longer than its time.

Each question runs in a thread of its own, which is left behind when it takes too long: a server that sends a byte
every few seconds cannot hold the others up. Whoever calls is a job or a command, whose process ends.
"""

from __future__ import annotations

import contextvars
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar
from urllib.parse import urlsplit

AT_ONCE = 6
#: Seconds of one question, redirects included, and between two questions to a server.
TIME_LIMIT, PAUSE = 30.0, 1.0
#: Seconds after which a server that must be left alone for a while is looked at again.
_LOOK = 0.2

Result = TypeVar("Result")


@dataclass(frozen=True)
class Question:
    """One address to ask, under the caller's id."""

    id: str
    url: str


def host_of(url: str) -> str:
    """The server of an address, in lower case; empty where there is none."""
    try:
        return (urlsplit(url if "://" in url else f"http://{url}").hostname or "").lower()
    except ValueError:
        return ""


@dataclass
class _Running:
    question: Question
    host: str
    deadline: float


class Rounds(Generic[Result]):
    """The questions of one run."""

    def __init__(
        self,
        ask: Callable[[str], Result],
        late: Result,
        *,
        at_once: int = AT_ONCE,
        time_limit: float = TIME_LIMIT,
        pause: float = PAUSE,
    ) -> None:
        """`ask` answers an address and never raises; `late` is the answer of one that took too long."""
        self._ask, self._late = ask, late
        self._at_once, self._time_limit, self._pause = at_once, time_limit, pause
        self._answers: queue.Queue[tuple[str, Result]] = queue.Queue()
        self._waiting: dict[str, deque[Question]] = {}
        self._ready: dict[str, float] = {}
        self._running: dict[str, _Running] = {}

    def run(self, questions: Sequence[Question], seconds: float) -> Iterator[tuple[Question, Result]]:
        """Each question with its answer, as it comes; none begins after `seconds`.

        A server that took too long is asked nothing more in this run.
        """
        for question in questions:
            self._waiting.setdefault(host_of(question.url), deque()).append(question)
        end = monotonic() + seconds
        while self._running or (any(self._waiting.values()) and monotonic() < end):
            if monotonic() < end:
                self._begin()
            yield from self._answered()
            yield from self._given_up()

    def _begin(self) -> None:
        busy = {one.host for one in self._running.values()}
        for host, questions in self._waiting.items():
            if len(self._running) >= self._at_once:
                return
            if questions and host not in busy and self._ready.get(host, 0.0) <= monotonic():
                question = questions.popleft()
                self._running[question.id] = _Running(question, host, monotonic() + self._time_limit)
                # The configuration that `ask` reads hangs on the context.
                run = contextvars.copy_context().run
                threading.Thread(target=run, args=(self._answer, question), daemon=True).start()

    def _answer(self, question: Question) -> None:
        self._answers.put((question.id, self._ask(question.url)))

    def _answered(self) -> Iterator[tuple[Question, Result]]:
        deadlines = [one.deadline - monotonic() for one in self._running.values()]
        try:
            identity, answer = self._answers.get(timeout=max(0.01, min([*deadlines, _LOOK])))
        except queue.Empty:
            return
        done = self._running.pop(identity, None)
        if done is not None:
            self._ready[done.host] = monotonic() + self._pause
            yield done.question, answer

    def _given_up(self) -> Iterator[tuple[Question, Result]]:
        for late in [one for one in self._running.values() if one.deadline <= monotonic()]:
            del self._running[late.question.id]
            self._waiting[late.host].clear()
            yield late.question, self._late

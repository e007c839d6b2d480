"""What answers of a link add up to, and how a run of questions treats servers."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.quality.scores import verdicts as v
from ckanext.gobierno_abierto.quality.scores.asking import Question, Rounds, host_of

START = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
GOOD, BAD, UNKNOWN = (
    v.Answer(True, 200),
    v.Answer(False, 500, {"code": "status"}),
    v.Answer(None, 429, {"code": "busy"}),
)


def after(*answers: tuple[float, v.Answer]) -> v.Verdict:
    """The state after answers at so many hours from the start."""
    state = v.Verdict()
    for hours, answer in answers:
        state = v.verdict(state, answer, START + timedelta(hours=hours), "r1")
    return state


@pytest.mark.parametrize(
    "answers,reachable,failures",
    [
        ([(0, GOOD)], True, 0),
        ([(0, BAD)], None, 1),
        ([(0, GOOD), (24, BAD)], True, 1),
        ([(0, BAD), (1, BAD), (7, BAD)], None, 3),
        ([(0, GOOD), (1, BAD), (2, BAD), (3, BAD)], True, 3),
        ([(0, BAD), (24, BAD)], False, 2),
        ([(0, GOOD), (24, BAD), (48, BAD)], False, 2),
        ([(0, BAD), (24, BAD), (48, GOOD)], True, 0),
        ([(0, BAD), (12, GOOD), (24, BAD)], True, 1),
        ([(0, UNKNOWN)], None, 0),
        ([(0, BAD), (24, UNKNOWN)], None, 1),
        ([(0, BAD), (24, BAD), (48, UNKNOWN)], False, 2),
        # 20:30 and 23:30 in Bolivia are one day there and two in UTC.
        ([(12.5, BAD), (15.5, BAD)], None, 2),
        ([(12.5, BAD), (16.5, BAD)], False, 2),
    ],
)
def test_a_link_is_down_after_two_days(
    answers: list[tuple[float, v.Answer]], reachable: bool | None, failures: int
) -> None:
    found = after(*answers)
    assert (found.reachable, found.failures) == (reachable, failures)
    assert (found.first_failure is None) == (failures == 0)


def wait(state: v.Verdict, hours: float) -> timedelta:
    assert state.next_check is not None
    return state.next_check - START - timedelta(hours=hours)


def test_a_good_link_is_asked_daily_and_a_bad_one_sooner_then_seldom() -> None:
    assert v.GOOD <= wait(after((0, GOOD)), 0) <= v.GOOD + v.SPREAD
    waits = []
    for count in range(1, 14):
        state = after(*((hours, BAD) for hours in range(count)))
        waits.append(wait(state, count - 1))
    assert waits == sorted(waits) and waits[0] < timedelta(hours=2)
    assert v.LATER <= waits[-1] < v.LATER + timedelta(hours=1)


@pytest.mark.parametrize(
    "answer,least,most",
    [(v.Answer(None, 429, wait=5), 1, 3), (v.Answer(None, 429, wait=7200), 2, 4), (v.Answer(None, 429), 6, 8),
     (v.Answer(None, 503, wait=10**6), 48, 50), (v.Answer(None), 720, 722)],
)  # fmt: skip
def test_a_server_that_asks_for_patience_gets_it(answer: v.Answer, least: int, most: int) -> None:
    assert timedelta(hours=least) <= wait(after((0, answer)), 0) <= timedelta(hours=most)


@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from([GOOD, BAD, UNKNOWN])), max_size=20))
def test_whatever_the_answers_a_link_that_answered_today_is_not_down(steps: list[tuple[int, v.Answer]]) -> None:
    state, hours, last = v.Verdict(), 0, None
    for step, answer in steps:
        hours += step
        before = state
        state = v.verdict(state, answer, START + timedelta(hours=hours), "r1")
        assert state.changed == (state.reachable != before.reachable)
        assert state.next_check is not None and state.next_check > START + timedelta(hours=hours)
        last = hours if answer is GOOD else last
        if last == hours:
            assert state.reachable is True and state.failures == 0
        if state.reachable is False:
            assert state.failures >= 2


@pytest.mark.parametrize(
    "url,host",
    [("https://Entidad.gob.bo/x", "entidad.gob.bo"), ("entidad.gob.bo/x", "entidad.gob.bo"), ("", ""),
     ("http://[::1]:8080/", "::1"), ("http://[mal", "")],
)  # fmt: skip
def test_servers(url: str, host: str) -> None:
    assert host_of(url) == host


class Server:
    """Counts how many questions a server has at once."""

    def __init__(self) -> None:
        self.lock, self.now, self.most, self.total, self.asked = threading.Lock(), {}, {}, 0, []  # type: ignore[var-annotated]
        self.at_once = 0

    def ask(self, url: str) -> str:
        host = host_of(url)
        with self.lock:
            self.asked.append(url)
            self.now[host] = self.now.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self.now[host])
            self.at_once = max(self.at_once, sum(self.now.values()))
        sleep(5 if "lento" in url else 0.02)
        with self.lock:
            self.now[host] -= 1
        return url


def test_one_question_at_a_time_to_a_server_and_several_servers_at_once() -> None:
    server = Server()
    questions = [Question(f"{host}{n}", f"http://{host}.bo/{n}") for host in "abcd" for n in range(4)]
    found = dict(Rounds(server.ask, "late", at_once=3, pause=0.01).run(questions, 20))
    assert {question.id: question.url for question in questions} == {q.id: answer for q, answer in found.items()}
    assert set(server.most.values()) == {1} and 1 < server.at_once <= 3


def test_a_slow_server_holds_nobody_up_and_is_left_alone() -> None:
    server = Server()
    questions = [Question(str(n), url) for n, url in enumerate(
        ["http://a.bo/lento", "http://a.bo/otro", "http://b.bo/1", "http://b.bo/2"]
    )]  # fmt: skip
    start = monotonic()
    found = {q.url: answer for q, answer in Rounds(server.ask, "late", time_limit=0.5, pause=0.01).run(questions, 20)}
    assert found == {"http://a.bo/lento": "late", "http://b.bo/1": "http://b.bo/1", "http://b.bo/2": "http://b.bo/2"}
    assert monotonic() - start < 3 and "http://a.bo/otro" not in server.asked


def test_a_run_ends_in_time_and_leaves_the_rest() -> None:
    server = Server()
    questions = [Question(str(n), f"http://a.bo/{n}") for n in range(1000)]
    found = list(Rounds(server.ask, "late", pause=0.05).run(questions, 0.5))
    assert 1 <= len(found) < 20

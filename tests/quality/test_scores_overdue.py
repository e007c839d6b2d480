"""Data against their promised frequency: days, grace, and which reminder is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.common import freshness as f
from ckanext.gobierno_abierto.quality.scores.overdue import REMINDERS, promise, reminder_due

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    "package,state,due,days",
    [
        ({"frequency": "MONTHLY", "modified": "2026-06-01"}, f.UP_TO_DATE, date(2026, 7, 2), None),
        ({"frequency": "MONTHLY", "modified": "2026-05-29"}, f.DUE, date(2026, 6, 29), None),
        ({"frequency": "MONTHLY", "modified": "2026-05-26"}, f.LATE, date(2026, 6, 26), 4),
        ({"frequency": "http://publications.europa.eu/resource/authority/frequency/MONTHLY",
          "modified": "2026-05-26"}, f.LATE, date(2026, 6, 26), 4),
        ({"frequency": "ANNUAL", "modified": "2024"}, f.LATE, date(2026, 1, 1), 180),
        ({"frequency": "ANNUAL", "modified": "2024-02"}, f.LATE, date(2025, 3, 1), 486),
        ({"frequency": "ANNUAL", "modified": "2026"}, f.UP_TO_DATE, date(2028, 1, 1), None),
        ({"frequency": "NEVER", "modified": "2000-01-01"}, f.NO_PROMISE, None, None),
        ({"frequency": "IRREG", "modified": "2000-01-01"}, f.NO_PROMISE, None, None),
        ({"frequency": "cada tanto", "modified": "2000-01-01"}, f.NO_PROMISE, None, None),
        ({"modified": "2000-01-01"}, f.NO_PROMISE, None, None),
        ({"frequency": "DAILY"}, f.UNKNOWN, None, None),
        ({"frequency": "DAILY", "resources": [{"last_modified": "2026-06-30T10:00:00"}]}, f.UP_TO_DATE,
         date(2026, 7, 1), None),
        ({"frequency": "DECENNIAL", "modified": "9999"}, f.NO_PROMISE, None, None),
    ],
)  # fmt: skip
def test_promises(package: dict[str, Any], state: str, due: date | None, days: int | None) -> None:
    found = promise(package, TODAY)
    assert (found.freshness.state, found.freshness.due, found.overdue_days) == (state, due, days)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(1, 4000))
def test_late_from_is_the_first_late_day(updated: date, period: int) -> None:
    late_from = f.freshness(updated, period, updated).late_from
    assert late_from is not None
    assert f.freshness(updated, period, late_from).state == f.LATE
    assert f.freshness(updated, period, late_from - timedelta(days=1)).state == f.DUE


@pytest.mark.parametrize(
    "value,day",
    [("2024", date(2024, 12, 31)), ("2024-02", date(2024, 2, 29)), ("2024-02-03", date(2024, 2, 3)),
     ("2024-13", None), ("0000", None), ("", None), (None, None), ("ayer", None)],
)  # fmt: skip
def test_a_year_or_a_month_is_its_last_day(value: Any, day: date | None) -> None:
    assert f.last_day(value) == day


@pytest.mark.parametrize(
    "days,sent,number",
    [(-1, [], None), (0, [], 0), (3, [0], None), (7, [0], 1), (29, [0, 1], None), (30, [0, 1], 2),
     (500, [0, 1, 2], None), (500, [], 2), (10, [], 1), (40, [0], 2)],
)  # fmt: skip
def test_one_reminder_at_a_time(days: int, sent: list[int], number: int | None) -> None:
    late_from = date(2026, 1, 10)
    assert reminder_due(late_from, late_from + timedelta(days=days), sent) == number


@given(st.sets(st.integers(0, 60)))
def test_whatever_the_days_the_portal_runs_none_is_sent_twice(days: set[int]) -> None:
    late_from = date(2026, 1, 1)
    sent: list[int] = []
    for day in sorted(days):
        number = reminder_due(late_from, late_from + timedelta(days=day), sent)
        if number is not None:
            assert number not in sent and number > max(sent, default=-1)
            sent.append(number)
    assert (not sent) == (not days) and len(sent) <= len(REMINDERS)

"""Is a dataset as fresh as promised? A table of days."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.theme import freshness as f
from ckanext.gobierno_abierto.theme.helpers import _as_date, ga_updated

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    "updated,period,state,late",
    [
        (None, 31, f.UNKNOWN, 0),
        (date(2026, 6, 30), None, f.NO_PROMISE, 0),
        (date(2019, 1, 1), 0, f.NO_PROMISE, 0),
        (date(2026, 6, 30), 1, f.UP_TO_DATE, 0),
        (date(2026, 6, 29), 1, f.UP_TO_DATE, 0),
        (date(2026, 6, 28), 1, f.DUE, 1),
        (date(2026, 6, 27), 1, f.LATE, 2),
        (date(2026, 5, 30), 31, f.UP_TO_DATE, 0),
        (date(2026, 5, 29), 31, f.DUE, 1),
        (date(2026, 5, 27), 31, f.DUE, 3),
        (date(2026, 5, 26), 31, f.LATE, 4),
        (date(2025, 6, 29), 366, f.UP_TO_DATE, 0),
        (date(2024, 1, 1), 366, f.LATE, 545),
        (date(2027, 1, 1), 31, f.UP_TO_DATE, 0),
    ],
)
def test_state(updated: date | None, period: int | None, state: str, late: int) -> None:
    result = f.freshness(updated, period, TODAY)
    assert (result.state, result.late) == (state, late)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(1, 4000))
def test_the_older_the_worse(updated: date, period: int) -> None:
    """No dataset gets fresher by waiting: the state of the next day is the same or a worse one."""
    order = [f.UP_TO_DATE, f.DUE, f.LATE]
    now = f.freshness(updated, period, TODAY)
    tomorrow = f.freshness(updated, period, date(2026, 7, 1))
    assert order.index(now.state) <= order.index(tomorrow.state)


@pytest.mark.parametrize(
    "value,day",
    [
        ("2024-03-01", date(2024, 3, 1)),
        ("2024-03-01T10:20:30.123456", date(2024, 3, 1)),
        (datetime(2024, 3, 1, 23), date(2024, 3, 1)),
        (date(2024, 3, 1), date(2024, 3, 1)),
        ("ayer", None),
        ("", None),
        (None, None),
    ],
)
def test_days_are_read(value: object, day: date | None) -> None:
    assert _as_date(value) == day


@pytest.mark.parametrize(
    "pkg,day",
    [
        ({"modified": "2024-01-02", "metadata_modified": "2025-01-01"}, date(2024, 1, 2)),
        (
            {"resources": [{"created": "2023-05-01"}, {"created": "2022-01-01", "last_modified": "2023-06-01"}]},
            date(2023, 6, 1),
        ),
        ({"resources": [], "metadata_modified": "2025-01-01"}, date(2025, 1, 1)),
        ({}, None),
    ],
)
def test_the_data_count_before_the_metadata(pkg: dict[str, object], day: date | None) -> None:
    assert ga_updated(pkg) == day

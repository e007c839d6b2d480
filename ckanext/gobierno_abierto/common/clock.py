"""The portal's only clock: whoever needs the time asks here, so a test moves it in one place."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

#: Bolivia keeps UTC-4 the whole year (no daylight saving time).
LA_PAZ = timezone(timedelta(hours=-4), "America/La_Paz")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(timezone.utc)


def now_naive() -> datetime:
    """The present moment in UTC without a zone, as CKAN's own timestamp columns hold it."""
    return now().replace(tzinfo=None)


def today() -> date:
    """Today's date in Bolivia: what a deadline or a publication date is compared with."""
    return now().astimezone(LA_PAZ).date()

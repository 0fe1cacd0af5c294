"""Periods as they were said → the days they are by a customer's clock."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.base.clock import local
from app.dialogue.times import Period


def days_of(period: Period, today: date) -> tuple[date, date]:
    """The first day, and the day after the last. A week begins on Monday."""
    if period.unit == "day":
        start = today - timedelta(days=period.back)
        return start, start + timedelta(days=1)
    if period.unit == "week":
        start = today - timedelta(days=today.weekday() + 7 * period.back)
        return start, start + timedelta(days=7)
    if period.unit == "year":
        return date(today.year - period.back, 1, 1), date(today.year - period.back + 1, 1, 1)
    months = today.year * 12 + today.month - 1 - period.back
    return _first_of(months), _first_of(months + 1)


def bounds(period: Period, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The same as moments: from when, until before when."""
    first, after = days_of(period, local(now, zone).date())
    return midnight(first, zone), midnight(after, zone)


def before(period: Period) -> Period:
    """The one before it, of the same length."""
    return replace(period, back=period.back + 1)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)

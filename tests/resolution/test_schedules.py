"""A recurrence as it was said becomes a schedule on the customer's own days."""

from datetime import UTC, date, datetime, time

import pytest

from app.dialogue.times import Moment, Recurrence
from app.domain.recurrence import Schedule
from app.resolution.schedules import schedule_of

# A Monday, 23:30 in London and Tuesday in Shanghai.
NOW = datetime(2026, 5, 18, 22, 30, tzinfo=UTC)
DAILY = "FREQ=DAILY"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (Recurrence(DAILY), Schedule(DAILY)),
        (
            Recurrence(DAILY, times=(Moment(hour=8), Moment(hour=18, minute=30, half="pm"))),
            Schedule(DAILY, times=(time(8), time(18, 30))),
        ),
        (Recurrence(DAILY, dayparts=("morning",), per=2), Schedule(DAILY, dayparts=("morning",), per=2)),
        (Recurrence(DAILY, start=Moment(ahead=1)), Schedule(DAILY, start=date(2026, 5, 20))),
        (Recurrence(DAILY, until=Moment(month=12, day=25)), Schedule(DAILY, until=date(2026, 12, 25))),
        (Recurrence(DAILY, lasting=(2, "week")), Schedule(DAILY, until=date(2026, 6, 1))),
        (
            Recurrence(DAILY, start=Moment(months=1, day=1), lasting=(1, "month")),
            Schedule(DAILY, start=date(2026, 6, 1), until=date(2026, 6, 30)),
        ),
        (Recurrence(DAILY, count=10), Schedule(DAILY, count=10)),
        (Recurrence(DAILY, calendar="workdays"), Schedule(DAILY, calendar="workdays")),
        (
            Recurrence("FREQ=MINUTELY;INTERVAL=5", lasting=(20, "minute")),
            Schedule("FREQ=MINUTELY;INTERVAL=5", count=4),
        ),
        (Recurrence(DAILY, lasting=(20, "minute")), Schedule(DAILY)),
        (Recurrence(DAILY, lasting=(100_000, "year")), Schedule(DAILY)),
    ],
)
def test_a_recurrence_becomes_a_schedule_by_the_customers_clock(said: Recurrence, meant: Schedule) -> None:
    assert schedule_of(said, NOW, "Asia/Shanghai") == meant


def test_the_day_after_tomorrow_differs_with_the_zone() -> None:
    said = Recurrence(DAILY, start=Moment(ahead=1))
    assert schedule_of(said, NOW, "Europe/London").start == date(2026, 5, 19)


def test_until_is_counted_from_the_start() -> None:
    said = Recurrence(DAILY, start=Moment(year=2027, month=1, day=5), until=Moment(day=3))
    assert schedule_of(said, NOW, "Asia/Shanghai").until == date(2027, 2, 3)

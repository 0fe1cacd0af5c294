"""Moments as they were said → days and times by a clock on the wall."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.base.clock import local
from app.dialogue.times import Moment
from app.domain.lunar import solar_date

# A weekday said with a date picks the nearest year in which both hold.
NEAREST_YEARS = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6)
YEARS_AHEAD = 5


def day_of(moment: Moment, today: date) -> date | None:
    """The day that is meant; None where the words name none, or one that does not exist."""
    try:
        return _day_of(moment, today)
    except (OverflowError, ValueError):
        return None


def _day_of(moment: Moment, today: date) -> date | None:
    if moment.ahead is not None:
        return today + timedelta(days=moment.ahead)
    if moment.nth is not None or moment.day is not None:
        return _date(moment, today)
    if moment.weekday is None:
        return None
    monday = today - timedelta(days=today.weekday())
    if moment.past:
        return today - timedelta(days=(today.isoweekday() - moment.weekday - 1) % 7 + 1)
    if moment.week:
        return monday + timedelta(days=7 * moment.week + moment.weekday - 1)
    return today + timedelta(days=(moment.weekday - today.isoweekday()) % 7)


def times_of(moment: Moment, now: datetime, zone: str) -> tuple[datetime, ...]:
    """The moments (UTC) that a time may mean, earliest first: two where it may be before or after noon; without a day the next."""
    if moment.delay is not None:
        meant = now + timedelta(minutes=moment.delay)
        return (meant,) if moment.delay > 0 else ()
    if moment.hour is None:
        return ()
    today = local(now, zone).date()
    day = day_of(moment, today)
    hours = [moment.hour, (moment.hour + 12) % 24] if moment.is_open and moment.half is None else [moment.hour]
    found = []
    for hour in hours:
        meant = datetime.combine(day or today, time(hour, moment.minute), tzinfo=ZoneInfo(zone))
        if day is None and meant <= now:
            meant += timedelta(days=1)
        if meant > now:
            found.append(meant.astimezone(now.tzinfo))
    return tuple(sorted(found))


def moment_of(moment: Moment, now: datetime, zone: str) -> tuple[date | None, time | None]:
    """The local day, and the local time where the words say one; the earliest that is meant."""
    day = day_of(moment, local(now, zone).date())
    if times := times_of(moment, now, zone):
        meant = local(times[0], zone)
        return meant.date(), time(meant.hour, meant.minute)
    return day, None if moment.hour is None else time(moment.hour, moment.minute)


def _date(moment: Moment, today: date) -> date | None:
    """That date: in the month and year that are said, or else the next such date."""
    dates = (day for year, month in _months(moment, today) if (day := _in_month(moment, year, month, today)) is not None)
    if moment.year is not None or moment.months is not None or moment.years is not None:
        return next(dates, None)
    if moment.weekday is not None and moment.nth is None:
        years = (today.year + offset for offset in NEAREST_YEARS)
        agreeing = (day for year in years if (day := _in_month(moment, year, moment.month or today.month, today)))
        if (found := next((day for day in agreeing if day.isoweekday() == moment.weekday), None)) is not None:
            return found
    return next((day for day in dates if day >= today), None)


def _months(moment: Moment, today: date) -> Iterator[tuple[int, int]]:
    """Years and months in which the day may lie, the likeliest first."""
    if moment.months is not None:
        months = today.year * 12 + today.month - 1 + moment.months
        yield months // 12, months % 12 + 1
        return
    if moment.year is not None or moment.years is not None:
        yield moment.year or today.year + (moment.years or 0), moment.month or today.month
        return
    if moment.month is not None:
        # The lunar year begins and ends in the spring of the solar one.
        yield from ((today.year + ahead, moment.month) for ahead in range(-1 if moment.lunar else 0, YEARS_AHEAD))
        return
    months = today.year * 12 + today.month - 1
    yield from (((months + ahead) // 12, (months + ahead) % 12 + 1) for ahead in range(13))


def _in_month(moment: Moment, year: int, month: int, today: date) -> date | None:
    if moment.lunar:
        return solar_date(year, month, moment.day or 1)
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    if moment.nth is not None and moment.weekday is not None:
        return _nth_weekday(moment.nth, moment.weekday, first, after)
    day = today.day if moment.day == 0 else moment.day or 1
    if moment.day == 0 or day < 0:
        # A month from the 31st is the last of a shorter one.
        day = min(day, (after - first).days) if day > 0 else (after - first).days + 1 + day
    return _replaced(first, day)


def _replaced(first: date, day: int) -> date | None:
    try:
        return first.replace(day=day)
    except ValueError:
        return None


def _nth_weekday(nth: int, weekday: int, first: date, after: date) -> date | None:
    if nth > 0:
        found = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
        return found if found < after else None
    last = after - timedelta(days=1)
    found = last - timedelta(days=(last.isoweekday() - weekday) % 7 + 7 * (-nth - 1))
    return found if found >= first else None

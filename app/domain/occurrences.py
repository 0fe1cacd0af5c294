"""When a schedule falls due: its days by the calendar, its times by the clock of a zone. Moments are UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from app.base.clock import local
from app.base.errors import Refusal
from app.domain.lunar import solar_date
from app.domain.recurrence import Schedule
from app.domain.workdays import is_holiday, is_workday

# No day is looked for further ahead: a rule that has none by then (the 30th of February) has none.
AHEAD = relativedelta(years=9)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAYS_RULES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


class RecursTooOften(Refusal):
    """A rule of hours or minutes: nothing is bought by the clock more often than at times of the day."""

    code = "recurs_too_often"


class TimeMissing(Refusal):
    """A schedule without a time of day has no moments."""

    code = "time_missing"


def occurrences(schedule: Schedule, zone: str, after: datetime) -> Iterator[datetime]:
    """Every moment after `after` at which the schedule falls due, in their order; `count` is for who counts them.

    A time that the clock leaps over is an hour later, one that it strikes twice is the first. Raises RecursTooOften, TimeMissing.
    """
    if _parts(schedule.rrule)["FREQ"] not in DAYS_RULES:
        raise RecursTooOften()
    if not schedule.times:
        raise TimeMissing()
    for day in days(schedule, zone, local(after, zone).date()):
        yield from (moment for moment in _moments(schedule, zone, day) if moment > after)


def next_due(schedule: Schedule, zone: str, after: datetime) -> datetime | None:
    return next(occurrences(schedule, zone, after), None)


def upcoming(schedule: Schedule, zone: str, after: datetime, count: int) -> tuple[datetime, ...]:
    return tuple(islice(occurrences(schedule, zone, after), count))


def is_due(schedule: Schedule, zone: str, moment: datetime) -> bool:
    """Whether the moment is one of the schedule's own."""
    return next_due(schedule, zone, moment - timedelta(milliseconds=1)) == moment


def due_on(schedule: Schedule, zone: str, day: date) -> tuple[datetime, ...]:
    """The moments of one local day."""
    if next(days(schedule, zone, day), None) != day:
        return ()
    return _moments(schedule, zone, day)


def days(schedule: Schedule, zone: str, first: date) -> Iterator[date]:
    """The schedule's days from `first` on, without a look at anything before it however long ago the schedule began."""
    start = schedule.start or first
    first = max(first, start)
    last = min(first + AHEAD, schedule.until or date.max)
    rule = _parts(schedule.rrule)
    if rule["FREQ"] not in DAYS_RULES:
        raise RecursTooOften()
    found = _lunar(rule, first) if schedule.calendar == "lunar" else _solar(schedule, zone, rule, start, first, last)
    return takewhile(lambda day: day <= last, (day for day in found if day >= first))


def _solar(schedule: Schedule, zone: str, rule: dict[str, str], start: date, first: date, last: date) -> Iterator[date]:
    if schedule.calendar == "workdays" and set(rule.get("BYDAY", "").split(",")) == set(WEEKDAYS[:5]):
        # The days of the week stand for the days that are worked: moved ones too, and the place among them in a month.
        if "BYSETPOS" in rule:
            return _placed_workdays(zone, first, last, [int(place) for place in rule["BYSETPOS"].split(",")])
        return (day for day in _each(first, last) if is_workday(day, zone))
    # A calendar may let none of the rule's days through: they end where nobody looks any more.
    found = takewhile(lambda day: day <= last, _ruled(rule, start, first))
    if schedule.calendar == "workdays":
        return (day for day in found if is_workday(day, zone))
    if schedule.calendar == "holidays":
        return (day for day in found if is_holiday(day, zone))
    return (day for day in found if not is_holiday(day, zone)) if schedule.calendar == "not_holidays" else found


def _ruled(rule: dict[str, str], start: date, first: date) -> Iterator[date]:
    """The rule's days, counted from its beginning and begun near `first`."""
    explicit = _explicit(rule, start)
    anchor = _anchor(explicit["FREQ"], int(explicit.get("INTERVAL", 1)), start, first)
    text = ";".join(f"{name}={value}" for name, value in explicit.items())
    for found in rrulestr(f"RRULE:{text}", dtstart=datetime.combine(anchor, time())):
        if found.date() >= start:
            yield found.date()


def _explicit(rule: dict[str, str], start: date) -> dict[str, str]:
    """The rule with what it leaves to its first day said out loud."""
    frequency = rule["FREQ"]
    if frequency == "WEEKLY" and "BYDAY" not in rule:
        return rule | {"BYDAY": WEEKDAYS[start.weekday()]}
    days_said = any(name in rule for name in ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"))
    if frequency in ("MONTHLY", "YEARLY") and not days_said:
        rule = rule | {"BYMONTHDAY": str(start.day)}
        if frequency == "YEARLY" and "BYMONTH" not in rule:
            rule = rule | {"BYMONTH": str(start.month)}
    return rule


def _anchor(frequency: str, interval: int, start: date, first: date) -> date:
    """A first day that keeps the rule's rhythm, at most one interval before `first`."""
    if frequency == "DAILY":
        return start + timedelta(days=(first - start).days // interval * interval)
    if frequency == "WEEKLY":
        monday = start - timedelta(days=start.weekday())
        weeks = (first - monday).days // 7 // interval * interval
        return monday + timedelta(weeks=weeks)
    if frequency == "MONTHLY":
        months = (first.year - start.year) * 12 + first.month - start.month
        return start.replace(day=1) + relativedelta(months=months // interval * interval)
    years = (first.year - start.year) // interval * interval
    return date(start.year + years, 1, 1)


def _placed_workdays(zone: str, first: date, last: date, places: list[int]) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        following = month + relativedelta(months=1)
        worked = [day for day in _each(month, following - timedelta(days=1)) if is_workday(day, zone)]
        chosen = {worked[p - 1 if p > 0 else p] for p in places if abs(p) <= len(worked)}
        yield from sorted(chosen)
        month = following


def _lunar(rule: dict[str, str], first: date) -> Iterator[date]:
    """Days of the Chinese calendar, as far as its tables go."""
    months = [int(month) for month in rule["BYMONTH"].split(",")] if "BYMONTH" in rule else list(range(1, 13))
    monthdays = [int(day) for day in rule.get("BYMONTHDAY", "1").split(",")]
    for year in range(first.year - 1, first.year + 11):
        found = (solar_date(year, month, day) for month in months for day in monthdays)
        yield from sorted(day for day in found if day is not None)


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _moments(schedule: Schedule, zone: str, day: date) -> tuple[datetime, ...]:
    return tuple(sorted({datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC) for at in schedule.times}))


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";"))

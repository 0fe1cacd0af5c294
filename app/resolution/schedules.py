"""Recurrences as they were said → schedules by a clock on the wall."""

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from app.base.clock import local
from app.dialogue.times import Recurrence, TimeUnit
from app.domain.recurrence import Schedule
from app.resolution.moments import day_of

SECONDS = {"second": 1, "minute": 60, "hour": 3_600}
SPELLS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3_600}


def schedule_of(recurrence: Recurrence, now: datetime, zone: str) -> Schedule:
    """The schedule that is meant; its days are the customer's own."""
    today = local(now, zone).date()
    start = day_of(recurrence.start, today) if recurrence.start else None
    until, count = _until(recurrence, start or today), recurrence.count
    if count is None and recurrence.lasting is not None and recurrence.lasting[1] in SECONDS:
        count = _count_within(recurrence.rule, *recurrence.lasting)
    return Schedule(
        rrule=recurrence.rule,
        times=tuple(time(moment.hour, moment.minute) for moment in recurrence.times if moment.hour is not None),
        dayparts=recurrence.dayparts,
        start=start,
        until=until,
        count=count,
        calendar=recurrence.calendar,
        per=recurrence.per,
    )


def _until(recurrence: Recurrence, start: date) -> date | None:
    """The last day on which it may happen."""
    if recurrence.until is not None:
        return day_of(recurrence.until, start)
    if recurrence.lasting is None or recurrence.lasting[1] in SECONDS:
        return None
    count, unit = recurrence.lasting
    try:
        return start + _length(count, unit) - timedelta(days=1)
    except (OverflowError, ValueError):
        return None


def _length(count: int, unit: TimeUnit) -> relativedelta:
    if unit == "day":
        return relativedelta(days=count)
    if unit == "week":
        return relativedelta(weeks=count)
    return relativedelta(months=count) if unit == "month" else relativedelta(years=count)


def _count_within(rule: str, count: int, unit: TimeUnit) -> int | None:
    """How often something that recurs within the hour does so in so many minutes: every five in twenty is four times."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    spell = SPELLS.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", 1))
    return count * SECONDS[unit] // spell or None if spell else None

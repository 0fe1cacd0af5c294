"""Moments as they were said → days and times by a clock on the wall."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.base.clock import local
from app.dialogue.reading import Moment


def day_of(moment: Moment, today: date) -> date | None:
    """The day that is meant; None where the words name none, or one that does not exist."""
    if moment.ahead is not None:
        return today + timedelta(days=moment.ahead)
    if moment.weekday is not None:
        monday = today - timedelta(days=today.weekday())
        if moment.past:
            return today - timedelta(days=(today.isoweekday() - moment.weekday - 1) % 7 + 1)
        if moment.week:
            return monday + timedelta(days=7 * moment.week + moment.weekday - 1)
        return today + timedelta(days=(moment.weekday - today.isoweekday()) % 7)
    return _date(moment, today) if moment.day is not None else None


def times_of(moment: Moment, now: datetime, zone: str) -> tuple[datetime, ...]:
    """The moments (UTC) that a time may mean, earliest first: two where it may be before or after noon; without a day the next."""
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


def _date(moment: Moment, today: date) -> date | None:
    """The next such date."""
    year, month = today.year, moment.month or today.month
    for _ in range(13 if moment.month is None else 5):
        try:
            found = date(year, month, moment.day or 1)
        except ValueError:
            found = None
        if found is not None and found >= today:
            return found
        year, month = (year + 1, month) if moment.month else (year + month // 12, month % 12 + 1)
    return None

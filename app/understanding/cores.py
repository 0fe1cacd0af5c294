"""What every recurrence has at its core, how often on which days, and the RRULE (RFC 5545) it is written as."""

from dataclasses import dataclass, replace

from app.dialogue.times import Moment, TimeUnit
from app.domain.recurrence import DayCalendar, Daypart

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: dict[TimeUnit, str] = {
    "second": "SECONDLY", "minute": "MINUTELY", "hour": "HOURLY", "day": "DAILY", "week": "WEEKLY", "month": "MONTHLY",
    "year": "YEARLY",
}  # fmt: skip
WORKWEEK, WEEKEND = (1, 2, 3, 4, 5), (6, 7)
ALL_DAYS = (*WORKWEEK, *WEEKEND)


@dataclass(frozen=True, slots=True)
class Core:
    """`days`: weekdays; `nths`: weekdays counted within the month or year; `place`: which one of `days` in each period.

    `weak`: only a recurrence with a time beside it or when nothing else is said: "Monday to Friday", 周末.
    """

    unit: TimeUnit
    interval: int = 1
    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    nths: tuple[tuple[int, int], ...] = ()
    place: int | None = None
    dayparts: tuple[Daypart, ...] = ()
    calendar: DayCalendar | None = None
    per: int = 1
    weak: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it says how often and not on which days."""
        return not (self.days or self.nths or self.monthdays or self.months)

    @property
    def rule(self) -> str:
        days = [CODES[day - 1] for day in sorted(set(self.days))]
        days += [f"{nth}{CODES[day - 1]}" for nth, day in dict.fromkeys(self.nths)]
        parts = [
            f"FREQ={FREQUENCIES[self.unit]}",
            f"INTERVAL={self.interval}" if self.interval > 1 else "",
            _list("BYMONTH", sorted(set(self.months))),
            _list("BYMONTHDAY", sorted(set(self.monthdays), key=lambda day: (day < 0, day))),
            f"BYDAY={','.join(days)}" if days else "",
            f"BYSETPOS={self.place}" if self.place is not None and days else "",
        ]
        return ";".join(filter(None, parts))


def _list(key: str, numbers: list[int]) -> str:
    return f"{key}={','.join(map(str, numbers))}" if numbers else ""


def yearly(day: Moment) -> Core:
    """Every year on that day."""
    months = (day.month,) if day.month else ()
    if day.nth is not None and day.weekday is not None:
        return Core("year", months=months, nths=((day.nth, day.weekday),))
    monthdays = (day.day,) if day.day else ()
    return Core("year", months=months, monthdays=monthdays, calendar="lunar" if day.lunar else None)


def merged(one: Core, other: Core) -> Core | None:
    """Two cores of one recurrence as one: "Mondays, every two weeks"; None where they don't go together."""
    parts = one.dayparts or other.dayparts
    both = {"dayparts": parts, "calendar": one.calendar or other.calendar, "per": max(one.per, other.per)}
    if one.unit == other.unit and one.interval == other.interval and one.place is None and other.place is None:
        return replace(
            one,
            months=one.months + other.months,
            monthdays=one.monthdays + other.monthdays,
            days=one.days + other.days,
            nths=one.nths + other.nths,
            weak=one.weak and other.weak,
            **both,  # type: ignore[arg-type]
        )
    for often, which in ((one, other), (other, one)):
        if often.is_plain and often.unit == "day" and often.interval == 1 and which.unit in ("week", "month", "year"):
            return replace(which, weak=False, **both)  # type: ignore[arg-type]
        if often.is_plain and often.unit == which.unit and which.interval == 1:
            return replace(which, interval=often.interval, weak=False, **both)  # type: ignore[arg-type]
    return None


def on_days(core: Core, days: tuple[int, ...]) -> Core:
    """The core on these weekdays only."""
    if core.unit == "day" and core.interval == 1:
        return replace(core, unit="week", days=days, weak=False)
    return replace(core, days=core.days + days, weak=False)


def without_days(core: Core, days: tuple[int, ...]) -> Core:
    """The core but for these weekdays."""
    daily = core.unit == "day" and core.interval == 1
    if not days or not (daily or core.days):
        return core
    left = tuple(day for day in (core.days or ALL_DAYS) if day not in days)
    return replace(core, unit="week" if daily else core.unit, days=left) if left else core

"""Times as they were said, symbolically: what a clock and a calendar make of them is for resolution."""

from dataclasses import dataclass
from typing import Literal

from app.domain.recurrence import DayCalendar, Daypart

Half = Literal["am", "pm"]
TimeUnit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
PeriodUnit = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day, or both.

    `ahead`: days from today. `weekday`: ISO; `week` 1 for the one of next week, -1 of last week; `past` for the last one there was.
    `year`, `month`, `day`: a date; a day alone is this month's or the next's, -1 is the month's last; with `months` it is that
    many months from this one, with `years` so many years. `nth`: which of the month's `weekday`s, -1 the last. `lunar`: the
    month and day are of the Chinese calendar. `hour` 0–23; `half` None where the words leave open whether it is before or after
    noon; `daypart` where no hour is said. `delay`: minutes from now. `before`: at the latest then.
    """

    ahead: int | None = None
    weekday: int | None = None
    week: int = 0
    past: bool = False
    year: int | None = None
    years: int | None = None
    month: int | None = None
    months: int | None = None
    day: int | None = None
    nth: int | None = None
    lunar: bool = False
    hour: int | None = None
    minute: int = 0
    half: Half | None = None
    daypart: Daypart | None = None
    delay: int | None = None
    before: bool = False

    @property
    def has_day(self) -> bool:
        return self.ahead is not None or self.weekday is not None or self.day is not None or self.nth is not None

    @property
    def is_open(self) -> bool:
        """Whether the time may be before or after noon."""
        return self.hour is not None and self.half is None and 0 < self.hour <= 12


@dataclass(frozen=True, slots=True)
class Period:
    """A whole day, week, month or year; `back` 0 is the one that it is now, 1 the one before."""

    unit: PeriodUnit
    back: int = 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often, symbolically: `app.resolution.schedules` makes a schedule of it by the customer's clock.

    `rule`: an RRULE (RFC 5545) without hours, COUNT and UNTIL. `times`: moments that hold an hour only. `dayparts`: where no
    hour is said. `lasting`: for so many of a unit. `count`: occurrences in all. `calendar`: which days count, by the
    customer's country. `per`: how many times in each period: "twice a day".
    """

    rule: str
    times: tuple[Moment, ...] = ()
    dayparts: tuple[Daypart, ...] = ()
    start: Moment | None = None
    until: Moment | None = None
    lasting: tuple[int, TimeUnit] | None = None
    count: int | None = None
    calendar: DayCalendar | None = None
    per: int = 1

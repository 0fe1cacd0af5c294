"""A schedule: an RRULE, the customer's local time or part of the day, and what begins and ends it."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Daypart = Literal["morning", "noon", "afternoon", "evening", "night"]
# Which calendar days count beside the rule: those worked (moved workdays too), public holidays, all but those; or whose they are.
DayCalendar = Literal["workdays", "holidays", "not_holidays", "lunar"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`rrule` (RFC 5545) carries no hour, COUNT or UNTIL. `per`: how many times in each period: "twice a day"."""

    rrule: str
    times: tuple[time, ...] = ()
    dayparts: tuple[Daypart, ...] = ()
    start: date | None = None
    until: date | None = None
    count: int | None = None
    calendar: DayCalendar | None = None
    per: int = 1

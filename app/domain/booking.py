"""Things booked for a day: rooms and tickets, when they begin by the merchant's clock, and until when they can be given back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.base.errors import Refusal
from app.base.money import Money

BookedBy = Literal["night", "ticket"]


class DayMissing(Refusal):
    """A room or a ticket without a day."""

    code = "day_missing"


class DayOutOfBounds(Refusal):
    """A day that is over or further ahead than can be booked."""

    code = "day_out_of_bounds"


@dataclass(frozen=True, slots=True)
class BookingTerms:
    """What is booked begins at `starts` on its day, in the merchant's zone, unless an option names another time.

    It can be given back free of charge until `free_hours` before that, and for `fee_percent` of its price afterwards.
    """

    unit: BookedBy
    starts: time
    free_hours: int
    fee_percent: int
    ahead_days_max: int = 90


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """`free_until` is UTC; afterwards `fee` is kept."""

    free_until: datetime
    fee: Money


def begins_at(terms: BookingTerms, day: date, starts: time | None, zone: str, now: datetime) -> datetime:
    """The moment in UTC. Raises DayOutOfBounds."""
    wall = datetime.combine(day, starts or terms.starts, tzinfo=ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()
    # A room can still be taken on the evening of its first night; a show that has begun can't be.
    is_over = day < today if terms.unit == "night" else wall <= now
    if is_over or day > today + timedelta(days=terms.ahead_days_max):
        raise DayOutOfBounds(days=terms.ahead_days_max)
    return wall.astimezone(now.tzinfo)


def cancellation(terms: BookingTerms, begins: datetime, price: Money) -> CancellationTerms:
    return CancellationTerms(begins - timedelta(hours=terms.free_hours), price.percent(terms.fee_percent))

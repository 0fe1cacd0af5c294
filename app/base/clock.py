"""The one clock. It gives UTC; local times belong to a customer's or a merchant's zone."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.base.errors import Misuse

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, in UTC, whole milliseconds."""
        ...


class SystemClock:
    def now(self) -> datetime:
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class SetClock:
    """A clock that stands still until it is moved; for replays and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by

    def set(self, moment: datetime) -> None:
        self._now = as_utc(moment)


def as_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Misuse(naive_moment=moment)
    return moment.astimezone(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The moment on a wall clock in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone))


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 UTC, without a float on the way."""
    return (moment - EPOCH) // timedelta(milliseconds=1)

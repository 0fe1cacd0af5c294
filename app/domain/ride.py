"""Rides: where from and to, what the fare is estimated at, and what it can be at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.geo import Point
from app.domain.names import Names

# Streets are longer than straight lines.
DETOUR_PERCENT = 130
ARRIVE_EARLY = timedelta(minutes=10)
# A ride that is paid for a moment after it was to leave leaves at once.
GRACE = timedelta(minutes=2)


class TripMissing(Refusal):
    """A ride without a start and an end."""

    code = "trip_missing"


class TooLate(Refusal):
    """The ride would have to have begun already to arrive in time."""

    code = "too_late"


@dataclass(frozen=True, slots=True)
class Stop:
    """`ref` points into the vault where the stop is an address of the customer's; then `names` show it masked."""

    names: Names
    point: Point
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """At least two stops in their order. At most one of the moments is set; neither means now."""

    stops: tuple[Stop, ...]
    leave_at: datetime | None = None
    arrive_by: datetime | None = None

    @property
    def distance_m(self) -> int:
        legs = zip(self.stops, self.stops[1:], strict=False)
        return sum(a.point.distance_m(b.point) for a, b in legs) * DETOUR_PERCENT // 100


@dataclass(frozen=True, slots=True)
class Fare:
    """The product's price covers the first `base_m` metres. The final fare is at most `ceiling_percent` above the estimate."""

    base_m: int
    per_km: Money
    metres_per_minute: int
    ceiling_percent: int = 25

    def estimate(self, base: Money, trip: Trip) -> Money:
        """To the tenth of the currency's unit, rounded up."""
        beyond = max(trip.distance_m - self.base_m, 0)
        minor = base.minor - (-beyond * self.per_km.minor // 1000)
        return Money(-(-minor // 10) * 10, base.currency)

    def maximum(self, estimate: Money) -> Money:
        """In whole units of the currency, rounded up."""
        minor = estimate.minor * (100 + self.ceiling_percent)
        return Money(-(-minor // 10_000) * 100, estimate.currency)

    def minutes(self, trip: Trip) -> int:
        return -(-trip.distance_m // self.metres_per_minute)

    def leaves_at(self, trip: Trip, now: datetime) -> datetime | None:
        """When the ride has to begin; None for now. Raises TooLate."""
        if trip.arrive_by is None:
            if trip.leave_at is not None and trip.leave_at < now - GRACE:
                raise TooLate(minutes=self.minutes(trip))
            return trip.leave_at
        leaves = trip.arrive_by - timedelta(minutes=self.minutes(trip)) - ARRIVE_EARLY
        if leaves < now:
            raise TooLate(minutes=self.minutes(trip))
        return leaves

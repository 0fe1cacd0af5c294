"""What a customer buys again and again: how much each thing weighs now, and how sure one is that it is meant."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import local
from app.domain.catalog import Catalog
from app.domain.order import Order
from app.domain.recurrence import Daypart

DAYPART_STARTS: tuple[tuple[int, Daypart], ...] = (
    (5, "morning"), (11, "noon"), (14, "afternoon"), (18, "evening"), (22, "night"),
)  # fmt: skip
# Decay and boosts as measured on real purchase histories; the age is counted in units of this many days.
DECAY_DAYS = 20
DECAY_POWER = 0.8
SAME_DAYPART_BOOST = 1.3
SAME_WEEKPART_BOOST = 1.15
LAST_TIME_BOOST = 0.05
# What everybody buys weighs so much, all of it together, beside what this customer has bought.
POPULAR = 0.1
# How much of somebody else's choice, and of chance, a customer's own history has to outweigh before one is sure.
DOUBT_POPULAR, DOUBT = 0.7, 0.3
DAY_SECONDS = 86_400
# From here on four in five guesses are right: measured on one half of the households, it held for the other.
SURE = 0.51


def daypart(hour: int) -> Daypart:
    return next((name for start, name in reversed(DAYPART_STARTS) if hour >= start), "night")


@dataclass(frozen=True, slots=True)
class Now:
    """The moment that is asked about, by the customer's clock."""

    at: datetime
    zone: str
    part: Daypart
    is_weekend: bool

    @classmethod
    def of(cls, moment: datetime, zone: str) -> "Now":
        here = local(moment, zone)
        return cls(moment, zone, daypart(here.hour), here.isoweekday() >= 6)

    def weight(self, bought: datetime) -> float:
        """How much a purchase of then says about now."""
        here = local(bought, self.zone)
        age_days = max((self.at - bought).total_seconds(), 0.0) / DAY_SECONDS
        weight: float = (1 + age_days / DECAY_DAYS) ** -DECAY_POWER
        if daypart(here.hour) == self.part:
            weight *= SAME_DAYPART_BOOST
        if (here.isoweekday() >= 6) == self.is_weekend:
            weight *= SAME_WEEKPART_BOOST
        return weight


@dataclass(frozen=True, slots=True)
class Habit:
    """`sureness` 0–1: what share of such purchases this thing is expected to be. `count`: how often it was bought."""

    thing: str
    sureness: float
    count: int


def habits(
    purchases: Sequence[tuple[datetime, frozenset[str]]], now: Now, most: int, popularity: Mapping[str, int] | None = None
) -> list[Habit]:
    """The best `most` of what a customer buys. `purchases`: oldest first, each a moment and the things that were bought.

    With a `popularity`, which says how often everybody buys each thing, only its things are meant; without it all are.
    """
    weights: dict[str, float] = {}
    counts: dict[str, int] = {}
    last: frozenset[str] | set[str] = frozenset()
    for bought, things in purchases:
        meant = things if popularity is None else things & popularity.keys()
        if meant:
            weight, last = now.weight(bought), meant
            for thing in meant:
                weights[thing] = weights.get(thing, 0.0) + weight
                counts[thing] = counts.get(thing, 0) + 1
    pool = popularity or {}
    everybody, own = sum(pool.values()) or 1, sum(weights.values())
    ranks = {thing: weight + POPULAR * pool.get(thing, 0) / everybody for thing, weight in weights.items()}
    if popularity is not None:
        # Which of several it was last time says a little more; of a whole basket it says nothing.
        ranks |= {thing: ranks[thing] + LAST_TIME_BOOST for thing in last}
    popular = heapq.nsmallest(most + len(weights), pool.items(), key=lambda item: (-item[1], item[0]))
    ranks |= {thing: POPULAR * often / everybody for thing, often in popular if thing not in ranks}
    doubted = own + DOUBT_POPULAR + DOUBT
    return [
        Habit(thing, (weights.get(thing, 0.0) + DOUBT_POPULAR * pool.get(thing, 0) / everybody) / doubted, counts.get(thing, 0))
        for thing in heapq.nsmallest(most, ranks, key=lambda thing: (-ranks[thing], thing))
    ]


def bought_at(orders: Sequence[Order], catalog: Catalog, product_ids: Sequence[str], now: Now) -> list[Habit]:
    """Which of a merchant's products a customer means who named none of them exactly, best first. `orders`: newest first."""
    purchases = [
        (order.placed_at, frozenset(line.product_id for line in order.lines))
        for order in reversed(orders)
        if order.is_taken and order.merchant_id == catalog.merchant.id
    ]
    return habits(purchases, now, len(product_ids), {i: catalog.products[i].popularity for i in product_ids})

"""Coupons: who may use one on what, and the best set with its arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Literal

from app.base.money import Money
from app.domain.names import Names

Funder = Literal["platform", "merchant"]
Stacking = Literal["exclusive", "stackable"]
# A customer holds few coupons that fit one order; beyond this many stackable ones the largest are tried.
STACKABLE_TRIED_MAX = 8


@dataclass(frozen=True, slots=True)
class ClaimWindow:
    """When a coupon can be claimed, how many there are in all, and for how many days a claim is good (None: as long as it)."""

    starts: datetime
    ends: datetime
    stock: int
    valid_days: int | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A rule for a discount. Exactly one of `amount` and `percent` is set; `cap` bounds a percentage.

    With a `claim` it is only for who has claimed it, without one for everybody.
    """

    id: str
    names: Names
    funder: Funder
    minimum: Money
    starts: datetime
    ends: datetime
    stacking: Stacking
    amount: Money | None = None
    percent: int | None = None
    cap: Money | None = None
    uses_per_customer: int = 1
    product_ids: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    claim: ClaimWindow | None = None

    def discount_on(self, eligible: Money) -> Money:
        """What it takes off goods worth `eligible`, never more than the goods; its minimum is the caller's to check."""
        off = self.amount if self.amount is not None else eligible.percent(self.percent or 0)
        if self.cap is not None and not self.cap.covers(off):
            off = self.cap
        return eligible if not eligible.covers(off) else off


@dataclass(frozen=True, slots=True)
class Goods:
    """One line as a coupon sees it."""

    product_id: str
    category: str
    total: Money


@dataclass(frozen=True, slots=True)
class AppliedCoupon:
    """A coupon on a card. `shares`: how much of the discount, in minor units, falls on each of the card's lines."""

    coupon_id: str
    names: Names
    funder: Funder
    discount: Money
    uses_per_customer: int = 1
    shares: tuple[int, ...] = ()


def best_coupons(
    coupons: Iterable[Coupon], goods: Sequence[Goods], used: dict[str, int], moment: datetime, currency: str
) -> tuple[AppliedCoupon, ...]:
    """The valid set that saves most; ties go to fewer coupons, then to the smaller ids.

    `used` counts this customer's earlier uses by coupon id. Stackable discounts are taken one after the other, each on what the
    ones before left, so a set never takes off more than the goods are worth.
    """
    valid = [c for c in coupons if c.starts <= moment < c.ends and used.get(c.id, 0) < c.uses_per_customer]
    stackable = sorted(
        (c for c in valid if c.stacking == "stackable"), key=lambda c: (-c.discount_on(_eligible(c, goods, currency)).minor, c.id)
    )[:STACKABLE_TRIED_MAX]
    sets: list[tuple[Coupon, ...]] = [(c,) for c in valid if c.stacking == "exclusive"]
    sets += [s for size in range(1, len(stackable) + 1) for s in combinations(stackable, size)]
    applied = (_apply(candidate, goods, currency) for candidate in sets)
    return min(
        (a for a in applied if a),
        key=lambda a: (-sum(c.discount.minor for c in a), len(a), [c.coupon_id for c in a]),
        default=(),
    )


def _apply(coupons: Sequence[Coupon], goods: Sequence[Goods], currency: str) -> tuple[AppliedCoupon, ...]:
    left = [g.total for g in goods]
    applied = []
    for coupon in coupons:
        places = [n for n, g in enumerate(goods) if _is_for(coupon, g)]
        # The minimum is about what is bought; the discount is taken on what is still to be paid for it.
        if not Money.sum((goods[n].total for n in places), currency).covers(coupon.minimum):
            continue
        discount = coupon.discount_on(Money.sum((left[n] for n in places), currency))
        if discount.is_zero:
            continue
        shares = [0] * len(left)
        for place, share in zip(places, discount.allocate([left[n].minor for n in places]), strict=True):
            left[place] = left[place].minus(share)
            shares[place] = share.minor
        applied.append(AppliedCoupon(coupon.id, coupon.names, coupon.funder, discount, coupon.uses_per_customer, tuple(shares)))
    return tuple(applied)


def _eligible(coupon: Coupon, goods: Sequence[Goods], currency: str) -> Money:
    return Money.sum((g.total for g in goods if _is_for(coupon, g)), currency)


def _is_for(coupon: Coupon, goods: Goods) -> bool:
    unrestricted = not coupon.product_ids and not coupon.categories
    return unrestricted or goods.product_id in coupon.product_ids or goods.category in coupon.categories

"""Claimed coupons: when they can be claimed, until when they are good, and for whom they apply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.claim import (
    AlreadyClaimed,
    CampaignNotYet,
    CampaignOver,
    Claim,
    CouponSoldOut,
    at_hand,
    check_claimable,
    claim_ends,
)
from app.domain.coupon import ClaimWindow, Coupon
from app.domain.names import Names

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = ClaimWindow(NOON - DAY, NOON + DAY, stock=5, valid_days=14)
CLAIMED = Coupon(
    id="credit",
    names=Names(("Credit",)),
    funder="platform",
    minimum=Money(0),
    starts=NOON - 30 * DAY,
    ends=NOON + 30 * DAY,
    stacking="exclusive",
    amount=Money(500),
    claim=WINDOW,
)
EVERYBODYS = replace(CLAIMED, id="open", claim=None)


def claim(at: datetime = NOON, campaign: str = "shop.credit") -> Claim:
    return Claim("clm_1", "cus", campaign, at, claim_ends(CLAIMED, at))


@pytest.mark.parametrize(
    ("moment", "left", "is_held", "refusal"),
    [
        (NOON - 2 * DAY, 5, False, CampaignNotYet),
        (NOON + DAY, 5, False, CampaignOver),
        (NOON, 0, False, CouponSoldOut),
        (NOON, 5, True, AlreadyClaimed),
        (NOON + DAY, 0, True, AlreadyClaimed),
    ],
)
def test_each_reason_has_a_refusal_of_its_own(moment: datetime, left: int, is_held: bool, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_claimable(CLAIMED, left, moment, is_held=is_held)


def test_within_the_window_and_with_stock_it_can_be_claimed() -> None:
    check_claimable(CLAIMED, 1, WINDOW.starts, is_held=False)


def test_a_claim_is_good_for_its_days_and_never_longer_than_the_coupon() -> None:
    assert claim_ends(CLAIMED, NOON) == NOON + 14 * DAY
    assert claim_ends(CLAIMED, NOON + 20 * DAY) == CLAIMED.ends
    forever = replace(CLAIMED, claim=replace(WINDOW, valid_days=None))
    assert claim_ends(forever, NOON) == CLAIMED.ends


def test_only_who_has_claimed_it_has_it_at_hand_until_their_own_end() -> None:
    coupons = (CLAIMED, EVERYBODYS)
    assert at_hand("shop", coupons, [], NOON) == [EVERYBODYS]
    assert at_hand("shop", coupons, [claim()], NOON) == [CLAIMED, EVERYBODYS]
    # The campaign has ended, the claim has not.
    assert at_hand("shop", coupons, [claim()], NOON + 13 * DAY) == [CLAIMED, EVERYBODYS]
    assert at_hand("shop", coupons, [claim()], NOON + 14 * DAY) == [EVERYBODYS]


def test_a_claim_at_one_shop_is_none_at_another() -> None:
    assert at_hand("other", (CLAIMED,), [claim()], NOON) == []

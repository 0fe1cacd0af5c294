"""Coupons that have to be claimed: while stock lasts, one each, good from then until the claim's own end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.base.errors import Refusal
from app.domain.catalog import Catalog
from app.domain.coupon import Coupon

CampaignState = Literal["open", "not_yet", "over", "sold_out"]


class CouponSoldOut(Refusal):
    """All of a campaign's coupons are claimed."""

    code = "coupon_sold_out"


class CampaignOver(Refusal):
    """The campaign's window is closed; what was claimed in it stays good until its own end."""

    code = "campaign_over"


class CampaignNotYet(Refusal):
    """The campaign has not begun."""

    code = "campaign_not_yet"


class AlreadyClaimed(Refusal):
    """One each: the customer has this one, or has used it."""

    code = "already_claimed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A customer's claim of one coupon; `campaign_id` is the merchant's id, a dot and the coupon's. `expires_at` is its own end."""

    id: str
    customer_id: str
    campaign_id: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CampaignStock:
    """How many of a campaign's coupons there are in all, were claimed, and are left: the row that every claim has to pass."""

    id: str
    stock: int
    claimed: int
    left: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A coupon as one customer sees it: `left` of the campaign, their `claim`, and how many uses they have left.

    `uses_left` is of what they hold; a coupon without a campaign is everybody's.
    """

    catalog: Catalog
    coupon: Coupon
    campaign_id: str
    state: CampaignState
    left: int
    claim: Claim | None
    uses_left: int

    @property
    def is_claimable(self) -> bool:
        return self.coupon.claim is not None and self.claim is None and self.state == "open"

    def good_until(self) -> datetime:
        return self.claim.expires_at if self.claim else self.coupon.ends

    def is_held(self, moment: datetime) -> bool:
        begun = (self.coupon.claim is None and self.coupon.starts <= moment) or self.claim is not None
        return begun and self.uses_left > 0 and moment < self.good_until()


def campaign_id(merchant_id: str, coupon: Coupon) -> str:
    return f"{merchant_id}.{coupon.id}"


def claim_ends(coupon: Coupon, claimed_at: datetime) -> datetime:
    """So many days after claiming, never later than the coupon itself."""
    days = coupon.claim.valid_days if coupon.claim else None
    return coupon.ends if days is None else min(coupon.ends, claimed_at + timedelta(days=days))


def campaign_state(coupon: Coupon, left: int, moment: datetime) -> CampaignState:
    window = coupon.claim
    if window is None or moment < window.starts:
        return "not_yet"
    if moment >= window.ends:
        return "over"
    return "open" if left > 0 else "sold_out"


def check_claimable(coupon: Coupon, left: int, moment: datetime, *, is_held: bool) -> None:
    """Order of precedence: AlreadyClaimed, CampaignNotYet, CampaignOver, CouponSoldOut."""
    if is_held:
        raise AlreadyClaimed(coupon=coupon.names)
    state = campaign_state(coupon, left, moment)
    if state == "not_yet":
        raise CampaignNotYet(coupon=coupon.names, moment=coupon.claim.starts if coupon.claim else moment)
    if state == "over":
        raise CampaignOver(coupon=coupon.names)
    if state == "sold_out":
        raise CouponSoldOut(coupon=coupon.names)


def at_hand(merchant_id: str, coupons: Iterable[Coupon], claims: Iterable[Claim], moment: datetime) -> Sequence[Coupon]:
    """The coupons that a customer may use: those that are everybody's, and those they claimed until the claim's own end.

    That the campaign has ended meanwhile takes nothing away from who claimed in it.
    """
    good = {claim.campaign_id for claim in claims if claim.at <= moment < claim.expires_at}
    return [coupon for coupon in coupons if coupon.claim is None or campaign_id(merchant_id, coupon) in good]

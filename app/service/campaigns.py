"""Campaigns: what can be claimed and what a customer holds; a claim is one unit of work on a guarded stock row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.base.clock import Clock
from app.base.ids import derived_id
from app.domain.claim import (
    AlreadyClaimed,
    CampaignStock,
    Claim,
    CouponSoldOut,
    Offered,
    campaign_id,
    campaign_state,
    check_claimable,
    claim_ends,
)
from app.domain.coupon import Coupon
from app.domain.customer import NotFound
from app.domain.order import Order
from app.domain.trace import TraceEvent
from app.service.ports import Merchants, Records
from app.service.units import Change, GuardFailed, Insert, Unit, Writer


@dataclass(frozen=True, slots=True)
class Campaigns:
    records: Records
    writer: Writer
    merchants: Merchants
    clock: Clock

    def offered(self, customer_id: str) -> list[Offered]:
        """Every coupon of every merchant, in the catalogues' order."""
        claims = {claim.campaign_id: claim for claim in self.records.claims(customer_id)}
        used = Counter((use.merchant_id, use.coupon_id) for use in self.records.coupon_uses(customer_id))
        return list(self._offered(claims, used))

    def _offered(self, claims: dict[str, Claim], used: Counter[tuple[str, str]]) -> Iterator[Offered]:
        now = self.clock.now()
        for merchant_id, catalog in sorted(self.merchants.catalogs().items()):
            for coupon in catalog.coupons:
                key = campaign_id(merchant_id, coupon)
                left = _left(coupon, self.records.campaign_stock(key) if coupon.claim else None)
                uses_left = coupon.uses_per_customer - used[merchant_id, coupon.id]
                yield Offered(catalog, coupon, key, campaign_state(coupon, left, now), left, claims.get(key), uses_left)

    def given_back(self, order: Order) -> list[tuple[Offered, str]]:
        """The coupons that a canceled order gave back, each with the customer's zone.

        They can be used until their own end, also when their campaign is over by then.
        """
        customer = self.records.customer(order.customer_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version)
        used = {coupon.coupon_id for coupon in checkout.coupons} if checkout else set()
        offered = self.offered(order.customer_id) if customer and used else []
        mine = (one for one in offered if one.catalog.merchant.id == order.merchant_id)
        return [(one, customer.zone) for one in mine if customer and one.coupon.id in used]

    def claim(self, customer_id: str, campaign: str) -> Claim:
        """Idempotent by customer and campaign in that nobody gets two.

        Raises NotFound, AlreadyClaimed, CampaignNotYet, CampaignOver, CouponSoldOut.
        """
        merchant_id, _, coupon_id = campaign.partition(".")
        catalog = self.merchants.catalogs().get(merchant_id)
        coupon = next((c for c in catalog.coupons if c.id == coupon_id and c.claim), None) if catalog else None
        if coupon is None or coupon.claim is None:
            raise NotFound(what=campaign)
        now = self.clock.now()
        is_held = any(claim.campaign_id == campaign for claim in self.records.claims(customer_id))
        row = self.records.campaign_stock(campaign)
        check_claimable(coupon, _left(coupon, row), now, is_held=is_held)
        if row is None or row.stock != coupon.claim.stock:
            self._open(campaign, coupon.claim.stock, row)
        claim = Claim(derived_id("clm", customer_id, campaign), customer_id, campaign, now, claim_ends(coupon, now))
        if self.writer.commit(_unit(claim, coupon)).replayed:
            raise AlreadyClaimed(coupon=coupon.names)
        return claim

    def _open(self, campaign: str, stock: int, row: CampaignStock | None) -> None:
        """Have the stock row say what the merchant's file says."""
        now = self.clock.now()
        if row is None:
            opened = Insert(CampaignStock(campaign, stock, 0, stock))
            self.writer.commit(Unit(f"campaign:{campaign}", campaign, now, inserts=(opened,)))
            return
        moved = Change(
            CampaignStock,
            campaign,
            expect={"stock": row.stock, "claimed": row.claimed},
            put={"stock": stock, "left": max(stock - row.claimed, 0)},
        )
        try:
            self.writer.commit(Unit(f"campaign:{campaign}:{now.isoformat()}:{stock}", campaign, now, changes=(moved,)))
        except GuardFailed:
            # A claim came between: whoever claims next counts again. The row lets nobody have what is not left.
            return


def _left(coupon: Coupon, row: CampaignStock | None) -> int:
    """By the merchant's number as it is now, which may have been raised or lowered since the first claim."""
    stock = coupon.claim.stock if coupon.claim else 0
    return stock if row is None else max(stock - row.claimed, 0)


def _unit(claim: Claim, coupon: Coupon) -> Unit:
    return Unit(
        key=f"claim:{claim.customer_id}:{claim.campaign_id}",
        fingerprint=claim.campaign_id,
        at=claim.at,
        changes=(
            Change(
                CampaignStock,
                claim.campaign_id,
                add={"left": -1, "claimed": 1},
                refusal=CouponSoldOut(coupon=coupon.names),
            ),
        ),
        inserts=(Insert(claim, AlreadyClaimed(coupon=coupon.names)),),
        trace=(TraceEvent(claim.customer_id, "coupon_claimed", {"campaign": claim.campaign_id, "claim": claim.id}, claim.at),),
    )

"""A card's discount in the customer's words: what it is on and who pays it; without one, how far the nearest is, as a fact."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from app.base.money import Money
from app.dialogue.wording import joined, say
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.coupon import AppliedCoupon, Coupon
from app.domain.names import Lang
from app.service.views import AmountRow


def discount_row(applied: AppliedCoupon, checkout: CheckoutSession, coupons: Iterable[Coupon], lang: Lang) -> AmountRow:
    """The row of one coupon, which opens to its arithmetic."""
    label = say(lang, f"card.row.coupon_{applied.funder}", {"coupon": applied.names, "payee": checkout.payee})
    rule = next((coupon for coupon in coupons if coupon.id == applied.coupon_id), None)
    off = Money.zero(applied.discount.currency).minus(applied.discount)
    return AmountRow("discount", label, str(off), tuple(_details(applied, rule, checkout, lang)))


def _details(applied: AppliedCoupon, rule: Coupon | None, checkout: CheckoutSession, lang: Lang) -> Iterator[str]:
    if rule is not None:
        lines = [line for line in checkout.lines if _is_for(rule, line)]
        names = [f"{line.names.display(lang)} × {line.quantity}" for line in lines]
        worth = Money.sum((line.total for line in lines), applied.discount.currency)
        yield say(lang, "card.coupon.goods", {"goods": joined(names, lang), "worth": worth})
        if rule.percent is not None:
            key = "card.coupon.percent_capped" if rule.cap is not None else "card.coupon.percent"
            yield say(lang, key, {"percent": rule.percent, "cap": rule.cap})
    yield say(lang, f"card.coupon.by_{applied.funder}", {"amount": applied.discount, "payee": checkout.payee})


def nearest_row(
    checkout: CheckoutSession, catalog: Catalog, used: Mapping[str, int], now: datetime, lang: Lang
) -> AmountRow | None:
    """That no coupon fits, and what the nearest one lacks; None where the shop has none for what is on the card."""
    currency = checkout.totals.total.currency
    missing = []
    for coupon in catalog.coupons:
        worth = Money.sum((line.total for line in checkout.lines if _is_for(coupon, line)), currency)
        is_open = coupon.starts <= now < coupon.ends and used.get(coupon.id, 0) < coupon.uses_per_customer
        # Twice as far as what is on the card is not near.
        if is_open and worth.times(2).covers(coupon.minimum) and not worth.covers(coupon.minimum):
            missing.append((coupon.minimum.minus(worth), coupon.id, coupon))
    if not missing:
        return None
    lacks, _, coupon = min(missing, key=lambda one: (one[0].minor, one[1]))
    told = say(lang, "card.coupon.nearest", {"missing": lacks, "coupon": coupon.names})
    return AmountRow("hint", say(lang, "card.coupon.none"), "", (told,))


def _is_for(coupon: Coupon, line: LineItem) -> bool:
    unrestricted = not coupon.product_ids and not coupon.categories
    return unrestricted or line.product_id in coupon.product_ids or line.category in coupon.categories

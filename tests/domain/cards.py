"""A card with one line, for rules that look at cards."""

from datetime import UTC, datetime, timedelta

from app.base.money import Money
from app.domain.checkout import CheckoutSession, Draft, DraftLine, Fulfilment, LineItem, Totals
from app.domain.names import Names

AT = datetime(2026, 5, 17, 23, 30, tzinfo=UTC)


def card(total: int, currency: str = "CNY") -> CheckoutSession:
    """One bun of the category food at the merchant `shop` for `total` minor units, collected there."""
    price, nothing = Money(total, currency), Money(0, currency)
    names = Names(("Bun",), ("包子",))
    return CheckoutSession(
        id="chk_1",
        version=1,
        customer_id="cus",
        conversation_id="con",
        reading_id="utt",
        merchant_id="shop",
        payee=Names(("Shop",), ("小店",)),
        state="ready_for_complete",
        lines=(LineItem("lin", "bun", "food", names, 1, price),),
        totals=Totals(price, nothing, nothing, price, price),
        coupons=(),
        fulfilment=Fulfilment("pickup", "pickup", names, (5, 10), None, ""),
        created_at=AT,
        expires_at=AT + timedelta(minutes=10),
        draft=Draft("shop", (DraftLine("lin", "bun", 1),)),
    ).sealed()

"""An approval with one changed field approves nothing: ten thousand of them, and none held a fen."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.cancellation import CancelPolicy
from app.domain.checkout import Approval, CheckoutSession, LineItem, check_payable, checkout_digest
from app.domain.coupon import AppliedCoupon
from app.domain.names import Names
from tests.domain.cards import AT, card

TRIES, SEED = 10_000, 20_261_124
NAMES = Names(("Bun",), ("包子",))


def paid_for(checkout: CheckoutSession) -> Approval:
    return Approval(
        "apr",
        checkout.id,
        checkout.version,
        checkout.customer_id,
        "pin",
        checkout.digest,
        checkout.merchant_id,
        checkout.totals.maximum,
        AT,
    )


def basket(dice: random.Random) -> CheckoutSession:
    lines = tuple(
        LineItem(f"line_{n}", f"p{n}", "food", NAMES, dice.randint(1, 5), Money(dice.randint(100, 9_000)))
        for n in range(dice.randint(1, 4))
    )
    off = dice.randint(1, 50)
    coupons = (AppliedCoupon("cpn", NAMES, "platform", Money(off)),)
    goods = Money.sum((line.total for line in lines), "CNY")
    total = goods.minus(Money(off))
    base = card(1)
    totals = replace(base.totals, goods=goods, discount=Money(off), total=total, maximum=total)
    return replace(base, lines=lines, coupons=coupons, totals=totals).sealed()


# What somebody who wants the approval to be for something else would change: of the approval, or of the card under it.
def changed(dice: random.Random, checkout: CheckoutSession, approval: Approval) -> tuple[str, CheckoutSession, Approval]:
    step = dice.choice((-1, 1)) * dice.randint(1, 500)
    line = dice.randrange(len(checkout.lines))

    def with_line(**new: Any) -> CheckoutSession:
        lines = list(checkout.lines)
        lines[line] = replace(lines[line], **new)
        return replace(checkout, lines=tuple(lines))

    def with_totals(**new: Any) -> CheckoutSession:
        return replace(checkout, totals=replace(checkout.totals, **new))

    first, fulfilment = checkout.lines[line], checkout.fulfilment
    of_card: dict[str, CheckoutSession] = {
        "line: product": with_line(product_id="gold"),
        "line: quantity": with_line(quantity=first.quantity + dice.randint(1, 9)),
        "line: price": with_line(unit_price=Money(first.unit_price.minor + abs(step))),
        "line: note": with_line(note="and a gold bar", note_hash=None),
        "line: weight": with_line(grams=dice.randint(1, 900)),
        "lines: one more": replace(checkout, lines=(*checkout.lines, first)),
        "lines: one fewer": replace(checkout, lines=checkout.lines[1:]),
        "amount: total": with_totals(total=Money(checkout.totals.total.minor + step)),
        "amount: maximum": with_totals(maximum=Money(checkout.totals.maximum.minor + abs(step))),
        "amount: fee": with_totals(fee=Money(abs(step))),
        "amount: discount": with_totals(discount=Money(checkout.totals.discount.minor + abs(step))),
        "currency": with_totals(total=Money(checkout.totals.total.minor, "JPY")),
        "payee": replace(checkout, merchant_id="elsewhere"),
        "customer": replace(checkout, customer_id="cus_other"),
        "expiry": replace(checkout, expires_at=checkout.expires_at + timedelta(seconds=abs(step))),
        "version": replace(checkout, version=checkout.version + 1),
        "card": replace(checkout, id="chk_other"),
        "coupon": replace(checkout, coupons=(replace(checkout.coupons[0], funder="merchant"),)),
        "coupon: none": replace(checkout, coupons=()),
        "fulfilment: way": replace(checkout, fulfilment=replace(fulfilment, option_id="delivery")),
        "fulfilment: place": replace(checkout, fulfilment=replace(fulfilment, destination_ref="vlt_other")),
        "fulfilment: recipient": replace(checkout, fulfilment=replace(fulfilment, recipient_ref="vlt_other")),
        "fulfilment: time": replace(checkout, fulfilment=replace(fulfilment, starts_at=AT + timedelta(minutes=abs(step)))),
        "terms": replace(checkout, cancellation=CancelPolicy("preparing", dice.randint(1, 100), "preparing")),
    }
    of_approval: dict[str, Approval] = {
        "approval: amount": replace(approval, maximum=Money(approval.maximum.minor + step)),
        "approval: currency": replace(approval, maximum=Money(approval.maximum.minor, "JPY")),
        "approval: payee": replace(approval, payee_id="elsewhere"),
        "approval: customer": replace(approval, customer_id="cus_other"),
        "approval: card": replace(approval, checkout_id="chk_other"),
        "approval: version": replace(approval, checkout_version=approval.checkout_version + dice.choice((-1, 1))),
        "approval: digest": replace(approval, digest=f"{step:064x}"[-64:]),
    }
    what = dice.choice([*of_card, *of_approval])
    return what, of_card.get(what, checkout), of_approval.get(what, approval)


def test_of_ten_thousand_approvals_with_one_changed_field_none_is_for_the_card() -> None:
    dice, refused = random.Random(SEED), Counter[str]()
    for _ in range(TRIES):
        checkout = basket(dice)
        approval = paid_for(checkout)
        check_payable(checkout, checkout.version, approval, AT)
        what, moved, given = changed(dice, checkout, approval)
        with pytest.raises(Refusal):
            check_payable(moved, checkout.version, given, AT)
        refused[what] += 1
    assert sum(refused.values()) == TRIES
    assert len(refused) == 31
    assert min(refused.values()) > TRIES // 62


def test_a_card_that_was_changed_and_sealed_anew_is_not_what_was_approved() -> None:
    """Who can write the card's digest as well still lacks the approval for it."""
    dice = random.Random(SEED)
    for _ in range(300):
        checkout = basket(dice)
        approval = paid_for(checkout)
        forged = replace(checkout, merchant_id="elsewhere")
        forged = replace(forged, digest=checkout_digest(forged))
        with pytest.raises(Refusal):
            check_payable(forged, forged.version, approval, AT)

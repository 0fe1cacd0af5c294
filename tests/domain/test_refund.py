"""What comes back of an order: each line's own share, never more than was paid, to the last minor unit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.money import Money
from app.domain.booking import CancellationTerms
from app.domain.cancellation import CancelPolicy, TooLateToCancel
from app.domain.checkout import CheckoutSession, LineItem, Totals
from app.domain.coupon import AppliedCoupon
from app.domain.names import Names
from app.domain.order import Order, OrderState
from app.domain.refund import (
    AlreadyRefunded,
    NothingToRefund,
    Paid,
    Refund,
    RefundedLine,
    cancellation_fee,
    offered,
    refund_of,
    whole,
)
from tests.domain.cards import AT, card

NAMES = Names(("Bun",), ("包子",))


def basket(lines: list[tuple[int, int]], shares: list[int], fee: int = 0, funder: str = "merchant") -> CheckoutSession:
    """Lines as (quantity, unit price), a coupon with its `shares` of the discount, a delivery fee."""
    items = tuple(LineItem(f"line_{n}", f"p{n}", "food", NAMES, q, Money(price)) for n, (q, price) in enumerate(lines))
    goods, off = sum(q * price for q, price in lines), sum(shares)
    total = Money(goods - off + fee)
    coupons = (AppliedCoupon("cpn", NAMES, funder, Money(off), 1, tuple(shares)),) if off else ()  # type: ignore[arg-type]
    return replace(card(1), lines=items, totals=Totals(Money(goods), Money(fee), Money(off), total, total), coupons=coupons)


def order(checkout: CheckoutSession, state: OrderState = "accepted") -> Order:
    return Order(
        "ord_1", "1", checkout.id, 1, "cus", "shop", state, checkout.totals.total, (), "pickup", None, "", AT, refundable=0
    )


def one(line: int, quantity: int = 1) -> list[RefundedLine]:
    return [RefundedLine(f"line_{line}", quantity)]


def given_back(checkout: CheckoutSession, paid: Paid, earlier: list[Refund], lines: list[RefundedLine]) -> Refund:
    offer = offered(order(checkout), checkout, paid, earlier, lines, "missing")
    return refund_of(order(checkout), offer, "done", AT)


def test_scenario_six_the_coupon_falls_on_both_lines_and_no_more_than_was_paid_comes_back() -> None:
    checkout, paid = basket([(1, 3_000), (1, 2_000)], [600, 400]), Paid(Money(4_000), Money(0))
    first = given_back(checkout, paid, [], one(1))
    second = given_back(checkout, paid, [first], one(0))
    assert (first.amount, first.is_whole, second.amount, second.is_whole) == (Money(1_600), False, Money(2_400), True)
    with pytest.raises(AlreadyRefunded):
        given_back(checkout, paid, [first, second], one(0))


def test_a_coupon_for_one_line_is_taken_off_that_line_alone() -> None:
    checkout, paid = basket([(1, 3_000), (1, 2_000)], [1_000, 0]), Paid(Money(4_000), Money(0))
    assert given_back(checkout, paid, [], one(1)).amount == Money(2_000)


def test_what_the_platform_put_in_goes_back_to_it_and_the_delivery_fee_comes_with_the_last_of_the_goods() -> None:
    checkout = basket([(1, 3_000), (1, 2_000)], [600, 400], fee=500, funder="platform")
    paid = Paid(Money(4_500), Money(1_000))
    first = given_back(checkout, paid, [], one(0))
    second = given_back(checkout, paid, [first], one(1))
    assert (first.amount, first.subsidy) == (Money(2_400), Money(600))
    assert (second.amount, second.subsidy) == (Money(2_100), Money(400))


def test_a_refused_refund_leaves_its_line_to_be_asked_for_again() -> None:
    checkout, paid = basket([(2, 1_000)], [0]), Paid(Money(2_000), Money(0))
    refused = replace(given_back(checkout, paid, [], one(0, 2)), state="refused")
    assert given_back(checkout, paid, [refused], one(0, 2)).amount == Money(2_000)


@pytest.mark.parametrize("lines", [[], one(0, 0), one(0, -1), one(0, 3), one(7)])
def test_what_is_not_on_the_order_can_not_come_back(lines: list[RefundedLine]) -> None:
    checkout = basket([(2, 1_000)], [0])
    with pytest.raises((AlreadyRefunded, NothingToRefund)):
        given_back(checkout, Paid(Money(2_000), Money(0)), [], lines)


@given(
    lines=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9_999)), min_size=1, max_size=4),
    off=st.integers(0, 100),
    fee=st.integers(0, 900),
    platform=st.booleans(),
    picks=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=12),
)
def test_all_refunds_of_an_order_come_to_exactly_what_was_paid_whatever_their_order(
    lines: list[tuple[int, int]], off: int, fee: int, platform: bool, picks: list[tuple[int, int]]
) -> None:
    totals = [quantity * price for quantity, price in lines]
    discount = sum(totals) * off // 100
    shares = [part.minor for part in Money(discount).allocate(totals)]
    checkout = basket(lines, shares, fee, "platform" if platform else "merchant")
    paid = Paid(checkout.totals.total, Money(discount if platform else 0))
    refunds: list[Refund] = []
    for line, quantity in picks:
        try:
            refunds.append(given_back(checkout, paid, refunds, one(line, quantity)))
        except (AlreadyRefunded, NothingToRefund):
            continue
    rest = whole(checkout, refunds)
    if rest:
        try:
            refunds.append(given_back(checkout, paid, refunds, list(rest)))
        except NothingToRefund:
            assert sum(r.amount.minor + r.subsidy.minor for r in refunds) == paid.total.minor + paid.subsidy.minor
    assert sum(r.amount.minor for r in refunds) == paid.total.minor
    assert sum(r.subsidy.minor for r in refunds) == paid.subsidy.minor


POLICY = CancelPolicy("accepted", 15, "ready")


@pytest.mark.parametrize(("state", "fee"), [("unknown", 0), ("accepted", 300), ("preparing", 300)])
def test_canceling_costs_what_the_terms_say_for_how_far_the_order_is(state: OrderState, fee: int) -> None:
    checkout = replace(card(2_000), cancellation=POLICY)
    assert cancellation_fee(order(checkout, state), checkout, Money(2_000), AT) == Money(fee)


@pytest.mark.parametrize("state", ["ready", "on_the_way", "delivered"])
def test_what_is_ready_can_not_be_canceled(state: OrderState) -> None:
    checkout = replace(card(2_000), cancellation=POLICY)
    with pytest.raises(TooLateToCancel):
        cancellation_fee(order(checkout, state), checkout, Money(2_000), AT)


def test_what_can_not_be_undone_can_not_be_canceled_once_it_is_taken() -> None:
    checkout = replace(card(2_000), irreversible=True, cancellation=POLICY)
    with pytest.raises(TooLateToCancel):
        cancellation_fee(order(checkout, "accepted"), checkout, Money(2_000), AT)


def test_a_booking_follows_its_own_deadline() -> None:
    checkout = card(2_000)
    booked = replace(checkout, fulfilment=replace(checkout.fulfilment, terms=CancellationTerms(AT, Money(900))))
    starts = replace(order(booked), starts_at=AT + timedelta(days=1))
    before, after = AT - timedelta(seconds=1), AT
    assert cancellation_fee(starts, booked, Money(2_000), before) == Money(0)
    assert cancellation_fee(starts, booked, Money(2_000), after) == Money(900)
    with pytest.raises(TooLateToCancel):
        cancellation_fee(starts, booked, Money(2_000), AT + timedelta(days=1))

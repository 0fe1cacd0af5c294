"""The facts of a payment: beside its customer's own history, by their own clock."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.base.money import Money
from app.domain.checkout import CheckoutSession
from app.domain.risk_facts import Moment, Offered, Purchase, PurchasedLine, facts_of
from tests.domain.cards import AT, card

ZONE = "Asia/Shanghai"
SHELF: Mapping[tuple[str, str], Offered] = {("shop", "bun"): Offered("food", False, (200, 300, 400))}
SENT: Mapping[tuple[str, str], Offered] = {("shop", "bun"): Offered("top_up", True, (1_000, 5_000, 10_000))}


def bought(minor: int = 300, quantity: int = 1, ago: timedelta = timedelta(days=1), at: datetime = AT) -> Purchase:
    return Purchase("shop", at - ago, minor * quantity, (PurchasedLine("bun", "", quantity, minor),))


def buns(count: int, minor: int = 300) -> CheckoutSession:
    one = card(minor)
    total = Money(minor * count)
    line = replace(one.lines[0], quantity=count)
    return replace(one, lines=(line,), totals=replace(one.totals, goods=total, total=total, maximum=total))


def days(count: int, **how: int) -> list[Purchase]:
    return [bought(ago=timedelta(days=n), **how) for n in range(1, count + 1)]


def test_a_quantity_is_compared_with_the_middle_and_the_ninth_decile_of_ones_own() -> None:
    history = [*days(9), bought(quantity=4, ago=timedelta(days=20))]
    facts = facts_of(buns(20), history, SHELF, Moment(AT, ZONE))
    assert (facts.category_known, facts.size_of_own, facts.size_of_upper) == (10, 2_000, 500)


def test_what_can_not_be_undone_is_compared_by_its_price() -> None:
    facts = facts_of(replace(buns(1, 50_000), irreversible=True), days(4, minor=5_000), SENT, Moment(AT, ZONE))
    assert (facts.irreversible, facts.size_of_own, facts.size_of_usual) == (1, 1_000, 1_000)


def test_a_habit_takes_three_and_a_first_order_has_none() -> None:
    assert facts_of(buns(20), days(2), SHELF, Moment(AT, ZONE)).size_of_own is None
    first = facts_of(buns(20), [], SHELF, Moment(AT, ZONE))
    assert (first.category_known, first.size_of_usual, first.new_payee, first.total_of_upper) == (0, 2_000, 1, None)


def test_a_price_is_compared_with_what_was_paid_and_with_the_others_of_its_kind() -> None:
    facts = facts_of(buns(1, 3_000), days(3), SHELF, Moment(AT, ZONE))
    assert (facts.price_of_own, facts.price_of_usual, facts.price_of_dearest, facts.price_known) == (1_000, 1_000, 750, 3)


def test_payments_are_counted_up_to_now_and_none_that_came_later() -> None:
    ago = [timedelta(minutes=n) for n in (1, 10, 11, 60, 61, -1)]
    facts = facts_of(buns(1), [bought(minor=200, ago=one) for one in ago], SHELF, Moment(AT, ZONE))
    assert (facts.paid_10_minutes, facts.paid_1_hour, facts.paid_1_day) == (2, 4, 5)


@pytest.mark.parametrize(("hour", "zone", "odd"), [(3, ZONE, 1), (6, ZONE, 0), (23, ZONE, 0), (3, "Europe/London", 0)])
def test_the_hour_is_by_the_customers_own_clock(hour: int, zone: str, odd: int) -> None:
    moment = datetime.fromisoformat(f"2026-05-18T{hour:02}:30+08:00")
    assert facts_of(buns(1), [], SHELF, Moment(moment, zone)).odd_hour == odd


def test_who_orders_at_night_is_not_odd_at_night_but_one_nights_rush_makes_no_habit() -> None:
    night = datetime.fromisoformat("2026-05-18T03:30+08:00")
    nights = [bought(ago=timedelta(days=n), at=night) for n in (2, 3, 4)]
    rush = [bought(ago=timedelta(minutes=n), at=night) for n in (2, 3, 4)]
    assert facts_of(buns(1), nights, SHELF, Moment(night, ZONE)).odd_hour == 0
    assert facts_of(buns(1), rush, SHELF, Moment(night, ZONE)).odd_hour == 1


def test_the_very_same_again_is_known_by_lines_amount_and_where_to() -> None:
    before = bought(ago=timedelta(seconds=90))
    assert facts_of(buns(1), [before], SHELF, Moment(AT, ZONE)).seconds_since_same == 90
    assert facts_of(buns(2), [before], SHELF, Moment(AT, ZONE)).seconds_since_same is None
    assert facts_of(buns(1), [replace(before, destination="138****5678")], SHELF, Moment(AT, ZONE)).seconds_since_same is None

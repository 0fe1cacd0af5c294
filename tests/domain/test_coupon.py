"""The best valid set of coupons, with its arithmetic."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.base.money import Money
from app.domain.coupon import Coupon, Goods, best_coupons
from app.domain.names import Names

NOW = datetime(2026, 5, 18, tzinfo=UTC)
GOODS = [Goods("latte", "coffee", Money(4_000)), Goods("cake", "cake", Money(2_000))]


def coupon(coupon_id: str, minor: int | None = None, percent: int | None = None, **more: object) -> Coupon:
    values: dict[str, object] = {
        "funder": "platform",
        "minimum": Money(0),
        "starts": NOW - timedelta(days=1),
        "ends": NOW + timedelta(days=1),
        "stacking": "exclusive",
        "amount": None if minor is None else Money(minor),
        "percent": percent,
    }
    return Coupon(coupon_id, Names((coupon_id,)), **(values | more))  # type: ignore[arg-type]


def applied(*coupons: Coupon, used: dict[str, int] | None = None, now: datetime = NOW) -> list[tuple[str, int]]:
    return [(a.coupon_id, a.discount.minor) for a in best_coupons(coupons, GOODS, used or {}, now, "CNY")]


def test_the_larger_of_two_exclusive_coupons_wins() -> None:
    assert applied(coupon("a", 500), coupon("b", 700)) == [("b", 700)]


def test_stackable_coupons_add_up_and_an_exclusive_one_stands_alone() -> None:
    first, second = coupon("a", 500, stacking="stackable"), coupon("b", percent=10, stacking="stackable")
    assert applied(first, second) == [("b", 600), ("a", 500)]
    assert applied(first, second, coupon("c", 1_200)) == [("c", 1_200)]


def test_a_minimum_a_window_and_a_use_are_respected() -> None:
    assert applied(coupon("a", 500, minimum=Money(6_001))) == []
    assert applied(coupon("a", 500), now=NOW + timedelta(days=1)) == []
    assert applied(coupon("a", 500), used={"a": 1}) == []
    assert applied(coupon("a", 500, uses_per_customer=2), used={"a": 1}) == [("a", 500)]


def test_only_what_it_is_for_counts() -> None:
    assert applied(coupon("a", percent=50, categories=frozenset({"cake"}))) == [("a", 1_000)]
    assert applied(coupon("a", percent=50, cap=Money(300))) == [("a", 300)]
    assert applied(coupon("a", 100, product_ids=frozenset({"tea"}))) == []


@given(st.lists(st.integers(1, 9_000), max_size=5), st.lists(st.integers(1, 9_000), max_size=4))
def test_no_set_saves_more_and_none_takes_off_more_than_the_goods(exclusive: list[int], stackable: list[int]) -> None:
    alone = [coupon(f"e{n}", minor) for n, minor in enumerate(exclusive)]
    together = [coupon(f"s{n}", minor, stacking="stackable") for n, minor in enumerate(stackable)]
    saved = sum(minor for _, minor in applied(*alone, *together))
    possible = [min(minor, 6_000) for minor in exclusive]
    possible += [min(sum(chosen), 6_000) for size in range(1, len(stackable) + 1) for chosen in combinations(stackable, size)]
    assert saved == max(possible, default=0)
    assert saved <= 6_000

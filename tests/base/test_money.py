"""Money is whole minor units of one currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Misuse
from app.base.money import CurrencyMismatch, Money

AMOUNTS = st.integers(-(10**9), 10**9)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_shares_sum_to_the_whole_and_differ_by_at_most_one_unit_from_fair(minor: int, weights: list[int]) -> None:
    shares = Money(minor).allocate(weights)
    assert sum(share.minor for share in shares) == minor
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.minor * sum(weights) - minor * weight) < sum(weights)


@given(AMOUNTS)
def test_what_is_written_is_read_back(minor: int) -> None:
    assert Money.parse(Money(minor).plain()) == Money(minor)


def test_a_float_is_no_amount() -> None:
    with pytest.raises(Misuse):
        Money(1.5)  # type: ignore[arg-type]
    with pytest.raises(Misuse):
        Money(100).times(1.5)  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(100, "CNY").plus(Money(100, "USD"))


@pytest.mark.parametrize("text", ["", "1.234", "abc", "1,5", "1.", ".5", "٣", "1e3", "--1"])
def test_only_plain_decimals_are_read(text: str) -> None:
    with pytest.raises(Misuse):
        Money.parse(text)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"), [(1240, "CNY", "¥12.40"), (-500, "CNY", "-¥5.00"), (7, "USD", "$0.07"), (300, "JPY", "JP¥300")]
)
def test_an_amount_is_shown_with_its_currency(minor: int, currency: str, shown: str) -> None:
    assert str(Money(minor, currency)) == shown

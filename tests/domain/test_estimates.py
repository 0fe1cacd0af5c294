"""Estimates: what a weight, a ride or a booking comes to, at most, and until when it can be given back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.money import Money
from app.domain.booking import BookingTerms, DayOutOfBounds, begins_at, cancellation
from app.domain.checkout import Totals
from app.domain.geo import Place, Point, locate
from app.domain.measure import Measure
from app.domain.names import Names
from app.domain.ride import Fare, Stop, TooLate, Trip

NOW = datetime(2026, 5, 18, 1, 0, tzinfo=UTC)
FARE = Fare(base_m=3_000, per_km=Money(250), metres_per_minute=550, ceiling_percent=25)
BEEF = Measure(unit_grams=500, portion_grams=200, tolerance_percent=10)


def trip(metres: int, **when: datetime) -> Trip:
    return Trip((Stop(Names(("A",)), Point(0, 0)), Stop(Names(("B",)), Point(metres, 0))), **when)


def test_half_a_jin_costs_half_and_a_fen_is_rounded_to_the_nearest() -> None:
    assert BEEF.price(Money(4_800), 250) == Money(2_400)
    assert BEEF.price(Money(4_999), 1) == Money(10)
    assert BEEF.maximum(Money(2_400)) == Money(2_640)


def test_a_fare_grows_with_the_way_and_its_maximum_is_in_whole_yuan_above_it() -> None:
    near, far = FARE.estimate(Money(1_400), trip(1_000)), FARE.estimate(Money(1_400), trip(10_000))
    assert near == Money(1_400)
    assert far == Money(1_400 + 2_500)
    assert FARE.maximum(far) == Money(4_900)


@given(st.integers(0, 200_000), st.integers(0, 5_000))
def test_a_maximum_always_covers_its_estimate(metres: int, base: int) -> None:
    estimate = FARE.estimate(Money(base), trip(metres))
    assert FARE.maximum(estimate).covers(estimate)


def test_a_ride_that_must_arrive_leaves_early_enough_or_is_refused() -> None:
    by_noon = trip(10_000, arrive_by=NOW + timedelta(hours=3))
    leaves = FARE.leaves_at(by_noon, NOW)
    assert leaves == NOW + timedelta(hours=3) - timedelta(minutes=24 + 10)
    with pytest.raises(TooLate):
        FARE.leaves_at(trip(10_000, arrive_by=NOW + timedelta(minutes=30)), NOW)


def test_a_ride_whose_time_has_passed_is_refused_after_a_moments_grace() -> None:
    later = NOW + timedelta(hours=1)
    assert FARE.leaves_at(trip(10_000, leave_at=NOW), later - timedelta(minutes=59)) == NOW
    with pytest.raises(TooLate):
        FARE.leaves_at(trip(10_000, leave_at=NOW), later)


def test_a_booking_begins_by_the_merchants_clock_and_a_day_that_is_over_is_refused() -> None:
    room = BookingTerms("night", time(15), free_hours=21, fee_percent=100)
    begins = begins_at(room, date(2026, 5, 22), None, "Asia/Tokyo", NOW)
    assert begins == datetime(2026, 5, 22, 6, 0, tzinfo=UTC)
    assert cancellation(room, begins, Money(78_000)).free_until == datetime(2026, 5, 21, 9, 0, tzinfo=UTC)
    for day in (date(2026, 5, 17), date(2027, 5, 18)):
        with pytest.raises(DayOutOfBounds):
            begins_at(room, day, None, "Asia/Tokyo", NOW)
    show = BookingTerms("ticket", time(9), free_hours=1, fee_percent=100)
    with pytest.raises(DayOutOfBounds):
        begins_at(show, date(2026, 5, 18), None, "Asia/Shanghai", NOW)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 1_000), st.integers(0, 5_000))
def test_what_is_charged_is_never_above_the_maximum_nor_below_nothing(goods: int, final: int, fee: int, off: int) -> None:
    discount = Money(min(off, goods))
    total = Money(goods).minus(discount).plus(Money(fee))
    totals = Totals(Money(goods), Money(fee), discount, total, total.plus(Money(500)))
    charged = totals.charge(Money(final))
    assert totals.maximum.covers(charged)
    assert not charged.is_negative
    assert totals.charge(Money(goods)) == total


def test_an_address_is_where_the_longest_place_name_in_it_is() -> None:
    road, district = (
        Place("road", Names(zh=("南京西路",)), Point(1, 1)),
        Place("district", Names(zh=("静安区",)), Point(2, 2)),
    )
    assert locate("上海市静安区南京西路1266号", (district, road)) == Point(1, 1)
    assert locate("北京市", (district, road)) is None

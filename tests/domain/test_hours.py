"""Opening hours in the shop's own zone, past midnight too."""

from datetime import UTC, datetime, time

import pytest

from app.domain.catalog import HoursRule, is_open, next_opening

WEEK = frozenset(range(1, 8))
DAY = (HoursRule(WEEK, time(7), time(22)),)
NIGHT = (HoursRule(frozenset({5}), time(20), time(2)),)
ALWAYS = (HoursRule(WEEK, time(0), time(0)),)


@pytest.mark.parametrize(
    ("utc", "expected"),
    [("2026-05-17T23:00", True), ("2026-05-17T22:59", False), ("2026-05-18T13:59", True), ("2026-05-18T14:00", False)],
)
def test_the_shops_wall_clock_decides(utc: str, expected: bool) -> None:
    assert is_open(DAY, datetime.fromisoformat(utc).replace(tzinfo=UTC), "Asia/Shanghai") is expected


@pytest.mark.parametrize(
    ("utc", "expected"),
    [("2026-05-22T12:00", True), ("2026-05-22T17:59", True), ("2026-05-22T18:00", False), ("2026-05-21T17:00", False)],
)
def test_a_night_belongs_to_the_day_it_began_on(utc: str, expected: bool) -> None:
    assert is_open(NIGHT, datetime.fromisoformat(utc).replace(tzinfo=UTC), "Asia/Shanghai") is expected


def test_around_the_clock_is_always() -> None:
    for hour in range(24):
        assert is_open(ALWAYS, datetime(2026, 5, 18, hour, tzinfo=UTC), "Asia/Shanghai")


def test_the_next_opening_is_in_local_time() -> None:
    opening = next_opening(DAY, datetime(2026, 5, 18, 15, tzinfo=UTC), "Asia/Shanghai")
    assert opening is not None
    assert f"{opening:%Y-%m-%d %H:%M}" == "2026-05-19 07:00"

"""What a customer's purchases say about now: newest and same time of day first, and how sure that is."""

from datetime import UTC, datetime, timedelta

import pytest

from app.resolution.habits import SURE, Now, habits

MONDAY_NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)
NOW = Now.of(MONDAY_NINE, "UTC")


def days_ago(days: int, *things: str, hours: int = 0) -> tuple[datetime, frozenset[str]]:
    return MONDAY_NINE - timedelta(days=days, hours=hours), frozenset(things)


def names(*purchases: tuple[datetime, frozenset[str]], popularity: dict[str, int] | None = None) -> list[str]:
    return [habit.thing for habit in habits(sorted(purchases, key=lambda one: one[0]), NOW, 10, popularity)]


def test_the_newer_of_two_weighs_more() -> None:
    assert names(days_ago(60, "mocha"), days_ago(7, "latte")) == ["latte", "mocha"]


def test_what_is_bought_at_this_time_of_day_comes_before_what_is_bought_at_night() -> None:
    assert names(days_ago(7, "tea", hours=-13), days_ago(7, "latte")) == ["latte", "tea"]


def test_a_working_day_says_more_about_a_working_day() -> None:
    assert names(days_ago(2, "brunch"), days_ago(3, "latte")) == ["latte", "brunch"]


def test_the_time_of_day_is_the_customers_own() -> None:
    evening = (MONDAY_NINE - timedelta(days=7, hours=-14), frozenset(["beer"]))
    morning = (MONDAY_NINE - timedelta(days=7, hours=-13 - 12), frozenset(["latte"]))
    in_new_york = Now.of(MONDAY_NINE + timedelta(hours=14), "America/New_York")
    assert in_new_york.part == "evening"
    assert habits([evening, morning], in_new_york, 1)[0].thing == "beer"


def test_only_what_is_meant_counts_and_what_everybody_buys_comes_last() -> None:
    popularity = {"latte": 5, "mocha": 1, "flat_white": 90}
    assert names(days_ago(1, "bagel", "mocha"), popularity=popularity) == ["mocha", "flat_white", "latte"]


def test_of_two_that_weigh_alike_the_one_of_last_time_leads() -> None:
    bought = [days_ago(10, "mocha"), days_ago(28, "mocha"), days_ago(7, "latte"), days_ago(41, "latte")]
    assert names(*bought) == ["mocha", "latte"]
    assert names(*bought, popularity={"latte": 1, "mocha": 1}) == ["latte", "mocha"]


@pytest.mark.parametrize(("times", "is_sure"), [(0, False), (4, True)])
def test_one_is_sure_of_what_was_bought_again_and_again(times: int, is_sure: bool) -> None:
    purchases = [days_ago(day, "latte") for day in range(7 * times, 0, -7)]
    assert (habits(purchases, NOW, 1, {"latte": 10, "mocha": 10, "tea": 10})[0].sureness >= SURE) is is_sure


def test_one_is_not_sure_between_two_that_take_turns() -> None:
    purchases = [days_ago(day, "latte" if day % 2 else "mocha") for day in range(20, 0, -1)]
    assert habits(purchases, NOW, 1, {"latte": 10, "mocha": 10})[0].sureness < SURE


def test_without_a_purchase_nothing_is_a_habit() -> None:
    assert habits([], NOW, 3) == []

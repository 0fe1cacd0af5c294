"""What is said to be missing: the trace decides where it tells what became of it, else the merchant is asked for just the rest."""

from datetime import timedelta

import pytest

from app.base.money import Money
from app.domain.order import Order
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.ports import Placement
from tests.service.test_disputes import bought, fund, line_of, made, misread_number


def say(stage: Stage, words: str) -> str:
    stage.clock.advance(timedelta(seconds=5))
    return " ".join(m.text for m in stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words).messages)


def decided(stage: Stage) -> list[tuple[str, str, tuple[str, ...], Money]]:
    return [(d.claim, d.verdict, d.reasons, d.amount) for d in stage.usual.disputes.disputes.disputes(CUSTOMER_ID)]


def asked_back(stage: Stage, order: Order) -> list[tuple[str, int]]:
    return [(r.reason, line.quantity) for r in stage.usual.refunds.refunds.refunds(order.id) for line in r.lines]


def bought_short(stage: Stage) -> Order:
    """Three lattes, of which the shop has but two."""
    stage.usual.merchants.script = lambda _: Placement("accepted", missing=(("latte", 1),))
    order = bought(stage, "three lattes for pickup")
    made(stage)
    assert asked_back(stage, order) == [("short", 1)]
    return order


def test_of_a_cup_that_was_paid_for_the_merchant_is_asked(stage: Stage) -> None:
    order = bought(stage, "two lattes for pickup")
    made(stage)
    say(stage, "one latte is missing")
    assert decided(stage) == []
    say(stage, "yes")
    assert asked_back(stage, order) == [("missing", 1)]


def test_a_cup_that_was_said_but_not_read_was_never_charged(stage: Stage) -> None:
    order = misread_number(stage, 1, "two lattes for pickup")
    made(stage)
    before = stage.usual.records.wallet(CUSTOMER_ID)
    say(stage, "少了一杯")
    assert decided(stage) == [("missing", "parser_wrong", ("read_as_fewer",), Money(0))]
    assert (asked_back(stage, order), fund(stage), stage.usual.records.wallet(CUSTOMER_ID)) == ([], 0, before)


def test_no_more_can_be_missing_than_the_card_shows(stage: Stage) -> None:
    order = bought(stage, "a latte for pickup")
    made(stage)
    say(stage, "two lattes are missing")
    say(stage, "yes")
    assert decided(stage) == []
    assert asked_back(stage, order) == []


@pytest.mark.parametrize("words", ["a latte is missing", "少了一杯", "少了一杯拿铁"])
def test_what_the_merchant_took_fewer_of_came_back_already(stage: Stage, words: str) -> None:
    order = bought_short(stage)
    say(stage, words)
    assert decided(stage) == [("missing", "as_approved", ("came_back",), Money(0))]
    assert asked_back(stage, order) == [("short", 1)]


def test_of_more_than_came_back_the_merchant_is_asked_for_the_rest(stage: Stage) -> None:
    order = bought_short(stage)
    say(stage, "two lattes are missing")
    say(stage, "yes")
    assert asked_back(stage, order) == [("short", 1), ("missing", 1)]
    assert decided(stage) == []


def test_a_second_cup_that_is_claimed_is_another_one(stage: Stage) -> None:
    order = bought(stage, "three lattes for pickup")
    made(stage)
    for words in ("one latte is missing", "yes", "one latte is missing", "yes"):
        say(stage, words)
    assert asked_back(stage, order) == [("missing", 1), ("missing", 1)]
    assert decided(stage) == []


def test_that_a_cup_was_missing_leaves_what_was_not_wanted_to_be_decided(stage: Stage) -> None:
    order = misread_number(stage, 1, "two lattes for pickup")
    made(stage)
    say(stage, "少了一杯")
    stage.usual.disputes.raise_claim(CUSTOMER_ID, order.id, line_of(stage, order), "unwanted")
    assert {claim for claim, *_ in decided(stage)} == {"missing", "unwanted"}

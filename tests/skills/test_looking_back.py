"""Words that look back at orders and spending, and words that sound like them and order, change or cancel something."""

import pytest

from app.dialogue.reading import Begin, Cancel, PeriodValue
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage


def begun(stage: Stage, text: str) -> Begin:
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
    reading = stage.usual.assistant.last_reading
    assert reading is not None
    (command,) = reading.commands
    assert isinstance(command, Begin), command
    return command


PERIODS = {
    "what did I spend this week?": ("spending", "week", 0),
    "how much did I spend last month": ("spending", "month", 1),
    "这周花了多少": ("spending", "week", 0),
    "去年花了多少钱": ("spending", "year", 1),
    "what did I order last week": ("orders", "week", 1),
    "上个月点了什么": ("orders", "month", 1),
}


@pytest.mark.parametrize("text", PERIODS)
def test_a_period_fills_its_slot(stage: Stage, text: str) -> None:
    begin = begun(stage, text)
    said = begin.slots["period"]
    assert isinstance(said, PeriodValue)
    assert (begin.skill, said.period.unit, said.period.back) == PERIODS[text]


@pytest.mark.parametrize("text", ["my orders", "我的订单", "show me my orders", "find my orders of latte", "找一下拿铁的订单"])
def test_orders_are_looked_for_and_nothing_is_ordered(stage: Stage, text: str) -> None:
    assert begun(stage, text).skill == "orders"
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is None


@pytest.mark.parametrize("text", ["order me a latte", "order two lattes", "add a latte to my order", "把拿铁加到订单"])
def test_an_order_in_the_singular_is_an_order(stage: Stage, text: str) -> None:
    assert begun(stage, text).skill == "order"


@pytest.mark.parametrize("text", ["cancel my order", "取消订单", "取消我的订单"])
def test_an_order_that_is_cancelled_is_not_listed(stage: Stage, text: str) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
    reading = stage.usual.assistant.last_reading
    assert reading is not None
    assert reading.commands == (Cancel(),)

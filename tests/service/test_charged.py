"""Why was I charged? The charge that the words tell of is found: by its amount, its shop or its day; of several one is chosen."""

from datetime import timedelta

import pytest

from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.views import ShelfView
from tests.service.test_disputes import bought

Charges = dict[str, str]


@pytest.fixture
def charges(stage: Stage) -> Charges:
    """A latte of ¥18 and a mocha at Nimbus a day ago, an americano of ¥16 there and soy milk at another shop today."""
    made = {"latte": bought(stage, "a latte for pickup").number, "mocha": bought(stage, "a mocha for pickup").number}
    stage.clock.advance(timedelta(days=1))
    made |= {"soy milk": bought(stage, "a soy milk from sunrise breakfast for pickup").number}
    return made | {"americano": bought(stage, "a large americano for pickup").number}


def asked(stage: Stage, words: str) -> list[object]:
    return [message.view for message in stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words).messages]


def told_of(stage: Stage, words: str) -> str | None:
    view = next((view for view in asked(stage, words) if isinstance(view, ShelfView)), None)
    return view.title.replace("：", ":").split(":")[0] if view else None


@pytest.mark.parametrize(
    ("words", "charge"),
    [
        ("why was I charged?", "americano"),
        ("为什么扣我钱", "americano"),
        ("why was I charged 16?", "americano"),
        ("why was I charged ¥18?", "latte"),
        ("为什么扣了我18", "latte"),
        ("为什么扣了我16块钱", "americano"),
        ("what did I pay Sunrise Breakfast for?", "soy milk"),
        ("what did I pay for the mocha?", "mocha"),
        ("昨天为什么扣了我18块", "latte"),
    ],
)
def test_the_charge_that_the_words_tell_of_is_explained(stage: Stage, charges: Charges, words: str, charge: str) -> None:
    assert told_of(stage, words) == charges[charge]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("yesterday's charge", ["mocha", "latte"]),
        ("昨天的扣款", ["mocha", "latte"]),
        ("today's charge", ["americano", "soy milk"]),
        ("what did I pay Nimbus Coffee for?", ["americano", "mocha", "latte"]),
        ("why was I charged yesterday at Nimbus Coffee?", ["mocha", "latte"]),
    ],
)
def test_of_several_that_fit_one_is_chosen_from_a_list(stage: Stage, charges: Charges, words: str, found: list[str]) -> None:
    assert told_of(stage, words) is None
    question = stage.usual.records.conversation(CONVERSATION_ID).question  # type: ignore[union-attr]
    assert question is not None
    orders = [stage.usual.records.order(choice.value or "") for choice in question.choices]
    assert [order.number for order in orders if order] == [charges[name] for name in found]
    assert told_of(stage, "the second one") == charges[found[1]]


@pytest.mark.parametrize("words", ["why was I charged 99?", "为什么扣了我99块", "why was I charged last month?"])
def test_of_a_charge_that_there_was_not_nothing_is_explained(stage: Stage, charges: Charges, words: str) -> None:
    assert len(charges) == 4
    assert told_of(stage, words) is None

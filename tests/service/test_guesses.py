"""Did you mean this? A guess is put as a question with its price, whichever way it came about, and a change takes it up."""

import pytest

from app.replay.stage import CUSTOMER_ID, Stage
from app.service.views import CardView, ChoicesView, Reply

HARDLY_A_LATTE = "a flobbed grumpy wobbly latte thingy"
HARDLY_A_MUFFIN = "a flobbed grumpy wobbly blueberry muffin thingy under 20 yuan"


def say(stage: Stage, text: str) -> Reply:
    return stage.usual.assistant.turn(CUSTOMER_ID, "con", text)


def cards(reply: Reply) -> list[CardView]:
    return [m.view for m in reply.messages if isinstance(m.view, CardView)]


def listed(reply: Reply) -> list[tuple[str, str]]:
    views = [m.view for m in reply.messages if isinstance(m.view, ChoicesView)]
    return [(choice.title, choice.price) for view in views for choice in view.choices]


def question_key(stage: Stage) -> str | None:
    state = stage.usual.records.conversation("con")
    return state.question.key if state is not None and state.question is not None else None


def test_a_guess_shows_what_its_card_would_come_to(stage: Stage) -> None:
    assert listed(say(stage, HARDLY_A_LATTE)) == [("1 × Latte", "¥18.00")]
    assert [card.total for card in cards(say(stage, "yes"))] == ["¥18.00"]


def test_a_lone_offer_of_a_comparison_is_asked_about_as_well(stage: Stage) -> None:
    reply = say(stage, HARDLY_A_MUFFIN)
    assert cards(reply) == []
    assert question_key(stage) == "order.did_you_mean"
    assert len(listed(reply)) == 1
    assert len(cards(say(stage, "yes"))) == 1


@pytest.mark.parametrize(
    ("change", "quantity", "options"),
    [("make it two", 2, []), ("要两杯", 2, []), ("no sugar", 1, ["none"]), ("少糖", 1, ["less"])],
)
def test_a_change_said_beside_the_question_is_of_the_guess(stage: Stage, change: str, quantity: int, options: list[str]) -> None:
    say(stage, HARDLY_A_LATTE)
    (card,) = cards(say(stage, change))
    checkout = stage.usual.records.checkout(card.id)
    assert checkout is not None
    (line,) = checkout.draft.lines
    assert (line.product_id, line.quantity, [option.option_id for option in line.options]) == ("latte", quantity, options)
    assert question_key(stage) is None


def test_beside_an_open_card_a_change_stays_the_card_s(stage: Stage) -> None:
    (card,) = cards(say(stage, "a mocha"))
    say(stage, HARDLY_A_LATTE)
    (changed,) = cards(say(stage, "make it two"))
    assert (changed.id, [(line.name, line.quantity) for line in changed.lines]) == (card.id, [("Mocha", 2)])

"""A wish that names nothing: a short list, a card that says it is a guess and why, or that nothing fits. Never a purchase."""

from collections.abc import Callable

import pytest

from app.domain.checkout import CheckoutSession
from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage


def listed(stage: Stage, text: str) -> list[str]:
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
    state = stage.usual.records.conversation(CONVERSATION_ID)
    assert state is not None
    assert state.checkout_id is None
    choices = state.question.choices if state.question else ()
    return [line.product_id for choice in choices if choice.draft for line in choice.draft.lines]


def products(stage: Stage, ids: list[str]) -> list[frozenset[str]]:
    goods = {i: p for catalog in stage.usual.merchants.catalogs().values() for i, p in catalog.products.items()}
    return [goods[i].attributes for i in ids]


def card(stage: Stage) -> CheckoutSession:
    checkout = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert checkout is not None
    return checkout


@pytest.mark.parametrize("text", ["a hot drink without caffeine", "热饮，不要咖啡因"])
def test_several_that_fit_are_listed_and_none_is_on_a_card(stage: Stage, text: str) -> None:
    ids = listed(stage, text)
    assert 2 <= len(ids) <= 4
    assert all({"drink", "warm", "caffeine_free"} <= attributes for attributes in products(stage, ids))


def test_the_one_that_is_taken_is_a_guess_with_its_reason_and_is_not_paid(stage: Stage) -> None:
    ids = listed(stage, "a light breakfast that is not fried")
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "the first one")
    (line,) = card(stage).lines
    assert (line.product_id, line.suggested) == (ids[0], True)
    assert card(stage).draft.reason == "suggest.because"
    assert stage.usual.records.orders(CUSTOMER_ID, 10) == []


def test_nothing_that_fits_is_said_and_nothing_else_is_offered(stage: Stage) -> None:
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "a spicy sweet alcoholic drink for the kids")
    assert "Nothing that can be had now" in reply.messages[0].text
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is None


def test_all_that_is_listed_is_within_the_limit_fees_included(stage: Stage) -> None:
    listed(stage, "something sweet to eat, at most 9 yuan")
    state = stage.usual.records.conversation(CONVERSATION_ID)
    assert state is not None
    assert state.question is not None
    assert state.question.choices
    assert all(float(choice.price.lstrip("¥")) <= 9 for choice in state.question.choices)


def test_a_shut_shop_is_not_listed(stage: Stage) -> None:
    assert "latte" in listed(stage, "something creamy and warm with caffeine")
    stage.happen(Event(closes="nimbus_coffee"))
    assert "latte" not in listed(stage, "something creamy and warm with caffeine")


def test_an_allergy_keeps_away_what_does_not_say_it_is_free(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk"])
    goods = {i: p for catalog in stage.usual.merchants.catalogs().values() for i, p in catalog.products.items()}
    ids = listed(stage, "something sweet to eat")
    assert ids
    assert all(goods[i].allergens.presence("milk") == "free" for i in ids)

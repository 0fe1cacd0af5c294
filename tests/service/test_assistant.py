"""A turn with bad input gets a clear sentence and loses nothing; a tap is checked like an utterance."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from app.base.errors import UsualError
from app.domain.checkout import CheckoutChanged, CheckoutSession
from app.domain.customer import NotFound
from app.replay.script import Event
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.accounts import NewCustomer
from app.service.assistant import TapInvalid
from app.service.units import StorageUnavailable
from app.service.views import CardView, Reply


def say(stage: Stage, text: str, conversation_id: str = CONVERSATION_ID) -> Reply:
    return stage.usual.assistant.turn(CUSTOMER_ID, conversation_id, text)


def tap(stage: Stage, **tap: Any) -> Reply:
    return stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tap)


def card(stage: Stage) -> CheckoutSession:
    checkout = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert checkout is not None
    return checkout


def texts(reply: Reply) -> str:
    return " ".join(message.text for message in reply.messages)


def view(reply: Reply) -> CardView:
    (found,) = [m.view for m in reply.messages if isinstance(m.view, CardView)]
    return found


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200f\u202e", "\x00\x07", "？！。", "🙂"])
def test_nothing_that_can_be_read_changes_nothing(stage: Stage, text: str) -> None:
    before = view(say(stage, "a latte"))
    reply = say(stage, text)
    assert texts(reply)
    assert (card(stage).id, card(stage).version, card(stage).state) == (before.id, before.version, "ready_for_complete")


def test_more_than_two_thousand_characters_are_refused_before_they_are_read(stage: Stage) -> None:
    say(stage, "a latte")
    read_before = stage.usual.assistant.last_reading
    trace_before = len(stage.usual.records.trace(CUSTOMER_ID))
    assert "2000" in texts(say(stage, "two lattes " * 200))
    assert stage.usual.assistant.last_reading is read_before
    assert len(stage.usual.records.trace(CUSTOMER_ID)) == trace_before
    assert card(stage).version == 1


def test_control_and_bidi_characters_do_not_change_what_is_bought(stage: Stage) -> None:
    say(stage, "a\u202e lar\u200bge\x07 latte\u2066")
    assert [(line.product_id, line.quantity) for line in card(stage).lines] == [("latte", 1)]
    assert [o.option_id for o in card(stage).lines[0].options if not o.is_default] == ["large"]


def test_a_closed_shop_says_when_it_opens(stage: Stage) -> None:
    stage.happen(Event(passes="6h"))
    reply = say(stage, "两根油条")
    assert "05:30" in texts(reply)
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is None


def test_a_sold_out_product_says_how_much_is_left(stage: Stage) -> None:
    stage.happen(Event(stock={"nimbus_coffee.latte": "1"}))
    assert "1 left" in texts(say(stage, "two lattes"))
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is None


def test_what_another_shop_sells_is_never_dropped_in_silence(stage: Stage) -> None:
    reply = say(stage, "a latte and a youtiao")
    assert "youtiao" in texts(reply)
    assert stage.usual.records.last_checkout(CUSTOMER_ID) is None
    say(stage, "yes")
    assert [line.product_id for line in card(stage).lines] == ["latte"]


def test_another_customers_conversation_is_not_there(stage: Stage) -> None:
    stage.usual.accounts.open(NewCustomer("cus_other", "other", "password", "Other", "en"))
    say(stage, "a latte")
    with pytest.raises(NotFound):
        stage.usual.assistant.turn("cus_other", CONVERSATION_ID, "make that two")
    with pytest.raises(NotFound):
        stage.usual.queries.card("cus_other", card(stage).id, "en")


def test_a_tap_changes_the_line_it_was_on(stage: Stage) -> None:
    shown = view(say(stage, "a latte and a croissant"))
    after = view(tap(stage, kind="edit", id=shown.id, version=shown.version, line=shown.lines[1].id, quantity=3))
    assert [(line.name, line.quantity) for line in after.lines] == [("Latte", 1), ("Butter Croissant", 3)] or [
        line.quantity for line in after.lines
    ] == [1, 3]
    after = view(tap(stage, kind="remove", id=after.id, version=after.version, line=after.lines[0].id))
    assert [line.quantity for line in after.lines] == [3]


def test_a_tap_on_an_older_version_is_refused(stage: Stage) -> None:
    shown = view(say(stage, "a latte"))
    say(stage, "make that two")
    with pytest.raises(CheckoutChanged):
        tap(stage, kind="edit", id=shown.id, version=shown.version, line=shown.lines[0].id, quantity=5)
    assert card(stage).units() == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "edit", "line": "lin_none", "quantity": 2},
        {"kind": "edit", "quantity": "2"},
        {"kind": "edit", "quantity": 1.5},
        {"kind": "edit", "quantity": True},
        {"kind": "pay"},
        {"kind": None},
        {"kind": "edit", "quantity": 2, "unit_price": 1},
    ],
)
def test_a_forged_tap_never_changes_a_price_and_never_pays(stage: Stage, forged: dict[str, Any]) -> None:
    shown = view(say(stage, "a latte"))
    filled = {"id": shown.id, "version": shown.version, "line": shown.lines[0].id} | forged
    with suppress(TapInvalid):
        tap(stage, **filled)
    assert card(stage).lines[0].unit_price.minor == 1800
    assert stage.usual.records.orders(CUSTOMER_ID, 10) == []


def test_a_tap_of_a_quantity_out_of_bounds_leaves_the_card(stage: Stage) -> None:
    shown = view(say(stage, "a latte"))
    assert "1 to 99" in texts(tap(stage, kind="edit", id=shown.id, version=1, line=shown.lines[0].id, quantity=18_000))
    assert card(stage).version == 1


def test_a_tap_on_another_customers_card_is_not_there(stage: Stage) -> None:
    shown = view(say(stage, "a latte"))
    stage.usual.accounts.open(NewCustomer("cus_other", "other", "password", "Other", "en"))
    with pytest.raises(NotFound):
        stage.usual.assistant.tap("cus_other", "con_other", {"kind": "cancel", "id": shown.id, "version": 1})
    assert card(stage).state == "ready_for_complete"


def test_two_tabs_of_one_conversation_take_turns(stage: Stage) -> None:
    say(stage, "a latte")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: say(stage, "one more"), range(6)))
    assert card(stage).units() == 7
    assert card(stage).version == 7


def test_a_database_that_is_full_refuses_the_turn_and_keeps_the_card(stage: Stage) -> None:
    say(stage, "a latte")
    stage.happen(Event(database="fills up"))
    with pytest.raises(StorageUnavailable):
        fill(stage)
    kept = card(stage)
    stage.happen(Event(database="recovers"))
    say(stage, "one more")
    assert card(stage).units() == kept.units() + 1


def fill(stage: Stage) -> None:
    for _ in range(200):
        say(stage, "one more")


def test_yes_to_a_card_that_needs_an_answer_opens_no_pin(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk"])
    reply = say(stage, "a latte")
    assert view(reply).step == "answer"
    assert view(reply).state == "requires_escalation"
    assert say(stage, "yes").open_pin is None
    with pytest.raises(UsualError) as refused:
        stage.usual.payments.pay(CUSTOMER_ID, view(reply).id, 1, "258036", "en")
    assert refused.value.code == "checkout_closed"
    accepted = view(tap(stage, kind="accept_allergens", id=view(reply).id, version=1))
    assert (accepted.version, accepted.step) == (2, "pin")
    stage.usual.payments.pay(CUSTOMER_ID, accepted.id, 2, "258036", "en")


@pytest.mark.parametrize(("words", "blocks"), [("a latte with oat milk", False), ("pumpkin spice latte with oat milk", True)])
def test_an_allergen_that_is_not_stated_blocks_and_one_that_is_replaced_does_not(
    set_stage: Callable[..., Stage], words: str, blocks: bool
) -> None:
    stage = set_stage(allergens=["milk"])
    assert (view(say(stage, words)).step == "answer") is blocks


def test_the_words_are_in_the_vault_and_only_their_hash_in_the_trace(stage: Stage) -> None:
    say(stage, "a latte for my secret friend")
    facts = [str(link.facts) for link in stage.usual.records.trace(CUSTOMER_ID)]
    assert not any("secret" in fact for fact in facts)


def test_what_was_accepted_for_one_product_is_asked_again_for_another(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk"])
    shown = view(say(stage, "a latte"))
    accepted = view(tap(stage, kind="accept_allergens", id=shown.id, version=1))
    assert accepted.step == "pin"
    changed = view(say(stage, "change the latte to a butter croissant"))
    assert changed.step == "answer"


def test_the_same_message_sent_again_changes_nothing_more(stage: Stage) -> None:
    say(stage, "a latte")
    for _ in range(3):
        reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "one more", message_id="msg_1")
        assert view(reply).lines[0].quantity == 2
    assert card(stage).units() == 2


def test_half_an_emoji_is_read_like_anything_else(stage: Stage) -> None:
    say(stage, "a latte \ud83d")
    assert [line.product_id for line in card(stage).lines] == ["latte"]


def test_a_change_beside_a_question_goes_into_what_is_asked_about(stage: Stage) -> None:
    say(stage, "a latte")
    reply = say(stage, "add a coffee, deliver to home")
    kinds = [m.view.kind for m in reply.messages if m.view]
    assert kinds == ["choices"]
    state = stage.usual.records.conversation(CONVERSATION_ID)
    assert state is not None
    assert state.question is not None
    tap(stage, kind="choose", question_id=state.question.id, ordinal=1)
    assert card(stage).fulfilment.option_id == "delivery"
    assert len(card(stage).lines) == 2


def test_one_more_goes_where_the_last_one_went(stage: Stage) -> None:
    stage.usual.accounts.open(NewCustomer("cus_unused", "unused", "password", "Unused", "en"))
    first = view(say(stage, "top up 13611112222 with 100"))
    stage.usual.payments.pay(CUSTOMER_ID, first.id, 1, "258036", "en")
    assert view(say(stage, "one more")).destination == "136****2222"


def test_words_that_nothing_answers_are_said_beside_the_card(stage: Stage) -> None:
    say(stage, "a latte")
    reply = say(stage, "add a croissant and a youtiao")
    assert "youtiao" in texts(reply)
    assert card(stage).version == 1
    say(stage, "yes")
    assert (card(stage).version, len(card(stage).lines)) == (2, 2)

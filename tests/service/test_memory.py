"""What is remembered: only with consent, in the vault, gating from then on, shown, forgotten, exported and erased."""

from datetime import timedelta

import pytest

from app.domain.checkout import Draft, DraftLine
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked, CheckoutDrifted
from app.service.views import CardView, Reply, ShelfView

PIN = "258036"
CROISSANT = Draft("nimbus_coffee", (DraftLine("line_1", "croissant", 1),))


def say(stage: Stage, text: str, conversation: str = "con") -> Reply:
    return stage.usual.assistant.turn(CUSTOMER_ID, conversation, text)


def card(reply: Reply) -> CardView:
    return next(m.view for m in reply.messages if isinstance(m.view, CardView))


def shelf(reply: Reply) -> list[str]:
    view = next(m.view for m in reply.messages if isinstance(m.view, ShelfView))
    return [row.key for section in view.sections for row in section.rows]


def allergens(stage: Stage) -> frozenset[str]:
    return stage.usual.customer(CUSTOMER_ID).allergens


def test_nothing_is_kept_before_the_customer_agrees(stage: Stage) -> None:
    say(stage, "I'm allergic to peanuts")
    assert allergens(stage) == frozenset()
    say(stage, "yes")
    assert allergens(stage) == {"peanut"}


def test_it_is_asked_once_and_a_later_yes_is_about_something_else(stage: Stage) -> None:
    for words in ("I'm allergic to peanuts", "no", "yes"):
        say(stage, words)
    assert allergens(stage) == frozenset()


@pytest.mark.parametrize("answer", ["no", "不用"])
def test_a_no_keeps_nothing_and_still_gates_this_conversation(stage: Stage, answer: str) -> None:
    say(stage, "我对牛奶过敏")
    say(stage, answer)
    assert allergens(stage) == frozenset()
    assert card(say(stage, "a croissant")).step == "answer"
    assert card(say(stage, "a croissant", "another")).step == "pin"


def test_the_open_card_is_quoted_anew_and_can_not_be_paid_as_it_was(stage: Stage) -> None:
    before = card(say(stage, "a croissant"))
    after = card(say(stage, "I'm allergic to milk"))
    assert (after.id, after.version, after.step) == (before.id, before.version + 1, "answer")
    assert after.notice is not None


def test_a_card_of_another_conversation_is_gated_when_it_is_paid(stage: Stage) -> None:
    open_card = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), CROISSANT, Asked("other", "utt"))
    say(stage, "I'm allergic to milk")
    say(stage, "yes")
    with pytest.raises(CheckoutDrifted):
        stage.usual.payments.payments.pay(CUSTOMER_ID, open_card.id, open_card.version, PIN)
    assert stage.usual.records.orders(CUSTOMER_ID, 10) == []


def test_what_no_shop_states_is_a_note_and_gates_nothing(stage: Stage) -> None:
    say(stage, "I don't eat pork")
    say(stage, "yes")
    assert [(p.kind, p.text_ref[:3]) for p in stage.usual.records.preferences(CUSTOMER_ID)] == [("note", "vlt")]
    assert card(say(stage, "a croissant")).step == "pin"


def test_a_preference_is_chosen_marked_and_changed_like_any_option(stage: Stage) -> None:
    say(stage, "I always want oat milk")
    say(stage, "yes")
    assert card(say(stage, "a latte")).lines[0].options[0].label == "Oat milk (your preference)"
    assert card(say(stage, "with soy milk")).lines[0].options[0].label == "Soy milk"
    assert card(say(stage, "a latte with whole milk")).lines[0].options == ()
    assert card(say(stage, "an iced americano")).lines[0].options[0].label == "Iced"


def test_a_wish_against_something_is_met_by_the_option_without_it(stage: Stage) -> None:
    say(stage, "以后都不要香菜")
    say(stage, "好")
    assert "不要香菜（您的偏好）" in [chip.label for chip in card(say(stage, "一碗咸豆花")).lines[0].options]


def test_what_is_forgotten_leaves_the_vault_too(stage: Stage) -> None:
    say(stage, "I always want oat milk")
    say(stage, "yes")
    (kept,) = stage.usual.records.preferences(CUSTOMER_ID)
    assert shelf(say(stage, "what do you know about me")) == [kept.id]
    stage.usual.assistant.tap(CUSTOMER_ID, "con", {"kind": "forget", "key": kept.id})
    assert stage.usual.records.preferences(CUSTOMER_ID) == []
    assert stage.usual.records.vault_text(CUSTOMER_ID, kept.text_ref) is None
    assert card(say(stage, "a latte")).lines[0].options == ()


def test_a_preference_is_forgotten_in_the_other_language(stage: Stage) -> None:
    say(stage, "I always want oat milk")
    say(stage, "yes")
    say(stage, "忘掉燕麦奶")
    assert stage.usual.records.preferences(CUSTOMER_ID) == []


def test_forgetting_an_allergen_opens_the_card_again(stage: Stage) -> None:
    say(stage, "I'm allergic to milk")
    say(stage, "yes")
    assert card(say(stage, "a croissant")).step == "answer"
    assert card(say(stage, "forget my milk allergy")).step == "pin"
    assert allergens(stage) == frozenset()


def test_it_is_exported_and_erased(set_stage) -> None:  # type: ignore[no-untyped-def]
    stage = set_stage(wallet="0.00")
    for words in ("I'm allergic to peanuts", "yes", "I always want oat milk", "yes"):
        say(stage, words)
    exported = stage.usual.exports.of(CUSTOMER_ID)
    assert exported["allergens"] == ["peanut"]
    assert exported["preferences"] == [{"kind": "option", "text": "oat milk"}]
    stage.clock.advance(timedelta(minutes=1))
    stage.usual.erasures.erase(CUSTOMER_ID, PIN)
    assert stage.usual.records.preferences(CUSTOMER_ID) == []
    assert stage.usual.customer(CUSTOMER_ID).allergens == frozenset()

"""Why a card says what it says: words → product, what was passed over, for each turn that had a part in it."""

from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.views import ShelfRow, ShelfView


def say(stage: Stage, text: str) -> ShelfView | None:
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
    return next((message.view for message in reply.messages if isinstance(message.view, ShelfView)), None)


def tap_why(stage: Stage) -> ShelfView:
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    tap = {"kind": "why", "id": card.id, "version": card.version}
    (message,) = stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tap).messages
    assert isinstance(message.view, ShelfView)
    return message.view


def rows(view: ShelfView | None) -> dict[str, tuple[ShelfRow, ...]]:
    assert view is not None
    return {section.title: section.rows for section in view.sections}


def test_each_line_tells_its_words_and_what_was_passed_over(stage: Stage) -> None:
    say(stage, "two large oat lattes and a croissant")
    shown = rows(say(stage, "why this one?"))
    assert [row.title for row in shown["What you said"]] == ["“two large oat lattes and a croissant”"]
    latte, croissant = shown["What it was taken for"]
    assert latte.details[0] == "“lattes” → Latte"
    assert latte.details[1].startswith("Passed over: ")
    assert "Latte" in latte.details[1]
    assert croissant.details[0] == "“croissant” → Butter Croissant"


def test_a_correction_counts_by_word_and_by_tap(stage: Stage) -> None:
    say(stage, "a latte")
    say(stage, "no, a mocha")
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    edit = {"kind": "edit", "id": card.id, "version": card.version, "line": card.lines[0].id, "quantity": 3}
    stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, edit)
    shown = rows(tap_why(stage))
    assert [row.title for row in shown["What you said"]] == ["“a latte”", "“no, a mocha”", "A tap on the card"]
    (line,) = shown["What it was taken for"]
    assert (line.title, line.details[0]) == ("Mocha", "“mocha” → Mocha")


def test_asking_changes_nothing_and_only_this_cards_words_are_told(stage: Stage) -> None:
    say(stage, "a croissant")
    say(stage, "a latte")
    before = stage.usual.records.last_checkout(CUSTOMER_ID)
    shown = rows(tap_why(stage))
    assert [row.title for row in shown["What you said"]] == ["“a latte”"]
    assert stage.usual.records.last_checkout(CUSTOMER_ID) == before


def test_words_that_nothing_answers_are_told(stage: Stage) -> None:
    say(stage, "two large lattes and a croissant zzyzx")
    shown = rows(tap_why(stage))
    assert shown["What you said"][0].details == ("Nothing on the card answers: zzyzx",)


def test_the_words_that_led_to_a_question_are_told_too(stage: Stage) -> None:
    say(stage, "a croissant")
    say(stage, "two coffees")
    say(stage, "the first one")
    shown = rows(tap_why(stage))
    assert [row.title for row in shown["What you said"]] == ["“two coffees”", "“the first one”"]
    (line,) = shown["What it was taken for"]
    assert line.details[0] == "“coffees” → Latte"
    assert line.details[1].startswith("Passed over: Americano")


def test_of_a_paid_card_it_is_told_as_well(stage: Stage) -> None:
    say(stage, "a latte")
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    stage.usual.payments.pay(CUSTOMER_ID, card.id, card.version, "258036", "en")
    shown = rows(say(stage, "why this one?"))
    assert [row.title for row in shown["What you said"]] == ["“a latte”"]

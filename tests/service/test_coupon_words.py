"""The arithmetic of a coupon on the card: what it is on, who pays; without one how far the nearest is, if it is near at all."""

from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.views import AmountRow, CardView


def card(stage: Stage, text: str) -> CardView:
    reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
    (found,) = [m.view for m in reply.messages if isinstance(m.view, CardView)]
    return found


def rows(view: CardView, kind: str) -> list[AmountRow]:
    return [row for row in view.rows if row.kind == kind]


def test_a_discount_opens_to_what_it_is_on_and_who_pays_it(stage: Stage) -> None:
    [row] = rows(card(stage, "top up my phone with 50"), "discount")
    assert row.amount == "-¥5.00"
    assert any("¥50.00" in detail for detail in row.details)
    assert any("Usual pays ¥5.00" in detail for detail in row.details)


def test_a_coupon_that_is_near_is_told_as_a_fact_and_changes_nothing(stage: Stage) -> None:
    view = card(stage, "four lattes")
    [row] = rows(view, "hint")
    assert (row.amount, view.total) == ("", "¥72.00")
    assert row.details == ("The nearest, “¥5 off orders of ¥100”, needs ¥28.00 more.",)


def test_a_coupon_that_is_far_is_not_spoken_of(stage: Stage) -> None:
    view = card(stage, "a latte")
    assert rows(view, "hint") == []
    assert rows(view, "discount") == []

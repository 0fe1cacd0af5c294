"""Breakfast, lunch, dinner by themselves: what one always has then, else what the open shops state to be for it."""

import pytest

from app.domain.catalog import Product
from app.replay.script import Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.views import CardView

LATTES = [
    {"at": f"2026-05-{day}T08:10+08:00", "merchant": "nimbus_coffee", "lines": [{"product": "latte"}]} for day in range(11, 16)
]


def said(text: str, at: str = "2026-05-18T08:00+08:00", history: object = ()) -> tuple[list[Product], CardView | None]:
    """The products of the card or of the list that the words bring, and the card."""
    script = Script.model_validate({"title": "test", "clock": at, "history": history, "turns": [{"say": "-"}]})
    with staged(script) as stage:
        reply = stage.usual.assistant.turn(CUSTOMER_ID, "con", text)
        card = next((m.view for m in reply.messages if isinstance(m.view, CardView)), None)
        return _products(stage, card), card


def _products(stage: Stage, card: CardView | None) -> list[Product]:
    state = stage.usual.records.conversation("con")
    checkout = stage.usual.records.checkout(card.id) if card is not None else None
    drafts = [checkout.draft] if checkout is not None else []
    if state is not None and state.question is not None:
        drafts += [choice.draft for choice in state.question.choices if choice.draft is not None]
    catalogs = stage.usual.merchants.catalogs()
    return [catalogs[draft.merchant_id].products[line.product_id] for draft in drafts for line in draft.lines]


@pytest.mark.parametrize(
    ("text", "meal"),
    [
        ("breakfast", "breakfast"),
        ("早餐", "breakfast"),
        ("来份早饭", "breakfast"),
        ("lunch", "lunch"),
        ("午饭", "lunch"),
        ("dinner please", "dinner"),
        ("晚饭吃什么", "dinner"),
    ],
)
def test_a_meal_by_itself_lists_what_is_sold_for_it(text: str, meal: str) -> None:
    products, card = said(text)
    assert card is None
    assert len(products) > 1
    assert all(meal in product.attributes for product in products)


@pytest.mark.parametrize(
    ("text", "why"), [("breakfast", "Latte: what you usually have in the morning."), ("早餐", "拿铁：您早上常点的。")]
)
def test_what_one_always_has_then_comes_first_and_says_why(text: str, why: str) -> None:
    products, card = said(text, history=LATTES)
    assert [product.id for product in products] == ["latte"]
    assert card is not None
    assert card.reason == why


@pytest.mark.parametrize("text", ["dinner", "晚餐"])
def test_what_one_has_in_the_morning_is_no_dinner(text: str) -> None:
    products, _ = said(text, history=LATTES)
    assert all("dinner" in product.attributes for product in products)


@pytest.mark.parametrize("text", ["breakfast without caffeine", "早餐，不要咖啡"])
def test_a_refusal_holds_for_habits_too(text: str) -> None:
    products, _ = said(text, history=LATTES)
    assert products
    assert "latte" not in {product.id for product in products}


@pytest.mark.parametrize("text", ["english breakfast tea", "英式早餐茶"])
def test_a_name_that_holds_a_meal_is_a_name(text: str) -> None:
    products, card = said(text)
    assert card is not None
    assert [product.id for product in products] == ["english_breakfast_tea"]

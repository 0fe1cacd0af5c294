"""Questions about a product: what the shop states of it with its options, and never more than that."""

from dataclasses import replace

import pytest

from app.domain.allergen import ALLERGENS, AllergenStatement
from app.replay.stage import CUSTOMER_ID, Stage

SHOP = "nimbus_coffee"


def say(stage: Stage, text: str) -> str:
    return " ".join(m.text for m in stage.usual.assistant.turn(CUSTOMER_ID, "con", text).messages)


def state(stage: Stage, product: str, statement: AllergenStatement, **changes: object) -> None:
    catalog = stage.usual.merchants.catalogs()[SHOP]
    changed = replace(catalog.products[product], allergens=statement, **changes)  # type: ignore[arg-type]
    stage.usual.merchants.offer(replace(catalog, products={**catalog.products, product: changed}))


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        (AllergenStatement(contains=frozenset({"peanut"})), "Contains peanut."),
        (AllergenStatement(may_contain=frozenset({"peanut"})), "May contain peanut."),
        (AllergenStatement(unknown=frozenset({"peanut"})), "does not say whether there is peanut"),
        (AllergenStatement.nothing_stated(), "does not say whether there is peanut"),
        (AllergenStatement(), "states that there is no peanut"),
    ],
)
def test_each_of_four_statements_is_told_as_it_is(stage: Stage, statement: AllergenStatement, answer: str) -> None:
    state(stage, "croissant", statement)
    assert answer in say(stage, "does the butter croissant contain peanuts?")


def test_what_was_chosen_counts(stage: Stage) -> None:
    assert "states that there is no tree nuts" in say(stage, "does the latte contain almonds?")
    say(stage, "a latte with almond milk")
    assert "Contains tree nuts" in say(stage, "are there nuts in it? does it contain nuts")


def test_a_shop_that_says_nothing_about_vegan_is_not_guessed_for(stage: Stage) -> None:
    state(stage, "croissant", AllergenStatement(unknown=frozenset(ALLERGENS)), attributes=frozenset())
    assert "does not say whether Butter Croissant is vegan" in say(stage, "is the butter croissant vegan?")


def test_a_question_changes_nothing(stage: Stage) -> None:
    say(stage, "a croissant")
    before = stage.usual.records.last_checkout(CUSTOMER_ID)
    for question in ("does it contain nuts?", "多少钱", "菜单", "is it vegan?"):
        say(stage, question)
    assert stage.usual.records.last_checkout(CUSTOMER_ID) == before

"""An allergen is answered for as the card shows it, and holds every card of the conversation it was said in."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.allergen import Allergen, AllergenStatement
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.checkout import CheckoutDrifted

PIN = "258036"


def card(stage: Stage) -> CheckoutSession:
    checkout = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert checkout is not None
    return checkout


def say(stage: Stage, text: str) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)


def keep_it(stage: Stage) -> CheckoutSession:
    shown = card(stage)
    stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, {"kind": "accept_allergens", "id": shown.id, "version": shown.version})
    return card(stage)


def latte_with(catalog: Catalog, *contains: Allergen) -> Catalog:
    latte = replace(catalog.products["latte"], allergens=AllergenStatement(contains=frozenset(contains)))
    return replace(catalog, products={**catalog.products, "latte": latte})


def allergens(checkout: CheckoutSession) -> list[Allergen]:
    return [conflict.allergen for conflict in checkout.conflicts]


def test_keeping_a_line_accepts_what_its_card_showed_and_nothing_stated_since(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk", "peanut"])
    say(stage, "a latte")
    assert allergens(card(stage)) == ["milk"]
    merchants = stage.usual.merchants
    merchants.offer(latte_with(merchants.catalogs()["nimbus_coffee"], "milk", "peanut"))
    renewed = keep_it(stage)
    assert (allergens(renewed), renewed.state) == (["peanut"], "requires_escalation")
    assert keep_it(stage).state == "ready_for_complete"


def test_who_keeps_what_may_contain_it_is_asked_again_once_it_contains_it(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["peanut"])
    merchants = stage.usual.merchants
    coffee = merchants.catalogs()["nimbus_coffee"]
    traces = replace(coffee.products["latte"], allergens=AllergenStatement(may_contain=frozenset({"peanut"})))
    merchants.offer(replace(coffee, products={**coffee.products, "latte": traces}))
    say(stage, "a latte")
    kept = keep_it(stage)
    assert kept.state == "ready_for_complete"
    merchants.update(latte_with(coffee, "peanut"))
    asked = card(stage)
    assert (asked.version, asked.state, allergens(asked)) == (3, "requires_escalation", ["peanut"])
    assert keep_it(stage).state == "ready_for_complete"
    merchants.offer(replace(coffee, products={**coffee.products, "latte": traces}))
    say(stage, "one more")
    assert card(stage).state == "ready_for_complete"


def test_another_allergen_that_the_shop_states_makes_a_new_version_of_the_card(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk", "peanut"])
    say(stage, "a latte")
    merchants = stage.usual.merchants
    merchants.update(latte_with(merchants.catalogs()["nimbus_coffee"], "milk", "peanut"))
    assert (card(stage).version, allergens(card(stage))) == (2, ["milk", "peanut"])


def test_what_is_said_holds_the_other_open_cards_of_the_conversation_too(stage: Stage) -> None:
    say(stage, "a latte")
    latte = card(stage)
    say(stage, "帮我手机充50")
    say(stage, "I'm allergic to milk")
    with pytest.raises(CheckoutDrifted) as drifted:
        stage.usual.payments.pay(CUSTOMER_ID, latte.id, latte.version, PIN, "en")
    assert drifted.value.renewed.state == "requires_escalation"
    assert allergens(drifted.value.renewed) == ["milk"]
    assert stage.usual.records.orders(CUSTOMER_ID, 1) == []

"""Options, fulfilment and address by tap: what the shop offers is taken and quoted anew, what it does not is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.checkout import CheckoutChanged, CheckoutSession
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.service.card_taps import TapInvalid
from app.service.views import Reply

HOME, OFFICE = "上海市静安区南京西路1266号12楼", "上海市浦东新区世纪大道100号"


def say(stage: Stage, text: str) -> Reply:
    return stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)


def card(stage: Stage) -> CheckoutSession:
    checkout = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert checkout is not None
    return checkout


def tap(stage: Stage, **given: Any) -> Reply:
    now = card(stage)
    tapped = {"id": now.id, "version": now.version, "line": now.lines[0].id, **given}
    return stage.usual.assistant.tap(CUSTOMER_ID, CONVERSATION_ID, tapped)


def pick(stage: Stage, group: str, option: str, count: int = 1) -> Reply:
    return tap(stage, kind="option", group=group, option=option, count=count)


def chosen(stage: Stage) -> set[tuple[str, str, int]]:
    return {(o.group_id, o.option_id, o.count) for o in card(stage).lines[0].options}


def total(stage: Stage) -> int:
    return card(stage).totals.total.minor


def test_a_tapped_option_takes_the_place_of_the_other_and_is_priced(stage: Stage) -> None:
    say(stage, "a latte")
    before = total(stage)
    pick(stage, "size", "large")
    assert ("size", "large", 1) in chosen(stage)
    assert (card(stage).version, total(stage)) == (2, before + 300)
    pick(stage, "milk", "oat")
    assert {("size", "large", 1), ("milk", "oat", 1)} <= chosen(stage)
    pick(stage, "size", "medium")
    assert not any(option == "large" for _, option, _ in chosen(stage))


def test_an_option_that_can_be_had_several_times_is_counted_and_taken_off_again(stage: Stage) -> None:
    say(stage, "a latte")
    before = total(stage)
    pick(stage, "syrups", "vanilla", 2)
    pick(stage, "syrups", "caramel", 1)
    assert {("syrups", "vanilla", 2), ("syrups", "caramel", 1)} <= chosen(stage)
    pick(stage, "syrups", "vanilla", 0)
    pick(stage, "syrups", "caramel", 0)
    assert not any(group == "syrups" for group, _, _ in chosen(stage))
    assert total(stage) == before


def test_less_ice_by_tap_means_iced_as_it_does_by_word(stage: Stage) -> None:
    say(stage, "a latte")
    pick(stage, "ice", "less")
    assert {("ice", "less", 1), ("temperature", "iced", 1)} <= chosen(stage)


def test_one_more_beside_a_default_leaves_the_default(stage: Stage) -> None:
    say(stage, "一个煎饼果子")
    assert ("sauce", "sweet_bean", 1) in chosen(stage)
    pick(stage, "sauce", "chilli_bean")
    assert {("sauce", "sweet_bean", 1), ("sauce", "chilli_bean", 1)} <= chosen(stage)


def test_more_than_a_group_takes_is_refused_in_words_and_the_card_stays(stage: Stage) -> None:
    say(stage, "一个煎饼果子")
    pick(stage, "sauce", "chilli_bean")
    before = card(stage)
    reply = pick(stage, "sauce", "fermented_tofu")
    assert reply.messages[0].text
    assert card(stage) == before
    pick(stage, "sauce", "sweet_bean", 0)
    reply = pick(stage, "sauce", "chilli_bean", 0)
    assert reply.messages[0].text
    assert [o for o in chosen(stage) if o[0] == "sauce"] == [("sauce", "chilli_bean", 1)]


@pytest.mark.parametrize(
    "given",
    [
        {"group": "size", "option": "bucket", "count": 1},
        {"group": "toppings", "option": "pearls", "count": 1},
        {"group": "nothing", "option": "large", "count": 1},
        {"group": "size", "option": "large", "count": 2},
        {"group": "syrups", "option": "vanilla", "count": 4},
        {"group": "syrups", "option": "vanilla", "count": -1},
        {"group": "syrups", "option": "vanilla", "count": True},
        {"group": "syrups", "option": "vanilla", "count": "1"},
        {"group": "syrups", "option": "vanilla"},
        {"group": ["size"], "option": {"id": "large"}, "count": 1},
        {"group": "size", "option": "large", "count": 1, "line": "lin_of_another"},
    ],
)
def test_an_option_that_is_not_offered_there_is_refused(stage: Stage, given: dict[str, Any]) -> None:
    say(stage, "a latte")
    before = card(stage)
    with pytest.raises(TapInvalid):
        tap(stage, kind="option", **given)
    assert card(stage) == before


def test_an_old_card_can_not_be_changed_by_tap(stage: Stage) -> None:
    say(stage, "a latte")
    old = card(stage)
    pick(stage, "size", "large")
    with pytest.raises(CheckoutChanged):
        tap(stage, kind="option", version=old.version, group="size", option="medium", count=1)
    assert ("size", "large", 1) in chosen(stage)


def test_options_that_change_ask_again_about_an_allergen(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk"])
    say(stage, "a latte")
    tap(stage, kind="accept_allergens")
    assert card(stage).state == "ready_for_complete"
    pick(stage, "syrups", "vanilla")
    assert card(stage).state == "requires_escalation"


def test_delivery_and_address_by_tap_are_quoted_anew(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(addresses={"home/家": HOME, "office/公司": OFFICE})
    say(stage, "two large lattes")
    home, office = stage.usual.records.addresses(CUSTOMER_ID)
    goods = total(stage)
    tap(stage, kind="fulfilment", fulfilment="delivery")
    assert (card(stage).fulfilment.kind, card(stage).fulfilment.destination_ref) == ("delivery", home.text_ref)
    assert total(stage) == goods + card(stage).totals.fee.minor
    tap(stage, kind="address", address=office.id)
    assert card(stage).fulfilment.destination_ref == office.text_ref
    assert office.masked != OFFICE
    # The same way again keeps the address that was tapped.
    tap(stage, kind="fulfilment", fulfilment="delivery")
    assert card(stage).fulfilment.destination_ref == office.text_ref
    tap(stage, kind="fulfilment", fulfilment="pickup")
    assert (card(stage).fulfilment.destination_ref, total(stage)) == (None, goods)
    tap(stage, kind="address", address=office.id)
    assert (card(stage).fulfilment.kind, card(stage).fulfilment.destination_ref) == ("delivery", office.text_ref)


@pytest.mark.parametrize("given", [{"kind": "fulfilment", "fulfilment": "drone"}, {"kind": "address", "address": "adr_of_another"}])
def test_a_way_or_an_address_that_is_not_there_is_refused(stage: Stage, given: dict[str, str]) -> None:
    say(stage, "a latte")
    before = card(stage)
    with pytest.raises(TapInvalid):
        tap(stage, **given)
    assert card(stage) == before


def test_what_can_be_changed_is_told_with_its_prices_and_what_is_chosen(stage: Stage) -> None:
    say(stage, "a large latte")
    told = stage.usual.queries.changes(CUSTOMER_ID, card(stage).id, "en")
    size = next(group for group in told.lines[0].groups if group.id == "size")
    assert size.single
    assert [(o.label, o.count) for o in size.options if o.count] == [("Large", 1)]
    assert "+¥3.00" in [o.price for o in size.options]
    assert [way.chosen for way in told.ways].count(True) == 1

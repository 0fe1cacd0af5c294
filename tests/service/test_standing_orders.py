"""Standing orders: agreed to once by their whole terms, skipped, paused, resumed, changed and canceled at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.base.money import Money
from app.domain.customer import NotFound
from app.domain.mandate import MandateWidened
from app.domain.standing import NothingDueThen, StandingOrderNotPaused
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.mandates import MandateChanged
from app.service.step_up import PinWrong
from tests.service.standing import (
    AMERICANO,
    DAY,
    MONDAY,
    PIN,
    WEEKDAYS,
    agreed,
    at,
    captured,
    mandate_state,
    proposed,
    runs,
    stored,
)


def test_nothing_begins_without_the_pin_or_for_other_terms_than_were_shown(stage: Stage) -> None:
    order = proposed(stage)
    with pytest.raises(PinWrong):
        stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, "258037")
    changed = stage.usual.standing_orders.amend(CUSTOMER_ID, replace(order, cap=Money(9_000)))
    with pytest.raises(MandateChanged):
        stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
    at(stage, MONDAY)
    assert (captured(stage), changed.version, mandate_state(stage, order)) == ([], 2, "proposed")


def test_an_order_that_asks_first_can_pay_nothing_by_its_mandate(stage: Stage) -> None:
    order = agreed(stage, mode="ask_first")
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    assert mandate is not None
    assert mandate.constraints.per_order == Money(0)


def test_a_pause_until_a_day_ends_by_itself_and_what_fell_into_it_is_recorded(stage: Stage) -> None:
    order = agreed(stage)
    stage.usual.standing_orders.pause(CUSTOMER_ID, order.id, date(2026, 5, 21))
    assert stage.usual.standing_orders.preview(stored(stage, order))[0] == MONDAY + 3 * DAY
    for day in range(4):
        at(stage, MONDAY + day * DAY)
        stage.usual.runs.look()
    assert runs(stage, order) == [("skipped", "paused")] * 3 + [("ordered", "")]
    assert stored(stage, order).paused_until is None


def test_skipping_a_later_day_leaves_the_next_run_and_can_not_be_done_twice(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    standing.skip(CUSTOMER_ID, order.id, date(2026, 5, 20))
    assert [due - MONDAY for due in standing.preview(stored(stage, order))] == [timedelta(0), DAY, 3 * DAY]
    with pytest.raises(NothingDueThen):
        standing.skip(CUSTOMER_ID, order.id, date(2026, 5, 20))
    with pytest.raises(NothingDueThen):
        standing.skip(CUSTOMER_ID, order.id, date(2026, 5, 23))
    for day in range(4):
        at(stage, MONDAY + day * DAY)
    assert captured(stage) == [1_800] * 3


def test_a_lower_cap_holds_at_once_and_a_higher_one_waits_for_a_new_consent(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    standing.amend(CUSTOMER_ID, replace(order, cap=Money(1_000)))
    at(stage, MONDAY)
    assert runs(stage, order) == [("asked", "over_cap")]
    lowered = stored(stage, order)
    with pytest.raises(MandateWidened):
        standing.amend(CUSTOMER_ID, replace(lowered, cap=Money(5_000)))
    widened, unit, needs_consent = standing.amending(lowered, replace(lowered, cap=Money(5_000)))
    stage.usual.writer.commit(unit)
    assert needs_consent
    assert stored(stage, order).cap == Money(1_000)
    standing.agree(CUSTOMER_ID, widened.id, 1, PIN)
    assert (stored(stage, order).state, mandate_state(stage, order), stored(stage, widened).state) == (
        "canceled",
        "revoked",
        "active",
    )
    at(stage, MONDAY + DAY)
    assert (captured(stage), runs(stage, widened)) == ([1_800], [("ordered", "")])


def test_other_goods_or_other_days_always_need_a_new_consent(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    weekends = replace(WEEKDAYS, rrule="FREQ=WEEKLY;BYDAY=SA")
    for changed in (replace(order, drafts=(AMERICANO,)), replace(order, schedule=weekends)):
        assert standing.amending(order, changed)[2]


def test_canceling_everything_that_recurs_revokes_every_mandate(stage: Stage) -> None:
    first, second, third = agreed(stage), agreed(stage), proposed(stage)
    canceled = stage.usual.standing_orders.cancel_all(CUSTOMER_ID)
    assert {order.id for order in canceled} == {first.id, second.id}
    assert {mandate_state(stage, order) for order in (first, second, third)} == {"revoked"}
    at(stage, MONDAY)
    assert captured(stage) == []


def test_another_customers_standing_order_is_not_found(stage: Stage) -> None:
    order = agreed(stage)
    for call in (
        lambda: stage.usual.standing_orders.cancel("cus_other", order.id),
        lambda: stage.usual.standing_orders.skip("cus_other", order.id),
    ):
        with pytest.raises(NotFound):
            call()


def test_resuming_what_runs_is_refused(stage: Stage) -> None:
    order = agreed(stage)
    with pytest.raises(StandingOrderNotPaused):
        stage.usual.standing_orders.resume(CUSTOMER_ID, order.id)


def test_new_terms_that_are_changed_before_they_are_agreed_to_still_take_the_place_of_the_old(stage: Stage) -> None:
    say = stage.usual.assistant.turn
    say(CUSTOMER_ID, "con", "a latte every day at 10:30, at most 20")
    [first] = stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)
    stage.usual.standing_orders.agree(CUSTOMER_ID, first.id, 1, PIN)
    say(CUSTOMER_ID, "con", "skip tomorrow")
    say(CUSTOMER_ID, "con", "every weekday")
    say(CUSTOMER_ID, "con", "every monday and tuesday at 11:00")
    newest = stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)[-1]
    assert newest.replaces == first.id
    stage.usual.standing_orders.agree(CUSTOMER_ID, newest.id, newest.version, PIN)
    states = [order.state for order in stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)]
    assert states.count("active") == 1
    assert stored(stage, first).state == "canceled"


def test_what_was_skipped_stays_skipped_under_new_terms(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    standing.skip(CUSTOMER_ID, order.id, date(2026, 5, 19))
    changed, unit, _ = standing.amending(order, replace(order, cap=Money(9_000)))
    stage.usual.writer.commit(unit)
    standing.agree(CUSTOMER_ID, changed.id, 1, PIN)
    at(stage, MONDAY)
    at(stage, MONDAY + DAY)
    assert captured(stage) == [1_800]
    assert stored(stage, changed).next_due == MONDAY + 2 * DAY


def test_a_change_from_a_stale_look_never_takes_a_pause_or_a_run_back(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    cheaper = replace(order, cap=Money(1_900))
    _, unit, _ = standing.amending(order, cheaper)
    standing.pause(CUSTOMER_ID, order.id)
    with pytest.raises(MandateChanged):
        stage.usual.writer.commit(unit)
    assert stored(stage, order).state == "paused"
    standing.resume(CUSTOMER_ID, order.id)
    _, late, _ = standing.amending(stored(stage, order), cheaper)
    at(stage, MONDAY)
    with pytest.raises(MandateChanged):
        stage.usual.writer.commit(late)
    at(stage, MONDAY + DAY)
    assert captured(stage) == [1_800, 1_800]


def test_a_tap_skips_the_run_that_the_card_showed_and_no_other(stage: Stage) -> None:
    order, assistant = agreed(stage), stage.usual.assistant
    shown = stored(stage, order).next_due
    assert shown is not None
    tap = {"kind": "standing", "id": order.id, "action": "skip", "due": shown.isoformat()}
    assistant.tap(CUSTOMER_ID, "con", tap)
    assistant.tap(CUSTOMER_ID, "con", tap)
    assert runs(stage, order) == [("skipped", "")]
    assert stored(stage, order).next_due == MONDAY + DAY


def test_canceling_holds_whatever_the_worker_did_a_moment_before(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    unit = standing.canceling([order])
    at(stage, MONDAY)
    stage.usual.writer.commit(unit)
    assert (stored(stage, order).state, mandate_state(stage, order)) == ("canceled", "revoked")


def test_a_cap_in_another_currency_is_asked_for_anew(stage: Stage) -> None:
    stage.usual.assistant.turn(CUSTOMER_ID, "con", "a latte every day at 10:30, at most $5")
    state = stage.usual.records.conversation("con")
    assert state is not None
    assert state.question is not None
    assert state.question.key == "standing.which_cap"


def test_the_place_that_was_agreed_to_stays_when_addresses_change(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    stage.usual.assistant.turn(CUSTOMER_ID, "con", "four classic breakfast sets every day at 7:30, delivered, at most 80")
    [order] = stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)
    home = stage.usual.records.addresses(CUSTOMER_ID)[0]
    assert order.drafts[0].destination_ref == home.text_ref


def test_a_card_that_is_tapped_while_a_standing_order_is_put_together_stays_a_card(stage: Stage) -> None:
    assistant = stage.usual.assistant
    assistant.turn(CUSTOMER_ID, "con", "an americano")
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    assistant.turn(CUSTOMER_ID, "con", "a latte every day at 10:30")
    tap = {"kind": "edit", "id": card.id, "version": 1, "line": card.lines[0].id, "quantity": 2}
    assistant.tap(CUSTOMER_ID, "con", tap)
    newest = stage.usual.records.checkout(card.id)
    assert newest is not None
    assert (newest.version, newest.lines[0].quantity) == (2, 2)
    assert stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID) == []

"""Runs of standing orders: at their times inside the cap, asked about outside it, each recorded once whatever happens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.standing import NothingDueThen, StandingOrder, StandingOrderClosed
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.ports import Placement
from app.service.standing_news import of_run
from app.service.units import StorageUnavailable
from tests.service.standing import (
    AMERICANO,
    DAY,
    LATTE,
    MONDAY,
    PIN,
    agreed,
    at,
    captured,
    mandate_state,
    run,
    runs,
    stored,
)


def test_agreeing_charges_nothing_and_each_run_pays_at_its_time_once(stage: Stage) -> None:
    order = agreed(stage)
    assert (captured(stage), stored(stage, order).next_due) == ([], MONDAY)
    at(stage, MONDAY - timedelta(milliseconds=1))
    assert captured(stage) == []
    at(stage, MONDAY)
    stage.usual.runs.look()
    assert captured(stage) == [1_800]
    assert runs(stage, order) == [("ordered", "")]
    assert stored(stage, order).next_due == MONDAY + DAY
    placed = stage.usual.records.orders(CUSTOMER_ID, 1)[0]
    assert placed.checkout_id == run(stage, order).checkout_id
    authorisation = stage.usual.records.authorisation(placed.id)
    assert authorisation is not None
    assert authorisation.mandate_id == order.mandate_id


def test_breakfast_scenario_five_runs_two_captures_and_nothing_after_it_is_canceled(stage: Stage) -> None:
    standing = stage.usual.standing_orders
    eight = {"nimbus_coffee.latte": "8.00"}
    stage.happen(Event(price=eight))
    order = agreed(stage, cap=Money(1_200))
    at(stage, MONDAY)
    standing.skip(CUSTOMER_ID, order.id)
    at(stage, MONDAY + DAY)
    stage.happen(Event(price={"nimbus_coffee.latte": "14.00"}))
    at(stage, MONDAY + 2 * DAY)
    assert runs(stage, order)[-1] == ("asked", "over_cap")
    at(stage, MONDAY + 2 * DAY + timedelta(hours=1))
    standing.pause(CUSTOMER_ID, order.id)
    stage.happen(Event(price=eight))
    at(stage, MONDAY + 3 * DAY)
    # From Tokyo: the order keeps the clock it was agreed by.
    standing.resume(CUSTOMER_ID, order.id)
    at(stage, MONDAY + 4 * DAY - timedelta(minutes=61))
    assert len(runs(stage, order)) == 4
    at(stage, MONDAY + 4 * DAY)
    standing.cancel(CUSTOMER_ID, order.id)
    for day in range(5, 35):
        at(stage, MONDAY + day * DAY)
    assert runs(stage, order) == [
        ("ordered", ""),
        ("skipped", ""),
        ("unanswered", "over_cap"),
        ("skipped", "paused"),
        ("ordered", ""),
    ]
    assert (captured(stage), mandate_state(stage, order), stored(stage, order).state) == ([800, 800], "revoked", "canceled")


def test_a_run_that_asks_is_paid_by_its_customer_alone_and_silence_closes_its_card(stage: Stage) -> None:
    order = agreed(stage, mode="ask_first")
    at(stage, MONDAY)
    asked = run(stage, order)
    assert (asked.state, asked.reason, captured(stage)) == ("asked", "ask_first", [])
    assert asked.checkout_id is not None
    stage.usual.payments.pay(CUSTOMER_ID, asked.checkout_id, 1, PIN, "en")
    at(stage, MONDAY + timedelta(hours=1))
    assert (runs(stage, order), captured(stage)) == ([("ordered", "ask_first")], [1_800])
    at(stage, MONDAY + DAY)
    at(stage, MONDAY + DAY + timedelta(hours=1))
    silent = run(stage, order)
    card = stage.usual.records.checkout(str(silent.checkout_id))
    assert card is not None
    assert (silent.state, card.state, captured(stage)) == ("unanswered", "canceled", [1_800])


def test_a_run_takes_the_first_of_what_was_agreed_that_is_in_stock_and_inside_the_cap(stage: Stage) -> None:
    order = agreed(stage, drafts=(LATTE, AMERICANO))
    stage.happen(Event(stock={"nimbus_coffee.latte": "0"}))
    at(stage, MONDAY)
    placed = stage.usual.records.orders(CUSTOMER_ID, 1)[0]
    assert [line.product_id for line in placed.lines] == ["americano"]
    stage.happen(Event(closes="nimbus_coffee"))
    at(stage, MONDAY + DAY)
    assert runs(stage, order) == [("ordered", ""), ("failed", "merchant_paused")]


def test_a_run_that_the_wallet_can_not_pay_or_the_merchant_declines_is_recorded_and_holds_nothing(
    set_stage: Callable[..., Stage],
) -> None:
    stage = set_stage(wallet="18.50")
    order = agreed(stage)
    stage.usual.merchants.script = lambda _: Placement("rejected", "declined")
    at(stage, MONDAY)
    stage.usual.merchants.script = lambda _: None
    at(stage, MONDAY + DAY)
    at(stage, MONDAY + 2 * DAY)
    assert runs(stage, order) == [("failed", "declined"), ("ordered", ""), ("failed", "insufficient_funds")]
    wallet = stage.usual.records.wallet(CUSTOMER_ID)
    assert wallet is not None
    assert (wallet.available.minor, wallet.held.minor) == (50, 0)


@pytest.mark.parametrize(("missed", "late", "expected"), [
    ("skip", timedelta(minutes=30), "missed"),
    ("late", timedelta(minutes=30), "ordered"),
    ("late", timedelta(hours=3), "missed"),
])  # fmt: skip
def test_a_run_that_fell_due_while_nothing_ran_follows_the_customers_choice(
    stage: Stage, missed: str, late: timedelta, expected: str
) -> None:
    order = agreed(stage, missed=missed)
    at(stage, MONDAY + late)
    assert runs(stage, order)[0][0] == expected
    assert stored(stage, order).next_due == MONDAY + DAY


def test_every_run_missed_over_days_is_recorded_and_none_of_them_pays(stage: Stage) -> None:
    order = agreed(stage, missed="late")
    for _ in range(6):
        at(stage, MONDAY + 7 * DAY + timedelta(hours=5))
    assert runs(stage, order) == [("missed", "too_late")] * 6
    assert captured(stage) == []


def test_many_workers_at_once_do_each_run_once(stage: Stage) -> None:
    orders = [agreed(stage) for _ in range(4)]
    stage.clock.set(MONDAY)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: stage.usual.runs.look(), range(16)))
    stage.usual.runs.look()
    assert captured(stage) == [1_800] * 4
    assert stage.usual.merchants.placed_count() == 4
    assert [runs(stage, order) for order in orders] == [[("ordered", "")]] * 4


def test_a_run_is_announced_once_half_an_hour_before(stage: Stage) -> None:
    order = agreed(stage)
    heard: list[tuple[str, str]] = []
    stage.usual.news.subscribe(lambda _, news: heard.append((news.kind, news.id)))
    at(stage, MONDAY - timedelta(minutes=31))
    at(stage, MONDAY - timedelta(minutes=30))
    at(stage, MONDAY - timedelta(minutes=29))
    assert heard == [("notice", order.id)]
    at(stage, MONDAY)
    assert ("occurrence", run(stage, order).id) in heard


def test_a_counted_order_ends_with_its_last_run_and_its_mandate_with_it(stage: Stage) -> None:
    order = agreed(stage, left=2)
    for day in range(4):
        at(stage, MONDAY + day * DAY)
    assert (captured(stage), stored(stage, order).state, mandate_state(stage, order)) == ([1_800, 1_800], "ended", "revoked")
    with pytest.raises(StandingOrderClosed):
        stage.usual.standing_orders.pause(CUSTOMER_ID, order.id)


def test_an_allergen_of_the_customers_is_asked_about_and_never_bought_by_itself(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(allergens=["milk"])
    order = agreed(stage)
    at(stage, MONDAY)
    assert (runs(stage, order), captured(stage)) == ([("asked", "allergens")], [])


def test_a_run_interrupted_between_its_hold_and_its_merchant_is_settled_and_never_done_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = agreed(stage)
    stage.clock.set(MONDAY)

    def dying(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(stage.usual.payments.payments), "carry_out", dying)
        with pytest.raises(KeyboardInterrupt):
            stage.usual.runs.look()
    assert runs(stage, order) == [("ordered", "")]
    stage.usual.runs.look()
    at(stage, MONDAY + timedelta(minutes=5))
    stage.usual.payments.payments.settle_stranded()
    assert [a.state for a in stage.usual.records.authorisations()] == ["voided"]
    assert captured(stage) == []


@pytest.mark.parametrize(("cap", "reason", "words"), [
    ({"per_order": Money(1_700)}, "over_cap", "above your limit."),
    ({"per_day": Money(1_700)}, "over_day", "above your limit for a day."),
    ({"per_month": Money(1_700)}, "over_month", "above your limit for a month."),
    ({"total": Money(1_700)}, "over_total", "above your limit in all."),
])  # fmt: skip
def test_what_its_mandate_was_narrowed_below_is_asked_about_and_the_next_run_stays(
    stage: Stage, cap: dict[str, Money], reason: str, words: str
) -> None:
    order = agreed(stage)
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    assert mandate is not None
    stage.usual.mandates.amend(CUSTOMER_ID, mandate.id, replace(mandate.constraints, **cap))  # type: ignore[arg-type]
    at(stage, MONDAY)
    asked = run(stage, order)
    assert (asked.state, asked.reason, captured(stage)) == ("asked", reason, [])
    told = of_run(stage.usual.assistant, CUSTOMER_ID, asked.id, "en")
    assert told is not None
    assert words in told[1].text
    assert (stored(stage, order).state, stored(stage, order).next_due) == ("active", MONDAY + DAY)
    assert asked.checkout_id is not None
    stage.usual.payments.pay(CUSTOMER_ID, asked.checkout_id, 1, PIN, "en")
    assert captured(stage) == [1_800]


def test_a_run_outside_what_its_mandate_allows_is_told_as_that_and_the_next_one_stays(stage: Stage) -> None:
    order = agreed(stage)
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    assert mandate is not None
    narrower = replace(mandate.constraints, products=frozenset({"nimbus_coffee.mocha"}))
    stage.usual.writer.commit(
        stage.usual.mandates.amending(mandate, replace(mandate, version=2, constraints=narrower)),
    )
    at(stage, MONDAY)
    failed = run(stage, order)
    assert (failed.state, failed.reason, captured(stage)) == ("failed", "mandate_exceeded", [])
    told = of_run(stage.usual.assistant, CUSTOMER_ID, failed.id, "en")
    assert told is not None
    assert "outside what you allowed. Nothing was charged; the next one is" in told[1].text
    assert stored(stage, order).next_due == MONDAY + DAY


def test_a_mandate_revoked_by_itself_lets_no_run_pay(stage: Stage) -> None:
    order = agreed(stage)
    stage.usual.mandates.revoke(CUSTOMER_ID, order.mandate_id)
    at(stage, MONDAY)
    assert (runs(stage, order), captured(stage)) == ([("failed", "mandate_inactive")], [])
    assert issubclass(NothingDueThen, Refusal)


def test_a_pause_of_a_day_that_has_begun_is_refused_and_one_to_come_is_announced_at_its_end(stage: Stage) -> None:
    order, standing = agreed(stage), stage.usual.standing_orders
    with pytest.raises(NothingDueThen):
        standing.pause(CUSTOMER_ID, order.id, date(2026, 5, 18))
    standing.pause(CUSTOMER_ID, order.id, date(2026, 5, 20))
    heard: list[str] = []
    stage.usual.news.subscribe(lambda _, news: heard.append(news.kind))
    for moment in (MONDAY, MONDAY + DAY, MONDAY + 2 * DAY - timedelta(minutes=30)):
        at(stage, moment)
        stage.usual.runs.look()
    assert heard == ["notice"]
    at(stage, MONDAY + 2 * DAY)
    assert captured(stage) == [1_800]


def test_a_run_whose_order_the_merchant_gives_up_later_is_recorded_as_not_bought_and_told_only_then(stage: Stage) -> None:
    order = agreed(stage, left=3)
    stage.usual.merchants.is_answering = False
    at(stage, MONDAY)
    told = stage.usual.assistant.told_of_run(CUSTOMER_ID, run(stage, order).id, "en")
    assert (run(stage, order).state, told, stored(stage, order).left) == ("ordered", None, 2)
    stage.usual.merchants.is_answering = True
    stage.usual.merchants.script = lambda _: Placement("rejected", "declined")
    placed = stage.usual.records.orders(CUSTOMER_ID, 1)[0]
    authorisation = stage.usual.records.authorisation(placed.id)
    checkout = stage.usual.records.checkout(placed.checkout_id)
    assert authorisation is not None
    assert checkout is not None
    stage.usual.payments.payments.settler.void(checkout, authorisation, "declined")
    stage.usual.runs.look()
    assert (run(stage, order).state, stored(stage, order).left) == ("failed", 3)
    assert stage.usual.assistant.told_of_run(CUSTOMER_ID, run(stage, order).id, "en") is not None


def test_an_allergen_said_in_the_conversation_is_asked_about_once(stage: Stage) -> None:
    say = stage.usual.assistant.turn
    say(CUSTOMER_ID, "con", "a latte every day at 10:30, at most 20")
    [order] = stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)
    stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
    say(CUSTOMER_ID, "con", "I'm allergic to milk")
    at(stage, MONDAY)
    stage.usual.runs.look()
    assert (runs(stage, order), captured(stage)) == ([("asked", "allergens")], [])


def test_a_run_is_announced_again_after_a_pause_and_each_time_once(stage: Stage) -> None:
    order = agreed(stage)
    heard: list[str] = []
    stage.usual.news.subscribe(lambda _, news: heard.append(news.kind))
    at(stage, MONDAY - timedelta(minutes=30))
    stage.usual.standing_orders.pause(CUSTOMER_ID, order.id)
    stage.usual.standing_orders.resume(CUSTOMER_ID, order.id)
    for minutes in (20, 19, 18):
        at(stage, MONDAY - timedelta(minutes=minutes))
    assert heard == ["notice", "notice"]


def test_a_yes_is_about_the_run_that_asks_and_pays_nothing_by_itself(stage: Stage) -> None:
    say = stage.usual.assistant.turn
    say(CUSTOMER_ID, "con", "a latte every day at 10:30, ask me first")
    say(CUSTOMER_ID, "con", "the first one")
    [order] = stage.usual.standing_orders.standing.standing_orders(CUSTOMER_ID)
    stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
    at(stage, MONDAY)
    reply = say(CUSTOMER_ID, "con", "yes")
    assert (run(stage, order).state, reply.open_pin, captured(stage)) == ("asked", run(stage, order).checkout_id, [])


def test_a_run_that_asks_leaves_the_card_alone_that_is_open_in_its_conversation(stage: Stage) -> None:
    say = stage.usual.assistant.turn
    say(CUSTOMER_ID, "con", "hello")
    order = agreed(stage, mode="ask_first")
    say(CUSTOMER_ID, "con", "an americano")
    card = stage.usual.records.last_checkout(CUSTOMER_ID)
    at(stage, MONDAY)
    state = stage.usual.records.conversation("con")
    assert card is not None
    assert state is not None
    assert (run(stage, order).state, state.checkout_id) == ("asked", card.id)


def test_one_run_that_can_not_be_carried_out_keeps_no_other_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = agreed(stage), agreed(stage)
    work = type(stage.usual.runs)
    honest = work._run

    def failing(self: object, order: StandingOrder, due: datetime) -> bool:
        if order.id == first.id:
            raise StorageUnavailable(cause="full")
        return honest(self, order, due)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "_run", failing)
    at(stage, MONDAY)
    assert (runs(stage, first), runs(stage, second)) == ([], [("ordered", "")])
    monkeypatch.undo()
    stage.usual.runs.look()
    assert runs(stage, first) == [("ordered", "")]

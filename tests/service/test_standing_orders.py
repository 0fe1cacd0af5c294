"""Standing orders: agreed to once, run at their times inside the cap, asked about outside it, each run recorded once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.checkout import Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.mandate import MandateWidened
from app.domain.names import Names
from app.domain.recurrence import Schedule
from app.domain.standing import NothingDueThen, Occurrence, StandingOrder, StandingOrderClosed, StandingOrderNotPaused
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.mandates import MandateChanged
from app.service.ports import Placement
from app.service.step_up import PinWrong

PIN = "258036"
# ¥18 a cup at the counter.
LATTE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 1),), "pickup")
AMERICANO = Draft("nimbus_coffee", (DraftLine("line_1", "americano", 1),), "pickup")
WEEKDAYS = Schedule(rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", times=(time(10, 30),), start=date(2026, 5, 18))
# Monday 18 May 2026, half past ten in Shanghai.
MONDAY = datetime(2026, 5, 18, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def proposed(stage: Stage, **changes: object) -> StandingOrder:
    given = StandingOrder(
        id=stage.usual.ids.new("sto"),
        version=1,
        customer_id=CUSTOMER_ID,
        conversation_id="con",
        mandate_id="",
        title=Names(("Latte",), ("拿铁",)),
        drafts=(LATTE,),
        schedule=WEEKDAYS,
        zone="Asia/Shanghai",
        cap=Money(2_000),
        mode="automatic",
        missed="skip",
        state="proposed",
        created_at=stage.clock.now(),
    )
    order, unit = stage.usual.standing_orders.proposing(replace(given, **changes))  # type: ignore[arg-type]
    stage.usual.writer.commit(unit)
    return order


def agreed(stage: Stage, **changes: object) -> StandingOrder:
    order = proposed(stage, **changes)
    return stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)


def stored(stage: Stage, order: StandingOrder) -> StandingOrder:
    return stage.usual.standing_orders.owned(CUSTOMER_ID, order.id)


def runs(stage: Stage, order: StandingOrder) -> list[tuple[str, str]]:
    """Each run's state and reason, oldest first."""
    found = stage.usual.runs.standing.occurrences(order.id, 1_000)
    return [(run.state, run.reason) for run in reversed(found)]


def run(stage: Stage, order: StandingOrder) -> Occurrence:
    return stage.usual.runs.standing.occurrences(order.id, 1)[0]


def at(stage: Stage, moment: datetime) -> None:
    """Let time come to a moment, and the worker look then."""
    stage.clock.set(moment)
    stage.usual.runs.look()


def captured(stage: Stage) -> list[int]:
    return [transfer.amount.minor for transfer in stage.usual.records.transfers() if transfer.kind == "capture"]


def mandate_state(stage: Stage, order: StandingOrder) -> str:
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    assert mandate is not None
    return mandate.state


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


def test_nothing_begins_without_the_pin_or_for_other_terms_than_were_shown(stage: Stage) -> None:
    order = proposed(stage)
    with pytest.raises(PinWrong):
        stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, "258037")
    changed = stage.usual.standing_orders.amend(CUSTOMER_ID, replace(order, cap=Money(9_000)))
    with pytest.raises(MandateChanged):
        stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
    at(stage, MONDAY)
    assert (captured(stage), changed.version, mandate_state(stage, order)) == ([], 2, "proposed")


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


def test_an_order_that_asks_first_can_pay_nothing_by_its_mandate(stage: Stage) -> None:
    order = agreed(stage, mode="ask_first")
    mandate = stage.usual.mandates.records.mandate(order.mandate_id)
    assert mandate is not None
    assert mandate.constraints.per_order == Money(0)


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


def test_canceling_everything_that_recurs_revokes_every_mandate(stage: Stage) -> None:
    first, second, third = agreed(stage), agreed(stage), proposed(stage)
    canceled = stage.usual.standing_orders.cancel_all(CUSTOMER_ID)
    assert {order.id for order in canceled} == {first.id, second.id}
    assert {mandate_state(stage, order) for order in (first, second, third)} == {"revoked"}
    at(stage, MONDAY)
    assert captured(stage) == []


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


def test_a_mandate_revoked_by_itself_lets_no_run_pay(stage: Stage) -> None:
    order = agreed(stage)
    stage.usual.mandates.revoke(CUSTOMER_ID, order.mandate_id)
    at(stage, MONDAY)
    assert (runs(stage, order), captured(stage)) == ([("failed", "mandate_inactive")], [])
    assert issubclass(NothingDueThen, Refusal)

"""Days are closed once, in their order, over every transfer once, and the payout is in the ledger."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from app.base.money import Money
from app.domain.checkout import Draft, DraftLine
from app.domain.ledger import BANK_PAYOUTS, PLATFORM_FEES
from app.domain.refund import RefundedLine
from app.domain.settlement import FeePlan, Settlement
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.settlements import Settlements
from tests.trace.tampering import with_the_file

PIN, SHOP = "258036", "nimbus_coffee"
# ¥18 each.
TWO = Draft(SHOP, (DraftLine("line_1", "latte", 2),), "pickup")
DAY = timedelta(days=1)


def buy(stage: Stage) -> str:
    checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), TWO, Asked("con", "utt"))
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN).id


def give_back(stage: Stage, order_id: str, quantity: int = 1) -> None:
    lines = (RefundedLine("line_1", quantity),)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order_id, "missing", lines)
    stage.usual.refunds.confirm(CUSTOMER_ID, order_id, "missing", lines, offer.digest)


def days(stage: Stage) -> list[Settlement]:
    return stage.usual.settlements.settlements.settlements(SHOP)


def anew(stage: Stage) -> Settlements:
    """As another worker has it, that has looked at nothing yet."""
    return replace(stage.usual.settlements, _looked={})


def paid_out(stage: Stage) -> dict[str, int]:
    found = [t for t in stage.usual.records.transfers() if t.target in (BANK_PAYOUTS, PLATFORM_FEES)]
    return {target: sum(t.amount.minor for t in found if t.target == target) for target in (PLATFORM_FEES, BANK_PAYOUTS)}


def test_a_day_is_closed_when_it_is_over_where_the_shop_is_and_once(stage: Stage) -> None:
    give_back(stage, buy(stage))
    assert (stage.usual.settlements.close_due(), days(stage)) == (0, [])
    # Nine in the morning in Shanghai; fourteen hours and 59 minutes later it is still that day.
    stage.clock.advance(timedelta(hours=14, minutes=59))
    assert anew(stage).close_due() == 0
    stage.clock.advance(timedelta(minutes=1))
    assert (anew(stage).close_due(), anew(stage).close_due()) == (1, 0)
    (day,) = days(stage)
    assert (day.day.isoformat(), day.net, day.fee, day.payout) == ("2026-05-18", Money(1_800), Money(11), Money(1_789))
    assert paid_out(stage) == {PLATFORM_FEES: 11, BANK_PAYOUTS: 1_789}


def test_of_many_workers_one_closes_the_day(stage: Stage) -> None:
    buy(stage)
    stage.clock.advance(DAY)
    with ThreadPoolExecutor(8) as threads:
        closed = list(threads.map(lambda _: anew(stage).close_due(), range(8)))
    assert sum(closed) >= 1
    assert (len(days(stage)), paid_out(stage)) == (1, {PLATFORM_FEES: 22, BANK_PAYOUTS: 3_578})


def test_a_refund_of_an_earlier_day_is_carried_until_sales_make_up_for_it(stage: Stage) -> None:
    order_id = buy(stage)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    give_back(stage, order_id, 2)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    assert (days(stage)[1].payout, days(stage)[1].carried_out) == (Money(0), Money(-3_578))
    buy(stage)
    buy(stage)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    assert (days(stage)[2].carried_in, days(stage)[2].payout) == (Money(-3_578), Money(3_579))
    # All that was sold and kept, less the fee on it.
    assert paid_out(stage)[BANK_PAYOUTS] == 7_200 - 43


def test_days_that_were_missed_are_closed_each_on_its_own(stage: Stage) -> None:
    buy(stage)
    stage.clock.advance(DAY)
    buy(stage)
    stage.clock.advance(3 * DAY)
    assert anew(stage).close_due() == 2
    assert [day.day.isoformat() for day in days(stage)] == ["2026-05-18", "2026-05-19"]


def test_what_was_written_after_its_day_was_closed_is_in_the_next_one(stage: Stage) -> None:
    buy(stage)
    late = stage.clock.now() + timedelta(hours=1)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    stage.clock.set(late)
    buy(stage)
    stage.clock.advance(2 * DAY)
    anew(stage).close_due()
    assert [(day.day.isoformat(), day.net.minor) for day in days(stage)] == [("2026-05-18", 3_600), ("2026-05-19", 3_600)]


def test_a_merchant_on_another_plan_pays_that(stage: Stage) -> None:
    catalog = stage.usual.merchants.catalogs()[SHOP]
    stage.usual.merchants.offer(replace(catalog, merchant=replace(catalog.merchant, fee_plan=FeePlan(0))))
    buy(stage)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    assert paid_out(stage) == {PLATFORM_FEES: 0, BANK_PAYOUTS: 3_600}


def test_the_audit_names_a_day_that_was_changed(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage()
    buy(stage)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    (day,) = days(stage)

    def rewrite(old: str, new: str) -> None:
        with with_the_file(stage) as connection:
            connection.execute(text("UPDATE settlement SET body = replace(body, :old, :new)"), {"old": old, "new": new})

    rewrite('"payout":{"minor":3578', '"payout":{"minor":3577')
    faults = [(fault.kind, fault.subject) for fault in stage.usual.audit.check()]
    rewrite('"payout":{"minor":3577', '"payout":{"minor":3578')
    assert faults == [("settlement_differs", day.id), ("record_changed", day.id)]


def test_one_late_transfer_puts_no_later_day_behind(stage: Stage) -> None:
    buy(stage)
    late = stage.clock.now() + timedelta(hours=1)
    stage.clock.advance(DAY)
    anew(stage).close_due()
    stage.clock.set(late)
    buy(stage)
    stage.clock.set(late + DAY)
    buy(stage)
    stage.clock.set(late + 2 * DAY)
    assert anew(stage).close_due() == 1
    assert [(day.day.isoformat(), day.net.minor) for day in days(stage)] == [("2026-05-18", 3_600), ("2026-05-19", 7_200)]

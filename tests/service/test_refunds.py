"""Giving back: as it was offered, agreed to by the merchant, once, and the ledger holds after each."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from app.base.errors import UsualError
from app.base.money import Money
from app.dialogue.outcomes import ChangeTrip
from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.customer import NotFound
from app.domain.geo import Point
from app.domain.ledger import PLATFORM_COUPONS
from app.domain.names import Names
from app.domain.order import HELD_FOR, Order
from app.domain.refund import (
    AlreadyRefunded,
    ClaimTooLate,
    NothingToRefund,
    NotTaken,
    Refund,
    RefundChanged,
    RefundedLine,
    RefundReason,
    refund_of,
)
from app.domain.ride import Stop, Trip
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.accounts import NewCustomer
from app.service.checkout import Asked
from app.service.ports import Answer, Placement
from app.service.units import GuardFailed, StorageUnavailable

pytestmark = pytest.mark.usefixtures("moving_clock")
PIN = "258036"
# ¥18 each.
TWO = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 2),), "pickup")
ONE = (RefundedLine("line_1", 1),)
BOTH = (RefundedLine("line_1", 2),)


def placed(stage: Stage, draft: Draft = TWO) -> Order:
    checkout = stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))
    return paid(stage, checkout)


def paid(stage: Stage, checkout: CheckoutSession) -> Order:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)


def ask(stage: Stage, order: Order, reason: RefundReason = "missing", lines: tuple[RefundedLine, ...] = ONE) -> Refund:
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, reason, lines)
    return stage.usual.refunds.confirm(CUSTOMER_ID, order.id, reason, offer.lines, offer.digest)


def moved(stage: Stage, order: Order, kind: str) -> list[int]:
    return [t.amount.minor for t in stage.usual.records.transfers(order.id) if t.kind == kind]


def wallet(stage: Stage) -> tuple[int, int]:
    found = stage.usual.records.wallet(CUSTOMER_ID)
    assert found is not None
    return found.available.minor, found.held.minor


def now(stage: Stage, order: Order) -> Order:
    found = stage.usual.records.order(order.id)
    assert found is not None
    return found


def sign_in_for_ever(stage: Stage) -> None:
    while True:
        stage.usual.sign_ins.begin(CUSTOMER_ID)


def test_an_offer_moves_nothing_and_its_confirmation_moves_it_once(stage: Stage) -> None:
    order = placed(stage)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", ONE)
    assert (offer.amount.minor, offer.left.minor, wallet(stage)) == (1_800, 1_800, (26_400, 0))
    first = stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", ONE, offer.digest)
    again = stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", ONE, offer.digest)
    assert (first.state, again.id) == ("done", first.id)
    assert (moved(stage, order, "refund"), wallet(stage), now(stage, order).refundable) == ([1_800], (28_200, 0), 1_800)
    assert stage.usual.audit.check() == []


def test_fifty_confirmations_at_once_are_one_refund(stage: Stage) -> None:
    order = placed(stage)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", BOTH)

    def confirm(_: int) -> str:
        try:
            return stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", BOTH, offer.digest).id
        except UsualError as refused:
            return refused.code

    with ThreadPoolExecutor(16) as threads:
        answers = set(threads.map(confirm, range(50)))
    assert len([answer for answer in answers if answer.startswith("rfd_")]) == 1
    assert answers - {"refund_changed", "nothing_to_refund", "already_refunded"} == {
        answer for answer in answers if answer.startswith("rfd_")
    }
    assert (moved(stage, order, "refund"), wallet(stage)) == ([3_600], (30_000, 0))
    assert stage.usual.audit.check() == []


def test_what_was_not_offered_like_this_is_not_given(stage: Stage) -> None:
    order = placed(stage)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", ONE)
    for lines, digest in ((BOTH, offer.digest), (ONE, "0" * 64), (ONE, "")):
        with pytest.raises(RefundChanged):
            stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", lines, digest)
    ask(stage, order, lines=ONE)
    # It was offered before the other one was asked for: it is another offer now.
    assert (moved(stage, order, "refund"), wallet(stage)) == ([1_800], (28_200, 0))


def test_another_customer_can_neither_see_nor_take_a_refund(stage: Stage) -> None:
    order = placed(stage)
    stage.usual.accounts.open(NewCustomer("cus_other", "other", "other-password", "Other", "en", "Asia/Shanghai"))
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", ONE)
    with pytest.raises(NotFound):
        stage.usual.refunds.offer("cus_other", order.id, "missing", ONE)
    with pytest.raises(NotFound):
        stage.usual.refunds.confirm("cus_other", order.id, "missing", ONE, offer.digest)
    ask(stage, order)
    with pytest.raises(NotFound):
        stage.usual.refunds.confirm("cus_other", order.id, "missing", ONE, offer.digest)


def test_a_canceled_order_gives_back_all_but_the_fee_and_its_coupon(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, "nimbus_coffee.nimbus_free_order")
    order = placed(stage)
    used = stage.usual.records.coupon_uses(CUSTOMER_ID)
    assert (len(used), moved(stage, order, "coupon")) == (1, [3_000])
    ask(stage, order, "canceled")
    assert now(stage, order).state == "canceled"
    assert stage.usual.records.coupon_uses(CUSTOMER_ID) == []
    back = [t for t in stage.usual.records.transfers(order.id) if t.kind == "coupon_return"]
    assert [(t.target, t.amount.minor) for t in back] == [(PLATFORM_COUPONS, 3_000)]
    assert (moved(stage, order, "refund"), wallet(stage)) == ([600], (30_000, 0))
    assert stage.usual.audit.check() == []


def test_a_fee_that_begins_between_offer_and_yes_is_offered_anew(stage: Stage) -> None:
    order = placed(stage)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "canceled")
    assert offer.fee.is_zero
    stage.clock.advance(timedelta(minutes=3))
    stage.usual.tracking.follow()
    with pytest.raises(RefundChanged):
        stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "canceled", (), offer.digest)
    assert moved(stage, order, "refund") == []
    refund = ask(stage, order, "canceled")
    assert (refund.fee.minor, moved(stage, order, "refund"), wallet(stage)) == (720, [2_880], (29_280, 0))
    assert (now(stage, order).state, now(stage, order).refundable) == ("canceled", 0)
    with pytest.raises(NotTaken):
        ask(stage, order)
    assert stage.usual.audit.check() == []


def test_the_merchant_knows_better_how_far_it_is_and_nothing_is_lost(stage: Stage) -> None:
    """We have not heard yet that it is being made: the merchant refuses to stop it for nothing."""
    order = placed(stage)
    stage.clock.advance(timedelta(minutes=3))
    refund = ask(stage, order, "canceled")
    assert (refund.state, refund.why, moved(stage, order, "refund")) == ("refused", "fee_due", [])
    assert now(stage, order).is_taken


def test_an_order_that_nobody_has_taken_is_canceled_with_its_hold_given_back(stage: Stage) -> None:
    stage.happen(Event(merchant="is silent"))
    stage.usual.merchants.script = lambda _: Placement("unknown")
    order = placed(stage)
    assert (order.state, wallet(stage)) == ("unknown", (26_400, 3_600))
    asked = ask(stage, order, "canceled")
    assert (asked.state, wallet(stage)) == ("asked", (26_400, 3_600))
    stage.happen(Event(merchant="answers again"))
    stage.clock.advance(timedelta(minutes=1))
    assert stage.usual.refunds.settle_asked() == 1
    assert (now(stage, order).state, wallet(stage), moved(stage, order, "void")) == ("canceled", (30_000, 0), [3_600])
    assert stage.usual.audit.check() == []


def test_a_merchant_that_does_not_answer_is_asked_again_by_the_same_key(stage: Stage) -> None:
    order, asked = placed(stage), []
    stage.usual.merchants.claims = lambda refund: asked.append(refund.id) or Answer("unknown")  # type: ignore[func-returns-value]
    refund = ask(stage, order, lines=BOTH)
    assert (refund.state, wallet(stage)) == ("asked", (26_400, 0))
    with pytest.raises(AlreadyRefunded):
        ask(stage, order)
    stage.usual.merchants.claims = lambda _: None
    stage.clock.advance(timedelta(minutes=1))
    assert (stage.usual.refunds.settle_asked(), stage.usual.refunds.settle_asked()) == (1, 0)
    assert asked == [refund.id]
    assert (moved(stage, order, "refund"), wallet(stage), now(stage, order).state) == ([3_600], (30_000, 0), "refunded")
    assert stage.usual.audit.check() == []


def test_a_refused_claim_moves_nothing_and_can_be_made_again(stage: Stage) -> None:
    order = placed(stage)
    stage.happen(Event(merchant="refuses refunds"))
    assert ask(stage, order).state == "refused"
    stage.happen(Event(merchant="answers again"))
    assert ask(stage, order).state == "done"
    assert moved(stage, order, "refund") == [1_800]


def test_what_the_merchant_lacks_comes_back_with_the_capture_and_no_more_of_it_later(stage: Stage) -> None:
    stage.usual.merchants.script = lambda _: Placement("accepted", missing=(("latte", 1),))
    order = placed(stage)
    assert (moved(stage, order, "capture"), moved(stage, order, "refund"), wallet(stage)) == ([3_600], [1_800], (28_200, 0))
    stage.usual.tracking.follow()
    stage.usual.merchants.lacks(order.id, "latte", 1)
    stage.usual.tracking.follow()
    stage.usual.tracking.follow()
    assert (moved(stage, order, "refund"), now(stage, order).state) == ([1_800, 1_800], "refunded")
    assert stage.usual.audit.check() == []


def test_nothing_comes_back_above_what_was_paid_whatever_a_merchant_names(stage: Stage) -> None:
    stage.usual.merchants.script = lambda _: Placement("accepted", missing=(("latte", 99), ("mocha", 5)))
    order = placed(stage)
    assert (moved(stage, order, "refund"), wallet(stage)) == ([3_600], (30_000, 0))
    with pytest.raises(NothingToRefund):
        ask(stage, order)
    assert stage.usual.audit.check() == []


def test_an_old_order_can_not_be_claimed_for(stage: Stage) -> None:
    order = placed(stage)
    stage.clock.advance(timedelta(days=8))
    with pytest.raises(ClaimTooLate):
        ask(stage, order)


def test_a_hold_that_no_merchant_ever_answers_for_goes_back_after_its_time(stage: Stage) -> None:
    stage.usual.merchants.script = lambda _: Placement("unknown")
    order = placed(stage)
    stage.usual.merchants.is_answering = False
    stage.clock.advance(HELD_FOR - timedelta(seconds=1))
    stage.usual.payments.payments.settle_stranded()
    assert wallet(stage) == (26_400, 3_600)
    stage.clock.advance(timedelta(seconds=2))
    stage.usual.payments.payments.settle_stranded()
    found = now(stage, order)
    assert (found.state, found.failure, wallet(stage)) == ("canceled", "hold_expired", (30_000, 0))
    assert stage.usual.audit.check() == []


def test_a_full_database_refuses_a_refund_and_loses_nothing(stage: Stage) -> None:
    order = placed(stage)
    offer = stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", ONE)
    stage.happen(Event(database="fills up"))
    with pytest.raises(StorageUnavailable):
        sign_in_for_ever(stage)
    with suppress(StorageUnavailable):
        stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", ONE, offer.digest)
    stage.happen(Event(database="recovers"))
    stage.clock.advance(timedelta(minutes=1))
    stage.usual.refunds.settle_asked()
    stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", ONE, offer.digest)
    assert (moved(stage, order, "refund"), wallet(stage)) == ([1_800], (28_200, 0))


def test_the_audit_names_a_refund_that_the_ledger_does_not_know(stage: Stage) -> None:
    order = placed(stage)
    ask(stage, order)
    with stage.usual.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE refund SET amount = amount - 1")
    faults = [fault.kind for fault in stage.usual.audit.check()]
    with stage.usual.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE refund SET amount = amount + 1")
    assert faults == ["refund_differs", "record_changed"]


def test_of_two_refunds_that_were_offered_at_once_one_is_asked_for(stage: Stage) -> None:
    order = placed(stage)
    offers = [stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", lines) for lines in (ONE, BOTH)]
    first, second = (refund_of(order, offer, "asked", stage.clock.now()) for offer in offers)
    stage.usual.refunds.refunder.ask(order, first)
    with pytest.raises(RefundChanged):
        stage.usual.refunds.refunder.ask(order, second)
    assert [refund.id for refund in stage.usual.refunds.refunds.refunds(order.id)] == [first.id]


HERE, THERE = Stop(Names(("Here",)), Point(0, 0)), Stop(Names(("There",)), Point(8_000, 0))
RIDE = Draft("starling_rides", (DraftLine("line_1", "economy", 1),), trip=Trip((HERE, THERE)))


def test_what_is_only_held_can_be_canceled_with_its_fee_and_not_claimed_for(stage: Stage) -> None:
    ride = placed(stage, RIDE)
    held = wallet(stage)[1]
    with pytest.raises(NotTaken):
        ask(stage, ride)
    stage.clock.advance(timedelta(minutes=4))
    stage.usual.tracking.follow()
    assert now(stage, ride).state == "on_the_way"
    refund = ask(stage, ride, "canceled")
    assert (refund.fee.minor, wallet(stage)) == (held * 20 // 100, (30_000 - held * 20 // 100, 0))
    assert (moved(stage, ride, "capture"), now(stage, ride).state) == ([held * 20 // 100], "canceled")


def test_a_ride_that_is_being_canceled_is_not_captured_meanwhile(stage: Stage) -> None:
    ride = placed(stage, RIDE)
    stage.usual.merchants.claims = lambda _: Answer("unknown")
    assert ask(stage, ride, "canceled").state == "asked"
    stage.usual.merchants.claims = lambda _: None
    stage.clock.advance(timedelta(minutes=1))
    stage.usual.payments.payments.settle(now(stage, ride), Placement("accepted", final=Money(4_100)))
    stage.usual.payments.payments.settle_stranded()
    assert moved(stage, ride, "capture") == []
    stage.usual.refunds.settle_asked()
    assert (now(stage, ride).state, wallet(stage)) == ("canceled", (30_000, 0))


def test_a_hold_that_ended_otherwise_leaves_no_cancellation_waiting(stage: Stage) -> None:
    ride = placed(stage, RIDE)
    stage.usual.merchants.claims = lambda _: Answer("unknown")
    ask(stage, ride, "canceled")
    checkout, authorisation = stage.usual.records.checkout(ride.checkout_id), stage.usual.records.authorisation(ride.id)
    assert checkout is not None
    assert authorisation is not None
    stage.usual.payments.payments.settler.void(checkout, authorisation, "declined")
    stage.usual.merchants.claims = lambda _: None
    stage.clock.advance(timedelta(minutes=1))
    assert stage.usual.refunds.settle_asked() == 1
    assert wallet(stage) == (30_000, 0)


def test_a_stop_that_comes_as_the_fare_is_taken_undoes_nothing(stage: Stage) -> None:
    ride = placed(stage, RIDE)
    payments, amend = stage.usual.payments.payments, stage.usual.merchants.amend
    longer = Trip((HERE, Stop(Names(("Between",)), Point(4_000, 100)), THERE))

    def captured_meanwhile(*given: object) -> Answer:
        payments.settle(now(stage, ride), Placement("accepted", final=Money(3_000)))
        return amend(*given)  # type: ignore[arg-type]

    stage.usual.merchants.amend = captured_meanwhile  # type: ignore[method-assign, assignment]
    with pytest.raises(GuardFailed):
        stage.usual.assistant.trips.change(CUSTOMER_ID, ChangeTrip(ride.id, longer))
    found = now(stage, ride)
    assert (found.refundable, found.total.minor, found.settled_at is not None, found.trip) == (3_000, 3_000, True, None)

"""Cards with an estimate: held at most, captured what it came to, once; never more than was approved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.money import Money
from app.domain.booking import CancellationTerms
from app.domain.checkout import Approval, CheckoutChanged, CheckoutSession, Draft, DraftLine
from app.domain.geo import Point
from app.domain.ledger import InsufficientFunds
from app.domain.names import Names
from app.domain.ride import Stop, Trip
from app.replay.script import Event
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.ports import Placement
from app.service.units import KeyReused

PIN = "258036"
CREDIT = "starling_rides.ride_credit_12"
THERE_AND_BACK = Trip((Stop(Names(("Here",)), Point(0, 0)), Stop(Names(("There",)), Point(8_000, 0))))
RIDE = Draft("starling_rides", (DraftLine("line_1", "economy", 1),), trip=THERE_AND_BACK)


def propose(stage: Stage, draft: Draft = RIDE) -> CheckoutSession:
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))


def pay(stage: Stage, checkout: CheckoutSession) -> str:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN).id


def moved(stage: Stage, order_id: str) -> dict[str, int]:
    return {transfer.kind: transfer.amount.minor for transfer in stage.usual.records.transfers(order_id)}


def wallet(stage: Stage) -> tuple[int, int]:
    found = stage.usual.records.wallet(CUSTOMER_ID)
    assert found is not None
    return found.available.minor, found.held.minor


def test_the_most_is_held_and_what_it_came_to_is_captured_with_the_credit_used_once(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, CREDIT)
    checkout = propose(stage)
    totals = checkout.totals
    assert (totals.goods, totals.discount, totals.total, totals.maximum) == (Money(3_250), Money(1_200), Money(2_050), Money(2_900))
    stage.happen(Event(final={"starling_rides": "41.00"}))
    order_id = pay(stage, checkout)
    assert moved(stage, order_id) == {"hold": 2_900, "capture": 2_900, "coupon": 1_200}
    assert wallet(stage) == (27_100, 0)
    again = propose(stage)
    assert again.totals.discount.is_zero


def test_a_fare_below_the_credit_takes_nothing_and_the_platform_pays_only_the_fare(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, CREDIT)
    stage.happen(Event(final={"starling_rides": "9.00"}))
    order_id = pay(stage, propose(stage))
    assert moved(stage, order_id) == {"hold": 2_900, "release": 2_900, "coupon": 900}
    assert wallet(stage) == (30_000, 0)
    order = stage.usual.records.order(order_id)
    assert order is not None
    assert order.total.is_zero


def test_until_the_fare_is_known_the_hold_stands_and_the_worker_ends_it_once(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, CREDIT)
    checkout = propose(stage)
    order_id = pay(stage, checkout)
    order = stage.usual.records.order(order_id)
    assert order is not None
    assert (order.state, order.settled_at) == ("accepted", None)
    assert wallet(stage) == (27_100, 2_900)
    view = stage.usual.queries.card(CUSTOMER_ID, checkout.id, "en")
    assert (view.state, view.total) == ("booked", "¥29.00")
    payments = stage.usual.payments.payments
    assert payments.settle_stranded() == 0
    stage.clock.advance(timedelta(minutes=16))
    assert payments.settle_stranded() == 1
    assert payments.settle_stranded() == 0
    ended = stage.usual.records.order(order_id)
    assert ended is not None
    assert ended.settled_at is not None
    assert wallet(stage)[1] == 0
    assert stage.usual.queries.card(CUSTOMER_ID, checkout.id, "en").total == str(ended.total)


def test_a_ride_that_the_shop_gives_up_after_taking_it_is_given_back(stage: Stage) -> None:
    stage.usual.campaigns.claim(CUSTOMER_ID, CREDIT)
    order_id = pay(stage, propose(stage))
    authorisation = stage.usual.records.authorisation(order_id)
    assert authorisation is not None
    payments = stage.usual.payments.payments
    checkout = stage.usual.records.checkout(authorisation.checkout_id)
    assert checkout is not None
    payments._settle(checkout, authorisation, Placement("rejected", "no_car"))
    assert wallet(stage) == (30_000, 0)
    assert stage.usual.records.coupon_uses(CUSTOMER_ID) == []


def test_a_second_final_price_moves_nothing_and_is_not_taken_for_the_first(stage: Stage) -> None:
    stage.happen(Event(final={"starling_rides": "30.00"}))
    order_id = pay(stage, propose(stage))
    taken = moved(stage, order_id)
    authorisation = stage.usual.records.authorisation(order_id)
    assert authorisation is not None
    checkout = stage.usual.records.checkout(authorisation.checkout_id)
    assert checkout is not None
    settler = stage.usual.payments.payments.settler
    settler.capture(checkout, authorisation, Money(3_000))
    with pytest.raises(KeyReused):
        settler.capture(checkout, authorisation, Money(2_000))
    assert moved(stage, order_id) == taken


def test_a_wallet_must_cover_the_maximum_not_the_estimate(set_stage) -> None:  # type: ignore[no-untyped-def]
    stage = set_stage(wallet="25.00")
    with pytest.raises(InsufficientFunds):
        pay(stage, propose(stage))
    assert wallet(stage) == (2_500, 0)


def test_an_approval_of_another_maximum_moves_nothing(stage: Stage) -> None:
    checkout = propose(stage)
    payments = stage.usual.payments.payments
    right = payments._approval(checkout, "pin")
    evidence = payments.step_up.check_pin(CUSTOMER_ID, PIN)
    for maximum in (checkout.totals.total, checkout.totals.maximum.plus(Money(1))):
        with pytest.raises(CheckoutChanged):
            payments.authoriser.authorise(checkout, replace(right, maximum=maximum), evidence)
    assert wallet(stage) == (30_000, 0)
    assert isinstance(right, Approval)


def test_a_sealed_estimate_with_another_maximum_has_another_digest(stage: Stage) -> None:
    checkout = propose(stage)
    dearer = replace(checkout, totals=replace(checkout.totals, maximum=checkout.totals.maximum.plus(Money(100))))
    assert dearer.sealed().digest != checkout.digest
    line = replace(checkout.lines[0], unit_maximum=checkout.lines[0].maximum.plus(Money(100)))
    assert replace(checkout, lines=(line,)).sealed().digest != checkout.digest
    terms = CancellationTerms(checkout.created_at, Money(500))
    with_terms = replace(checkout, fulfilment=replace(checkout.fulfilment, terms=terms)).sealed()
    assert with_terms.digest != checkout.digest
    dearer_terms = replace(checkout, fulfilment=replace(checkout.fulfilment, terms=replace(terms, fee=Money(600))))
    assert dearer_terms.sealed().digest != with_terms.digest
    elsewhere = replace(checkout, fulfilment=replace(checkout.fulfilment, trip=None))
    assert elsewhere.sealed().digest != checkout.digest

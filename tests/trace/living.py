"""A book in which everything has happened once: some row in every table that is evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.money import Money
from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.geo import Point
from app.domain.guardianship import GuardianAsked
from app.domain.names import Names
from app.domain.passkey import Assertion, Device
from app.domain.ride import Stop, Trip
from app.replay.stage import CUSTOMER_ID, GUARDIAN_ID, GUARDIAN_PIN, PASSWORD, Stage
from app.service.accounts import NewCustomer
from app.service.checkout import Asked
from app.service.ports import Placement
from tests.service.authenticator import ORIGIN, Authenticator
from tests.service.standing import agreed
from tests.service.test_disputes import dispute, misread
from tests.service.test_risk import topped_up, topup
from tests.trace.tampering import PIN, lived

PERSON = {
    "wallet": "3000.00",
    "phones": {"self": "13812345678"},
    "addresses": {"home": "88 Nanjing West Road, Jing'an"},
}
THREE = Draft("nimbus_coffee", (DraftLine("line_1", "latte", 3),), "pickup")
HERE, THERE, BETWEEN = (Stop(Names((name,)), Point(0, metres)) for name, metres in (("A", 0), ("B", 8_000), ("C", 4_000)))
RIDE = Draft("starling_rides", (DraftLine("line_1", "economy", 1),), trip=Trip((HERE, THERE)))


def live(stage: Stage) -> None:
    usual = stage.usual
    lived(stage)
    topped_up(stage)
    asking = topup(stage, "topup_500")
    assert usual.risks.release(usual.customer(CUSTOMER_ID), asking)
    _pay(stage, asking)
    assert dispute(stage, misread(stage)).refund_id is not None
    usual.campaigns.claim(CUSTOMER_ID, "nimbus_coffee.nimbus_free_order")
    _pay(stage, _card(stage, THREE))
    _by_passkey(stage, _card(stage, replace(THREE, lines=(DraftLine("line_1", "latte", 2),))))
    _ride(stage)
    _run(stage)
    _as_a_child(stage)
    stage.clock.advance(timedelta(days=2))
    assert usual.settlements.close_due() > 0
    usual.checkpoints.make()


def _card(stage: Stage, draft: Draft) -> CheckoutSession:
    stage.clock.advance(timedelta(minutes=20))
    return stage.usual.checkouts.propose(stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))


def _pay(stage: Stage, checkout: CheckoutSession, evidence: str | Assertion = PIN) -> str:
    return stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, evidence).id


def _by_passkey(stage: Stage, checkout: CheckoutSession) -> None:
    keys, device, key = stage.usual.passkeys, Device(stage.usual.sign_ins.begin(CUSTOMER_ID), ORIGIN), Authenticator()
    begun = keys.begin_enrolment(CUSTOMER_ID, device, "phone", PIN)
    keys.finish_enrolment(CUSTOMER_ID, Assertion(begun.challenge_id, key.make(begun.options), device), "my phone")
    asked = keys.begin_payment(CUSTOMER_ID, checkout.id, checkout.version, device)
    _pay(stage, checkout, Assertion(asked.challenge_id, key.sign(asked.options), device))


def _ride(stage: Stage) -> None:
    order_id = _pay(stage, _card(stage, RIDE))
    order = stage.usual.records.order(order_id)
    assert order is not None
    trips = stage.usual.assistant.trips
    trips._keep(order, Trip((HERE, BETWEEN, THERE)), order.total)
    stage.clock.advance(timedelta(minutes=40))
    stage.usual.payments.payments.settle(order, Placement("accepted", final=order.total))
    stage.usual.tracking.follow()


def _run(stage: Stage) -> None:
    order = agreed(stage)
    due = stage.usual.standing_orders.owned(CUSTOMER_ID, order.id).next_due
    assert due is not None
    stage.clock.set(due)
    while stage.usual.runs.look():
        pass


def _as_a_child(stage: Stage) -> None:
    usual, guardians = stage.usual, stage.usual.guardians.guardians
    usual.accounts.open(NewCustomer(GUARDIAN_ID, "guardian", PASSWORD, "Mum", "en"))
    usual.wallets.wallets.bind(GUARDIAN_ID, consent=True, pin=GUARDIAN_PIN)
    guardians.begin(CUSTOMER_ID, GUARDIAN_ID, Money(1_000), frozenset({"retail"}))
    checkout = _card(stage, THREE)
    with pytest.raises(GuardianAsked):
        _pay(stage, checkout)
    guardians.approve(GUARDIAN_ID, guardians.waiting(GUARDIAN_ID)[-1].id, GUARDIAN_PIN)
    _pay(stage, checkout)

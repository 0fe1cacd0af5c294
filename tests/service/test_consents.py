"""Agreeing to terms with a passkey: what it signed allows exactly those terms, once; anything else allows nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.base.errors import UsualError
from app.base.money import Money
from app.domain.agent import Agent
from app.domain.consent import Consent, consent_to_standing_order
from app.domain.customer import NotFound
from app.domain.mandate import Constraints, Mandate, MandateInactive, MandateWidened
from app.domain.names import Names
from app.domain.passkey import Assertion, Device, PasskeyMissing, PasskeyRefused, PasskeyTooLate, Subject, agreeing
from app.domain.recurrence import Schedule
from app.domain.standing import StandingOrder
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.mandates import MandateChanged
from tests.service.authenticator import ORIGIN, Authenticator, tampered
from tests.service.standing import AMERICANO, LATTE, WEEKDAYS, agreed, mandate_state, proposed, stored
from tests.service.test_passkeys import OTHER, PIN, enrol, key, kinds, neighbour, phone, propose

__all__ = ["key", "phone"]
CAPPED = Constraints(Money(5_000), "Asia/Shanghai", per_day=Money(20_000), merchants=frozenset({"nimbus_coffee"}))


def sign(stage: Stage, order: StandingOrder, device: Device, key: Authenticator) -> Assertion:
    begun = stage.usual.standing.begin_consent(order.customer_id, order.id, order.version, device)
    return Assertion(begun.challenge_id, key.sign(begun.options), device)


def sign_terms(stage: Stage, consent: Consent, device: Device, key: Authenticator) -> Assertion:
    begun = stage.usual.passkeys.begin_consent(consent, device)
    return Assertion(begun.challenge_id, key.sign(begun.options), device)


def refused(stage: Stage, order: StandingOrder, signed: Assertion, error: type[UsualError] = PasskeyRefused) -> None:
    with pytest.raises(error):
        stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, order.version, signed)
    assert (stored(stage, order).state, mandate_state(stage, order)) == ("proposed", "proposed")


def facts(stage: Stage, kind: str) -> dict[str, str | int]:
    return dict([link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == kind][-1].facts)


def agent_of(stage: Stage, constraints: Constraints = CAPPED) -> tuple[Agent, Mandate]:
    agent, _ = stage.usual.mandates.add_agent(CUSTOMER_ID, "Errands")
    return agent, stage.usual.mandates.propose(CUSTOMER_ID, agent.id, constraints)


def mandate_of(stage: Stage, mandate_id: str) -> Mandate:
    found = stage.usual.mandates.records.mandate(mandate_id)
    assert found is not None
    return found


def test_a_passkey_agrees_to_a_standing_order_and_the_trace_says_to_what(stage: Stage, phone: Device, key: Authenticator) -> None:
    order = proposed(stage)
    mandate = mandate_of(stage, order.mandate_id)
    signed = sign(stage, order, phone, key)
    assert stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, signed).state == "active"
    granted = mandate_of(stage, order.mandate_id)
    assert (granted.state, granted.granted_by, granted.granted_at) == ("active", "passkey", stage.clock.now())
    accepted = ["passkey_tried", "passkey_accepted", "passkey_used", "mandate_granted", "standing_order_agreed"]
    assert kinds(stage)[-5:] == accepted
    consent = consent_to_standing_order(order, mandate)
    assert facts(stage, "standing_order_agreed") == {
        "standing_order": order.id,
        "version": 1,
        "consent": consent.digest,
        "by": "passkey",
    }
    assert facts(stage, "mandate_granted")["by"] == "passkey"
    assert facts(stage, "passkey_used")["challenge"] == signed.challenge_id
    challenge = stage.usual.passkeys.passkeys.challenge(signed.challenge_id)
    assert challenge is None or challenge.used_at == stage.clock.now()


def test_agreeing_again_with_the_same_changes_nothing(stage: Stage, phone: Device, key: Authenticator) -> None:
    order = proposed(stage)
    signed = sign(stage, order, phone, key)
    first = stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, signed)
    links = kinds(stage)
    assert stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, signed) == first
    assert kinds(stage) == links


def test_what_was_signed_for_one_standing_order_agrees_to_no_other(stage: Stage, phone: Device, key: Authenticator) -> None:
    first, second = proposed(stage), proposed(stage)
    signed = sign(stage, first, phone, key)
    refused(stage, second, signed)
    stage.usual.standing_orders.agree(CUSTOMER_ID, first.id, 1, signed)
    refused(stage, second, signed)


def test_terms_that_changed_since_they_were_signed_are_not_agreed_to(stage: Stage, phone: Device, key: Authenticator) -> None:
    order = proposed(stage)
    signed = sign(stage, order, phone, key)
    changed = stage.usual.standing_orders.amend(CUSTOMER_ID, replace(order, cap=Money(9_000)))
    refused(stage, changed, signed)
    refused(stage, order, signed, MandateChanged)


@pytest.mark.parametrize(
    "other",
    [
        {"cap": Money(2_001)},
        {"cap": Money(2_000, "USD")},
        {"drafts": (AMERICANO,)},
        {"drafts": (LATTE, AMERICANO)},
        {"drafts": (replace(LATTE, destination_ref="vlt_2"),)},
        {"schedule": replace(WEEKDAYS, until=date(2027, 1, 1))},
        {"schedule": Schedule(rrule="FREQ=DAILY", times=WEEKDAYS.times, start=WEEKDAYS.start)},
        {"zone": "Europe/Berlin"},
        {"mode": "ask_first"},
        {"missed": "late"},
        {"left": 3},
        {"title": Names(("Tea",), ("茶",))},
        {"replaces": "sto_2"},
        {"id": "sto_2"},
        {"version": 2},
        {"customer_id": OTHER},
    ],
    ids=str,
)
def test_every_term_is_in_the_bytes_that_are_signed(stage: Stage, phone: Device, other: dict[str, object]) -> None:
    order = proposed(stage)
    mandate = mandate_of(stage, order.mandate_id)
    changed = replace(order, **other)  # type: ignore[arg-type]
    asked, moved = (agreeing(consent_to_standing_order(one, mandate), phone) for one in (order, changed))
    assert asked.digest != moved.digest
    mandated = agreeing(consent_to_standing_order(order, replace(mandate, agent_id="agt_2")), phone)
    assert mandated.digest != asked.digest


def test_a_consent_names_its_terms_payees_cap_customer_and_browser(stage: Stage, phone: Device) -> None:
    order = proposed(stage)
    consent = stage.usual.standing_orders.consent_to(CUSTOMER_ID, order.id, 1)
    named = Subject("agree", CUSTOMER_ID, phone.sign_in_id, f"{order.id}.1", "nimbus_coffee", consent.digest, 2_000, "CNY")
    assert agreeing(consent, phone) == named


def test_what_another_device_signed_or_carries_agrees_to_nothing(stage: Stage, phone: Device, key: Authenticator) -> None:
    order, laptop = proposed(stage), Device(stage.usual.sign_ins.begin(CUSTOMER_ID), ORIGIN)
    signed = sign(stage, order, phone, key)
    refused(stage, order, replace(signed, device=laptop))
    for odd in ({"origin": "https://usual.example.evil.example"}, {"rp_id": "evil.example"}, {"verifies": False}):
        refused(stage, order, sign(stage, order, phone, replace(key, **odd)))  # type: ignore[arg-type]
    refused(stage, order, replace(signed, credential=tampered(signed.credential, "signature")))


def test_another_customers_passkey_agrees_to_nothing_of_mine(stage: Stage, phone: Device, key: Authenticator) -> None:
    neighbour(stage)
    theirs, own_key = Device(stage.usual.sign_ins.begin(OTHER), ORIGIN), Authenticator(credential_id=b"of-the-neighbour")
    enrol(stage, theirs, own_key, customer_id=OTHER)
    order = proposed(stage)
    consent = stage.usual.standing_orders.consent_to(CUSTOMER_ID, order.id, 1)
    with pytest.raises(NotFound):
        stage.usual.standing.begin_consent(OTHER, order.id, 1, theirs)
    moved = sign_terms(stage, replace(consent, customer_id=OTHER), theirs, own_key)
    refused(stage, order, moved)
    refused(stage, order, replace(moved, device=phone))
    with pytest.raises(NotFound):
        stage.usual.standing_orders.agree(OTHER, order.id, 1, sign(stage, order, phone, key))
    assert mandate_state(stage, order) == "proposed"


def test_what_was_signed_for_a_card_agrees_to_nothing_and_the_other_way_round(
    stage: Stage, phone: Device, key: Authenticator
) -> None:
    order, checkout = proposed(stage), propose(stage)
    begun = stage.usual.passkeys.begin_payment(CUSTOMER_ID, checkout.id, 1, phone)
    refused(stage, order, Assertion(begun.challenge_id, key.sign(begun.options), phone))
    with pytest.raises(PasskeyRefused):
        stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, 1, sign(stage, order, phone, key))
    assert stage.usual.records.authorisations() == []


def test_what_was_signed_too_late_or_by_a_removed_passkey_agrees_to_nothing(
    stage: Stage, phone: Device, key: Authenticator
) -> None:
    order = proposed(stage)
    late = sign(stage, order, phone, key)
    stage.clock.advance(timedelta(seconds=180))
    refused(stage, order, late, PasskeyTooLate)
    signed = sign(stage, order, phone, key)
    [passkey] = stage.usual.passkeys.of(CUSTOMER_ID)
    stage.usual.passkeys.remove(CUSTOMER_ID, passkey.id, PIN)
    refused(stage, order, signed)
    with pytest.raises(PasskeyMissing):
        sign(stage, order, phone, key)
    stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
    assert mandate_of(stage, order.mandate_id).granted_by == "pin"


def test_wider_terms_of_a_running_order_are_agreed_to_with_a_passkey(stage: Stage, phone: Device, key: Authenticator) -> None:
    running = agreed(stage)
    widened, unit, needs_consent = stage.usual.standing_orders.amending(running, replace(running, cap=Money(4_000)))
    stage.usual.writer.commit(unit)
    assert needs_consent
    stage.usual.standing_orders.agree(CUSTOMER_ID, widened.id, 1, sign(stage, widened, phone, key))
    assert (stored(stage, running).state, stored(stage, widened).state) == ("canceled", "active")
    assert (mandate_state(stage, running), mandate_of(stage, widened.mandate_id).granted_by) == ("revoked", "passkey")


def test_a_passkey_grants_a_mandate_and_widens_it_by_exactly_the_terms_it_signed(
    stage: Stage, phone: Device, key: Authenticator
) -> None:
    mandates = stage.usual.mandates
    _, mandate = agent_of(stage)
    signed = sign_terms(stage, mandates.consent_to(CUSTOMER_ID, mandate.id, 1), phone, key)
    granted = mandates.grant(CUSTOMER_ID, mandate.id, 1, signed)
    assert (granted.state, granted.granted_by) == ("active", "passkey")
    wider, widest = replace(CAPPED, per_order=Money(6_000)), replace(CAPPED, per_order=Money(60_000))
    with pytest.raises(MandateWidened):
        mandates.amend(CUSTOMER_ID, mandate.id, wider)
    for_wider = sign_terms(stage, mandates.consent_to_amended(CUSTOMER_ID, mandate.id, wider), phone, key)
    for moved in (signed, for_wider):
        with pytest.raises(PasskeyRefused):
            mandates.amend(CUSTOMER_ID, mandate.id, widest, moved)
    assert mandate_of(stage, mandate.id).constraints == CAPPED
    mandates.amend(CUSTOMER_ID, mandate.id, wider, for_wider)
    now = mandate_of(stage, mandate.id)
    assert (now.version, now.constraints, now.granted_by) == (2, wider, "passkey")
    assert facts(stage, "mandate_widened")["by"] == "passkey"


@pytest.mark.parametrize(
    "other",
    [
        {"per_order": Money(5_001)},
        {"per_day": None},
        {"merchants": frozenset({"nimbus_coffee", "harvest_grocery"})},
        {"merchants": frozenset()},
        {"products": frozenset({"nimbus_coffee.latte"})},
        {"zone": "Europe/Berlin"},
    ],
    ids=str,
)
def test_what_was_signed_for_one_mandate_grants_no_other(
    stage: Stage, phone: Device, key: Authenticator, other: dict[str, object]
) -> None:
    mandates = stage.usual.mandates
    _, mandate = agent_of(stage)
    _, second = agent_of(stage, replace(CAPPED, **other))  # type: ignore[arg-type]
    signed = sign_terms(stage, mandates.consent_to(CUSTOMER_ID, mandate.id, 1), phone, key)
    with pytest.raises(PasskeyRefused):
        mandates.grant(CUSTOMER_ID, second.id, 1, signed)
    with pytest.raises(PasskeyRefused):
        mandates.grant(CUSTOMER_ID, mandate.id, 1, replace(signed, device=Device("sgn_other", ORIGIN)))
    assert {one.state for one in mandates.records.mandates(CUSTOMER_ID)} == {"proposed"}
    mandates.revoke(CUSTOMER_ID, mandate.id)
    with pytest.raises(MandateInactive):
        mandates.consent_to(CUSTOMER_ID, mandate.id, 1)
    with pytest.raises(MandateInactive):
        mandates.grant(CUSTOMER_ID, mandate.id, 1, signed)

"""Enrolling and removing a passkey: with the PIN, by one customer on one device, once."""

from dataclasses import replace

import pytest

from app.domain.customer import NotFound
from app.domain.passkey import (
    Assertion,
    Device,
    PasskeyKnown,
    PasskeyNameUnfit,
    PasskeyRefused,
    PasskeysTooMany,
    PasskeyUnfit,
)
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.step_up import PinWrong
from tests.service.authenticator import ORIGIN, Authenticator
from tests.service.test_passkeys import OTHER, PIN, WRONG, enrol, key, kinds, neighbour, pay, phone, propose, sign

__all__ = ["key", "phone"]


def test_who_lost_a_device_pays_with_the_pin_removes_it_and_enrols_another(stage: Stage, phone: Device, key: Authenticator) -> None:
    first, second = propose(stage), propose(stage)
    pay(stage, first, PIN)
    [lost] = stage.usual.passkeys.of(CUSTOMER_ID)
    stage.usual.passkeys.remove(CUSTOMER_ID, lost.id, PIN)
    found = Authenticator(credential_id=b"another device")
    enrol(stage, phone, found, "new  phone ")
    assert [passkey.name for passkey in stage.usual.passkeys.of(CUSTOMER_ID)] == ["new phone"]
    pay(stage, second, sign(stage, second, phone, found))


def test_enrolling_and_removing_take_the_pin(stage: Stage, phone: Device, key: Authenticator) -> None:
    [passkey] = stage.usual.passkeys.of(CUSTOMER_ID)
    with pytest.raises(PinWrong):
        stage.usual.passkeys.begin_enrolment(CUSTOMER_ID, phone, "phone", WRONG)
    with pytest.raises(PinWrong):
        stage.usual.passkeys.remove(CUSTOMER_ID, passkey.id, WRONG)
    neighbour(stage)
    with pytest.raises(NotFound):
        stage.usual.passkeys.remove(OTHER, passkey.id, PIN)
    assert stage.usual.passkeys.of(CUSTOMER_ID) == [passkey]
    assert kinds(stage).count("pin_accepted") == kinds(stage).count("passkey_enrolled") + 1


def test_a_challenge_to_pay_enrols_nothing(stage: Stage, phone: Device, key: Authenticator) -> None:
    """It was given without a PIN."""
    begun = stage.usual.passkeys.begin_payment(CUSTOMER_ID, propose(stage).id, 1, phone)
    asked = {"rp": {"id": begun.options["rpId"]}, "challenge": begun.options["challenge"]}
    planted = Authenticator(credential_id=b"planted")
    with pytest.raises(PasskeyUnfit):
        stage.usual.passkeys.finish_enrolment(CUSTOMER_ID, Assertion(begun.challenge_id, planted.make(asked), phone), "x")
    assert len(stage.usual.passkeys.of(CUSTOMER_ID)) == 1


def test_enrolment_is_for_one_customer_one_device_one_time_and_a_verified_person(stage: Stage, phone: Device) -> None:
    neighbour(stage)
    passkeys, laptop = stage.usual.passkeys, Device(stage.usual.sign_ins.begin(CUSTOMER_ID), ORIGIN)
    begun = passkeys.begin_enrolment(CUSTOMER_ID, phone, "phone", PIN)
    answer = Assertion(begun.challenge_id, Authenticator().make(begun.options), phone)
    for who, moved in ((OTHER, answer), (CUSTOMER_ID, replace(answer, device=laptop))):
        with pytest.raises(PasskeyUnfit):
            passkeys.finish_enrolment(who, moved, "x")
    for odd in (Authenticator(verifies=False), Authenticator(origin="https://evil.example"), Authenticator(rp_id="evil.example")):
        with pytest.raises(PasskeyUnfit):
            passkeys.finish_enrolment(CUSTOMER_ID, replace(answer, credential=odd.make(begun.options)), "x")
    with pytest.raises(PasskeyUnfit):
        passkeys.finish_enrolment(CUSTOMER_ID, replace(answer, credential="{}"), "x")
    for name in ("", " ", "x" * 41, "a\u0000b"):
        with pytest.raises(PasskeyNameUnfit):
            passkeys.begin_enrolment(CUSTOMER_ID, phone, name, PIN)
        with pytest.raises(PasskeyNameUnfit):
            passkeys.finish_enrolment(CUSTOMER_ID, answer, name)
    assert passkeys.of(CUSTOMER_ID) == passkeys.of(OTHER) == []
    passkeys.finish_enrolment(CUSTOMER_ID, answer, "x")
    with pytest.raises(PasskeyRefused):
        passkeys.finish_enrolment(CUSTOMER_ID, answer, "x")
    with pytest.raises(PasskeyKnown):
        enrol(stage, phone, Authenticator())
    assert len(passkeys.of(CUSTOMER_ID)) == 1


def test_there_are_at_most_ten(stage: Stage, phone: Device) -> None:
    for number in range(10):
        enrol(stage, phone, Authenticator(credential_id=bytes([number])))
    with pytest.raises(PasskeysTooMany):
        enrol(stage, phone, Authenticator(credential_id=b"one more"))

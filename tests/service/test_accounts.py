"""Signing in and out: a name and a password, a bounded number of tries, no telling what was wrong, and an end for good."""

from datetime import timedelta

from app.replay.stage import CUSTOMER_ID, PASSWORD, USERNAME, Stage


def test_the_right_password_signs_in_whatever_the_names_case(stage: Stage) -> None:
    assert stage.usual.sign_in(USERNAME.upper(), PASSWORD) == CUSTOMER_ID
    assert stage.usual.sign_in(USERNAME, PASSWORD + "x") is None
    assert stage.usual.sign_in("nobody", PASSWORD) is None
    assert stage.usual.sign_in(USERNAME, "") is None


def test_after_ten_wrong_passwords_the_right_one_waits_a_minute(stage: Stage) -> None:
    for _ in range(10):
        assert stage.usual.sign_in(USERNAME, "guess") is None
    assert stage.usual.sign_in(USERNAME, PASSWORD) is None
    stage.clock.advance(timedelta(seconds=61))
    assert stage.usual.sign_in(USERNAME, PASSWORD) == CUSTOMER_ID
    credential = stage.usual.records.credential(CUSTOMER_ID)
    assert credential is not None
    assert (credential.sign_in_failures, credential.pin_failures) == (0, 0)


def test_a_sign_in_is_open_for_its_own_customer_until_it_is_ended(stage: Stage) -> None:
    sign_ins = stage.usual.sign_ins
    here, there = sign_ins.begin(CUSTOMER_ID), sign_ins.begin(CUSTOMER_ID)
    assert sign_ins.is_open(CUSTOMER_ID, here)
    assert not sign_ins.is_open("cus_other", here)
    sign_ins.end("cus_other", here)
    assert sign_ins.is_open(CUSTOMER_ID, here)
    sign_ins.end(CUSTOMER_ID, here)
    sign_ins.end(CUSTOMER_ID, here)
    assert not sign_ins.is_open(CUSTOMER_ID, here)
    assert sign_ins.is_open(CUSTOMER_ID, there)
    assert not sign_ins.is_open(CUSTOMER_ID, "")

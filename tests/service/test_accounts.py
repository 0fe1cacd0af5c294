"""Signing in: a name and a password, a bounded number of tries, and no telling what was wrong."""

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

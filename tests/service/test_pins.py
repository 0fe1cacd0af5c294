"""A wrong PIN takes nothing, is counted, and is tried five times at most, however many try at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.base.errors import UsualError
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.step_up import PinLocked, PinWrong
from tests.service.test_payments import PIN, WRONG, failures, pay, propose, wallet


def test_a_wrong_pin_takes_nothing_and_is_counted(stage: Stage) -> None:
    checkout = propose(stage)
    with pytest.raises(PinWrong) as wrong:
        pay(stage, checkout, WRONG)
    assert wrong.value.params["count"] == 4
    assert failures(stage) == 1
    assert wallet(stage) == (30_000, 0)
    pay(stage, checkout)
    assert failures(stage) == 0


def test_after_five_wrong_pins_the_right_one_is_locked_out_for_a_while(stage: Stage) -> None:
    checkout = propose(stage)
    for _ in range(4):
        with pytest.raises(PinWrong):
            pay(stage, checkout, WRONG)
    with pytest.raises(PinLocked):
        pay(stage, checkout, WRONG)
    with pytest.raises(PinLocked):
        pay(stage, checkout, PIN)
    stage.clock.advance(timedelta(minutes=16))
    pay(stage, propose(stage), PIN)
    assert wallet(stage) == (28_200, 0)


def test_parallel_guesses_get_no_more_tries_than_one_after_the_other(stage: Stage) -> None:
    checked: list[str] = []
    secrets = stage.usual.payments.payments.step_up.secrets

    class Counting:
        def hash(self, secret: str) -> str:
            return secrets.hash(secret)

        def matches(self, hashed: str | None, secret: str) -> bool:
            checked.append(secret)
            return secrets.matches(hashed, secret)

    step_up = replace(stage.usual.payments.payments.step_up, secrets=Counting())

    def guess(number: int) -> None:
        with pytest.raises(UsualError):
            step_up.check_pin(CUSTOMER_ID, f"{number:06}")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(guess, range(20)))
    assert len(checked) == 5

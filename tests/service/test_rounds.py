"""A thread of rounds looks at once, goes on after a fault, and has stopped when `stop` returns."""

import logging
import threading
import time
from datetime import timedelta

import pytest

from app.service.rounds import Rounds


class Counted(Rounds):
    def __init__(self) -> None:
        super().__init__("count", timedelta(milliseconds=1))
        self.looks = 0
        self.third = threading.Event()

    def look(self) -> None:
        self.looks += 1
        if self.looks == 1:
            raise RuntimeError("the first look goes wrong")
        if self.looks == 3:
            self.third.set()


def test_a_look_that_fails_is_logged_and_the_next_one_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    rounds = Counted()
    with caplog.at_level(logging.ERROR, "usual.rounds"):
        rounds.start()
        assert rounds.third.wait(10)
        rounds.stop()
    assert [record.message for record in caplog.records] == ["a round of the count failed"]


def test_once_stopped_nothing_looks_any_more_and_it_can_start_again() -> None:
    rounds = Counted()
    rounds.stop()
    rounds.start()
    assert rounds.third.wait(10)
    rounds.stop()
    looks = rounds.looks
    time.sleep(0.05)
    assert "usual-count" not in {thread.name for thread in threading.enumerate()}
    assert rounds.looks == looks
    rounds.third.clear()
    rounds.looks = 1
    rounds.start()
    assert rounds.third.wait(10)
    rounds.stop()

"""What tests share: a stage with a customer, a set clock and counted ids."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import SetClock
from app.replay import stage as stages_of_replays
from app.replay.script import Script
from app.replay.stage import Stage, staged
from app.storage.database import Database
from tests import invariants
from tests.postgres import new_database

MORNING = "2026-05-18T09:00+08:00"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where stages keep what happens")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") == "postgresql":
        stages_of_replays.new_database = lambda _: new_database()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the run's kind that holds nothing, not even tables."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path}/usual.db"
        return
    with new_database(with_schema=False) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.create_schema()
    yield database
    database.close()


@pytest.fixture
def set_stage() -> Iterator[Callable[..., Stage]]:
    """Sets a stage for a customer; what must always be true of each is checked when the test is over."""
    with ExitStack() as stack:
        stages: list[Stage] = []

        def open_stage(**customer: object) -> Stage:
            turn = {"say": "-"}
            script = Script.model_validate({"title": "test", "clock": MORNING, "customer": customer, "turns": [turn]})
            stage = stack.enter_context(staged(script))
            stages.append(stage)
            return stage

        yield open_stage
        for stage in stages:
            invariants.check(stage)


@pytest.fixture
def stage(set_stage: Callable[..., Stage]) -> Stage:
    """A customer with ¥300 in a bound wallet, on a Monday morning in Shanghai."""
    return set_stage()


@pytest.fixture
def moving_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reading is a millisecond later than the one before, as on a clock that nobody stops."""
    read = SetClock.now

    def later(clock: SetClock) -> datetime:
        clock.advance(timedelta(milliseconds=1))
        return read(clock)

    monkeypatch.setattr(SetClock, "now", later)

"""What the recorded conversations pass through; a new skill without one is seen here."""

from pathlib import Path

import pytest

from app.replay.coverage import Coverage
from app.replay.run import play_file

CONVERSATIONS = sorted((Path(__file__).resolve().parents[1] / "conversations").glob("*.yaml"))


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return Coverage().add(map(play_file, CONVERSATIONS))


def test_every_skill_is_asked_for_in_both_languages(coverage: Coverage) -> None:
    assert coverage.missing()["skill"] == []


def test_every_command_and_every_kind_of_turn_is_there(coverage: Coverage) -> None:
    assert coverage.missing()["command"] == []
    assert coverage.missing()["act"] == []


def test_what_is_not_seen_is_named(coverage: Coverage) -> None:
    table = Coverage().table()
    assert "skill: 0 of" in table
    assert "order (en)" in table
    assert "order (en)" not in coverage.table().split("card state")[0]

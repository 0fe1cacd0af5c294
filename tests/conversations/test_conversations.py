"""Every recorded conversation, one test each; and each is the same to the last byte when it is run again."""

from pathlib import Path

import pytest

from app.replay.report import report
from app.replay.run import play_file

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_conversation_holds_and_is_the_same_twice(path: Path) -> None:
    first = play_file(path)
    assert first.holds, report(path, first)
    assert first.transcript() == play_file(path).transcript()

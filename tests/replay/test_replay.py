"""Replay: a difference is told state first, accepting rewrites only what was asserted, broken files are told with their place."""

from pathlib import Path

import pytest

from app.cli import main
from app.replay.accept import accept
from app.replay.report import report
from app.replay.run import play_file
from app.replay.script import ScriptBroken, load_script

CONVERSATION = """\
title: One latte
clock: 2026-05-18T15:00+08:00
turns:
- say: a latte
  says: Nimbus Coffee
  card: {total: 17.00, lines: [1 latte]}
- pay: {}
  ledger: {captures: [17.00]}
end:
  orders: [accepted 18.00]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "latte.yaml"
    path.write_text(CONVERSATION, encoding="utf-8")
    return path


def test_what_differs_is_told_with_its_turn_and_both_values(file: Path) -> None:
    told = report(file, play_file(file))
    assert "turn 1, “a latte”" in told
    assert "card.total\n    must be: 17.00\n    is:      18.00" in told
    assert told.index("card.total") < told.index("ledger.captures")


def test_state_comes_before_wording(file: Path) -> None:
    file.write_text(CONVERSATION.replace("says: Nimbus Coffee", "says: Never Said"), encoding="utf-8")
    told = report(file, play_file(file))
    assert told.index("card.total") < told.index("says")


def test_accepting_rewrites_what_was_asserted_and_then_it_holds(file: Path) -> None:
    accept(file, play_file(file))
    written = file.read_text(encoding="utf-8")
    assert "total: 18.00" in written
    assert "- Nimbus Coffee" in written
    assert "open_pin" not in written
    assert play_file(file).holds


def test_a_turn_without_expectations_is_recorded_whole(file: Path) -> None:
    file.write_text("title: t\nclock: 2026-05-18T15:00+08:00\nturns:\n- say: a latte\n", encoding="utf-8")
    accept(file, play_file(file))
    assert "begin order: 1 latte" in file.read_text(encoding="utf-8")
    assert play_file(file).holds


def test_the_command_fails_when_a_conversation_does_not_hold(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(file)]) == 1
    assert "must be: 17.00" in capsys.readouterr().out
    assert main(["replay", str(file), "--accept"]) == 0
    assert main(["replay", str(file)]) == 0


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("turns: []\n", "title"),
        ("title: t\nclock: 2026-05-18T15:00+08:00\nturns:\n- say: a\n  pay: {}\n", "exactly one"),
        ("title: t\nclock: 2026-05-18T15:00+08:00\nturns:\n- say: a\n  card_total: 1\n", "card_total"),
        ("title: [", "expected"),
    ],
)
def test_a_broken_file_is_told_with_what_is_wrong(tmp_path: Path, broken: str, told: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ScriptBroken) as wrong:
        load_script(path)
    assert told in str(wrong.value)
    assert str(path) in str(wrong.value)


def test_a_clock_without_an_offset_and_an_unknown_product_are_refused(file: Path) -> None:
    file.write_text(CONVERSATION.replace("+08:00", ""), encoding="utf-8")
    with pytest.raises(ScriptBroken, match="UTC offset"):
        play_file(file)
    file.write_text(CONVERSATION.replace("turns:", "before: {price: {nimbus_coffee.nothing: 1.00}}\nturns:"), encoding="utf-8")
    with pytest.raises(ScriptBroken, match=r"nimbus_coffee\.nothing"):
        play_file(file)

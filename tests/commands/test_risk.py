"""`usual risk dry-run`: changed rules on what is stored, and nothing of it changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import bootstrap, cli
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from tests.service.test_risk import PIN

ALL_ASKED = "- {id: all_asked, dimension: amount, decision: ask_person, when: {total_minor: {at_least: 2000}}}\n"


@pytest.fixture
def hosted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The command line over the stage's service, with two payments in it, of ¥18 and of ¥36."""
    for words in ("a latte", "two lattes"):
        stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, words)
        card = stage.usual.records.last_checkout(CUSTOMER_ID)
        assert card is not None
        stage.usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
    monkeypatch.setattr(bootstrap, "get_usual", lambda: stage.usual)
    monkeypatch.setattr(type(stage.usual), "close", lambda self: None)
    yield stage
    monkeypatch.undo()


def test_a_changed_rule_tells_which_payments_it_would_have_asked_about(
    hosted: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(ALL_ASKED, encoding="utf-8")
    before = [(t.id, t.amount) for t in hosted.usual.records.transfers()], hosted.usual.records.trace_head(CUSTOMER_ID)
    assert cli.main(["risk", "dry-run", "--rules", str(rules)]) == 0
    said = capsys.readouterr().out
    assert "2 payments and attempts" in said
    assert "allow 1  step_up 0  ask_person 1  refuse 0" in said
    [changed] = [line for line in said.splitlines() if "→" in line]
    card = hosted.usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    assert changed.split() == [card.ref, "paid", "allow", "→", "ask_person", "all_asked"]
    assert ([(t.id, t.amount) for t in hosted.usual.records.transfers()], hosted.usual.records.trace_head(CUSTOMER_ID)) == before


def test_the_rules_in_force_change_nothing(hosted: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["risk", "dry-run"]) == 0
    said = capsys.readouterr().out
    assert "0 verdicts change" in said
    assert hosted.usual.risks.rules.version in said


def test_only_what_came_since_the_day_counts(hosted: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["risk", "dry-run", "--since", "2026-05-19"]) == 0
    assert "0 payments and attempts" in capsys.readouterr().out


def test_rules_that_can_not_be_used_are_told_and_nothing_is_tried(
    hosted: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(ALL_ASKED.replace("total_minor", "mood"), encoding="utf-8")
    assert cli.main(["risk", "dry-run", "--rules", str(rules)]) == 2
    assert "no such facts: mood" in capsys.readouterr().err

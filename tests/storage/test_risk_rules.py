"""The rules of risk as a file: read whole, or refused with every fault in its place."""

from pathlib import Path

import pytest

from app.domain.risk import RiskRulesBroken
from app.storage import risk_rules

RULE = "- {id: far, dimension: amount, decision: refuse, when: {total_minor: {at_least: 5}}}\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_version_follows_from_what_the_rules_say_and_from_nothing_else(tmp_path: Path) -> None:
    first = risk_rules.load(written(tmp_path, RULE)).version
    assert risk_rules.load(written(tmp_path, f"# a remark\n{RULE}")).version == first
    assert risk_rules.load(written(tmp_path, RULE.replace("5", "6"))).version != first


def test_no_rules_are_rules_too(tmp_path: Path) -> None:
    assert risk_rules.load(written(tmp_path, "[]\n")).rules == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (RULE.replace("total_minor", "mood"), "no such facts: mood"),
        (RULE.replace("refuse", "forbid"), "decision"),
        (RULE.replace("{at_least: 5}", "{}"), "at_least or at_most is needed"),
        (RULE.replace("{total_minor: {at_least: 5}}", "{}"), "rule 1.when"),
        (RULE.replace("amount", "weather"), "dimension"),
        (RULE + RULE, "twice: far"),
        ("far: [", "while parsing"),
        ("", "list"),
    ],
)
def test_rules_that_can_not_be_used_are_refused_with_their_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(RiskRulesBroken) as broken:
        risk_rules.load(written(tmp_path, text))
    assert fault in str(broken.value.params["faults"])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RiskRulesBroken) as broken:
        risk_rules.load(tmp_path / "none.yaml")
    assert "none.yaml" in str(broken.value.params["file"])

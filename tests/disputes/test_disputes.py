"""The labelled cases, and every kind of evidence that decides."""

from dataclasses import replace

import pytest

from app.base.money import Money
from app.domain.dispute import POLICY, Claim, Decision, DisputeVerdict, Evidence, decide
from tests.disputes.judging import cases, judged

SURE = Evidence("rules", 95, named=True, suggested=False)


@pytest.mark.parametrize("part", ["dev", "held", "fresh"])
def test_at_least_ninety_five_of_a_hundred_labelled_cases_are_decided_rightly(part: str) -> None:
    rows = cases(part)
    wrong = [(row["w"], row["line"], row["want"], judged(row).verdict) for row in rows if judged(row).verdict != row["want"]]
    assert len(wrong) * 20 <= len(rows), wrong


def test_there_are_enough_cases_of_each_kind() -> None:
    wanted = [row["want"] for part in ("dev", "held", "fresh") for row in cases(part)]
    assert len(wanted) >= 60
    assert min(wanted.count(verdict) for verdict in set(wanted)) >= 6
    assert len(set(wanted)) == 5


@pytest.mark.parametrize(
    ("claim", "evidence", "verdict"),
    [
        ("unwanted", SURE, "as_approved"),
        ("missing", SURE, "merchant_wrong"),
        ("wrong_item", SURE, "merchant_wrong"),
        ("unwanted", replace(SURE, contradicts=("quantity",)), "parser_wrong"),
        ("unwanted", replace(SURE, contradicts=("product",), by="model"), "model_wrong"),
        ("unwanted", replace(SURE, contradicts=("product",), by="tap"), "as_approved"),
        ("unwanted", replace(SURE, contradicts=("product",), chosen=True), "as_approved"),
        ("unwanted", replace(SURE, contradicts=("product",), erased=True), "as_approved"),
        ("unwanted", replace(SURE, named=False), "words_unclear"),
        ("unwanted", replace(SURE, sureness=74), "words_unclear"),
        ("unwanted", replace(SURE, left_out=True), "words_unclear"),
    ],
)
def test_each_kind_of_evidence_decides(claim: Claim, evidence: Evidence, verdict: DisputeVerdict) -> None:
    decision: Decision = decide(claim, evidence)
    assert decision.verdict == verdict
    assert decision.reasons


def test_the_policy_pays_all_half_or_nothing_and_never_more_than_its_limits() -> None:
    much = Money(1_000_000)
    assert POLICY.amount("parser_wrong", Money(2_000), much) == Money(2_000)
    assert POLICY.amount("words_unclear", Money(2_001), much) == Money(1_000)
    assert POLICY.amount("as_approved", Money(2_000), much) == Money(0)
    assert POLICY.amount("merchant_wrong", Money(2_000), much) == Money(0)
    assert POLICY.amount("model_wrong", Money(90_000), much) == POLICY.per_case
    assert POLICY.amount("model_wrong", Money(2_000), Money(700)) == Money(700)

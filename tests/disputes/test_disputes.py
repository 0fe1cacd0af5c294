"""The labelled cases, and every kind of evidence that decides."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache

import pytest

from app.base.money import Money
from app.domain.dispute import POLICY, Claim, Decision, DisputeVerdict, Evidence, decide
from tests.disputes import speaking
from tests.disputes.judging import cases, judged

SURE = Evidence("rules", 95, named=True, suggested=False)


@pytest.mark.parametrize("part", ["dev", "held", "fresh"])
def test_at_least_ninety_five_of_a_hundred_labelled_cases_are_decided_rightly(part: str) -> None:
    rows = cases(part)
    wrong = [(row["w"], row["line"], row["want"], judged(row).verdict) for row in rows if judged(row).verdict != row["want"]]
    assert len(wrong) * 20 <= len(rows), wrong


@pytest.fixture(scope="module")
def rooms() -> Iterator[Callable[[str | None], speaking.Room]]:
    with ExitStack() as stack:
        yield cache(lambda history: stack.enter_context(speaking.room(history)))


@pytest.mark.parametrize("part", ["dev", "held", "fresh"])
def test_at_least_ninety_five_of_a_hundred_conversations_are_decided_rightly(
    part: str, rooms: Callable[[str | None], speaking.Room]
) -> None:
    rows = speaking.cases(part)
    found = [(row, rooms(row.get("history")).decided(row)) for row in rows]
    wrong = [(row["say"], row["want"], decision) for row, decision in found if decision.verdict != row["want"]]
    assert len(wrong) * 20 <= len(rows), wrong


@pytest.mark.parametrize(
    "case",
    [
        {"say": ["the usual", {"misread": {"product": "mocha"}}], "history": "latte", "want": "words_unclear"},
        {"say": ["a lattte for pickup"], "want": "as_approved"},
        {"say": ["a capuccino for pickup", {"misread": {"product": "mocha"}}], "want": "parser_wrong"},
        {"say": ["三份豆浆两根油条，自取"], "line": "soy_milk", "want": "as_approved"},
        {"say": ["milk tea for pickup", {"choose": 1}], "want": "as_approved"},
        {"say": ["a large latte for pickup", {"tap": {"option": "size.small"}}], "want": "as_approved"},
    ],
)
def test_what_is_not_said_in_so_many_words_is_told_apart(case: speaking.Case, rooms: Callable[[str | None], speaking.Room]) -> None:
    assert rooms(case.get("history")).decided(case).verdict == case["want"]


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
        ("wrong_item", replace(SURE, contradicts=("product",)), "parser_wrong"),
        ("wrong_item", replace(SURE, contradicts=("product",), by="model"), "model_wrong"),
        ("wrong_item", replace(SURE, contradicts=("product",), by="tap"), "merchant_wrong"),
        ("missing", replace(SURE, contradicts=("product",)), "merchant_wrong"),
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

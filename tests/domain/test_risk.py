"""Risk rules: each fires at its bounds and not below, what is stricter wins, and a rule more never makes a verdict milder."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.money import Money
from app.bootstrap import risk_rules
from app.dialogue.wording import wording
from app.domain.risk import DECISIONS, FACTS, Condition, RiskFacts, RiskRelease, RiskRules, Rule, Verdict, asked_by, assess

RULES = risk_rules.load()
NOTHING = RiskFacts(total_minor=0, category_known=50, price_known=50)
IDS = [rule.id for rule in RULES.rules]


def just(rule: Rule) -> RiskFacts:
    """What meets every condition of the rule by a hair, and is otherwise as ordinary as can be."""
    return replace(NOTHING, **{c.fact: c.at_least if c.at_least is not None else c.at_most for c in rule.when})


@pytest.mark.parametrize("rule", RULES.rules, ids=IDS)
def test_a_rule_fires_at_its_bounds_and_not_when_any_one_of_them_is_missed(rule: Rule) -> None:
    facts = just(rule)
    assert rule.id in assess(facts, RULES).reasons
    for condition in rule.when:
        for bound, step in ((condition.at_least, -1), (condition.at_most, 1)):
            if bound is not None:
                missed = replace(facts, **{condition.fact: bound + step})
                assert rule.id not in assess(missed, RULES).reasons, condition


@pytest.mark.parametrize("rule", RULES.rules, ids=IDS)
def test_a_rule_decides_at_least_what_it_says(rule: Rule) -> None:
    assert DECISIONS.index(assess(just(rule), RULES).decision) >= DECISIONS.index(rule.decision)


def test_an_ordinary_payment_is_allowed_for_no_reason() -> None:
    assert assess(NOTHING, RULES) == Verdict("allow", (), (), RULES.version)


def test_what_is_not_known_fires_nothing() -> None:
    rule = Rule("far", "amount", "refuse", (Condition("total_of_upper", at_least=0),))
    assert assess(NOTHING, RiskRules("v", (rule,))).decision == "allow"


def test_all_reasons_are_kept_and_the_strictest_comes_first() -> None:
    mild = Rule("mild", "hours", "step_up", (Condition("odd_hour", at_least=1),))
    strict = Rule("strict", "amount", "refuse", (Condition("total_minor", at_least=1),))
    asking = Rule("asking", "price", "ask_person", (Condition("total_minor", at_least=1),))
    rules = RiskRules("v", (mild, asking, strict))
    verdict = assess(RiskFacts(total_minor=1, odd_hour=1), rules)
    assert (verdict.decision, verdict.reasons, verdict.dimensions[0]) == ("refuse", ("strict", "asking", "mild"), "amount")
    assert asked_by(verdict, rules) == {"asking"}


def test_a_release_is_for_one_digest_and_for_no_other_reasons() -> None:
    release = RiskRelease("r", "cus", "abc", Money(500), frozenset({"far", "late"}), "self")
    assert release.covers("abc", ["far"])
    assert not release.covers("abd", ["far"])
    assert not release.covers("abc", ["far", "again"])


values = st.integers(0, 100_000)
known = {f.name: values if f.default == 0 else st.one_of(st.none(), values) for f in fields(RiskFacts) if f.name != "total_minor"}
conditions = st.builds(
    Condition,
    st.sampled_from(sorted(FACTS)),
    st.one_of(st.none(), st.integers(0, 90_000)),
    st.one_of(st.none(), st.integers(0, 90_000)),
)
some_rules = st.lists(
    st.builds(
        Rule,
        st.text("abc", min_size=1, max_size=3),
        st.sampled_from(["amount", "price", "hours"]),
        st.sampled_from(DECISIONS),
        st.lists(conditions, min_size=1, max_size=3).map(tuple),
    ),
    max_size=6,
)
some_facts = st.builds(RiskFacts, **known, total_minor=st.integers(0, 10**7))


@given(facts=some_facts, rules=some_rules, more=some_rules)
def test_a_rule_more_never_makes_a_verdict_milder(facts: RiskFacts, rules: list[Rule], more: list[Rule]) -> None:
    before = assess(facts, RiskRules("v", tuple(rules)))
    after = assess(facts, RiskRules("v", (*rules, *more)))
    assert DECISIONS.index(after.decision) >= DECISIONS.index(before.decision)
    assert set(before.reasons) <= set(after.reasons)


@given(facts=some_facts)
def test_facts_come_back_from_the_trace_as_they_were(facts: RiskFacts) -> None:
    assert RiskFacts.of_plain(facts.plain()) == facts


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_dimension_and_decision_has_its_sentence(lang: str) -> None:
    said = wording(lang)  # type: ignore[arg-type]
    assert {f"risk.{rule.dimension}" for rule in RULES.rules} <= set(said)
    assert {f"risk.then.{decision}" for decision in DECISIONS[1:]} <= set(said)

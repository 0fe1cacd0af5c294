"""Risk: what a payment looks like beside its customer's own history, and the rules, which are values, that judge it.

A fact is a whole number; one that is not known is None, and a rule that asks about it does not fire. Ratios are in percent: 100 is
the same as usual.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

from app.base.errors import Misuse, Refusal
from app.base.money import Money

Decision = Literal["allow", "step_up", "ask_person", "refuse"]
# Milder first.
DECISIONS: tuple[Decision, ...] = get_args(Decision)
Dimension = Literal[
    "velocity", "amount", "new_payee", "repeated", "unit_slip", "irreversible", "hours", "price", "grant",
]  # fmt: skip
# Who may say that a payment that is asked about is meant.
Releaser = Literal["self", "guardian"]


class RiskStepUp(Refusal):
    """Nobody is there to look at a warning: what an agent wants to pay has to be put to the customer."""

    code = "risk_step_up"


class RiskAsks(Refusal):
    """The payment is unlike the customer's own: somebody has to say that it is meant, by its amount."""

    code = "risk_asks"


class RiskRefused(Refusal):
    """The payment breaks a rule that nobody can release it from. `constraint` is the dimension of the first such rule."""

    code = "risk_refused"


class RiskRulesBroken(Misuse):
    """Rules that can't be used; `faults` say where and why."""

    code = "risk_rules_broken"


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known of one payment at one moment.

    `size` is how much of its kind a line is: its price where it can't be undone, grams by weight, else how many.
    `size_of_own` and `size_of_upper` compare with the middle and with the ninth decile of what the customer bought of that
    category before, `size_of_usual` with what the shop usually sells of it. `pieces` is how many the largest line has,
    `pieces_of_…` compare that with the largest lines of all their orders, whatever they are of. `price_…` compare the price
    of one. `total_of_upper` compares the most that can be taken with the ninth decile of the customer's orders. Counts of
    `paid_…` are of orders before this one.
    """

    total_minor: int
    by_agent: int = 0
    outside_grant: int = 0
    irreversible: int = 0
    orders_known: int = 0
    category_known: int = 0
    paid_10_minutes: int = 0
    paid_1_hour: int = 0
    paid_1_day: int = 0
    irreversible_1_hour: int = 0
    new_payee: int = 0
    new_destination: int = 0
    odd_hour: int = 0
    size_of_own: int | None = None
    size_of_upper: int | None = None
    size_of_usual: int | None = None
    pieces: int | None = None
    pieces_of_own: int | None = None
    pieces_of_upper: int | None = None
    price_minor: int | None = None
    price_of_own: int | None = None
    price_of_usual: int | None = None
    price_of_dearest: int | None = None
    price_known: int = 0
    total_of_upper: int | None = None
    seconds_since_same: int | None = None

    def plain(self) -> dict[str, int]:
        """Without what is not known."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not None}

    @classmethod
    def of_plain(cls, values: Mapping[str, str | int]) -> "RiskFacts":
        known = {name: int(value) for name, value in values.items() if name in FACTS}
        return cls(**{"total_minor": 0} | known)


FACTS = frozenset(f.name for f in fields(RiskFacts))


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact that has to lie within bounds, both of them inside."""

    fact: str
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, facts: RiskFacts) -> bool:
        value: int | None = getattr(facts, self.fact)
        if value is None:
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is the reason code. Every condition has to hold."""

    id: str
    dimension: Dimension
    decision: Decision
    when: tuple[Condition, ...]

    def fires(self, facts: RiskFacts) -> bool:
        return all(condition.holds(facts) for condition in self.when)


@dataclass(frozen=True, slots=True)
class RiskRules:
    """`version` follows from what the rules say."""

    version: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest decision of the rules that fired, and the codes of all of them, the strictest first."""

    decision: Decision
    reasons: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    rules_version: str

    @property
    def stops(self) -> bool:
        return self.decision in ("ask_person", "refuse")


@dataclass(frozen=True, slots=True)
class RiskRelease:
    """Evidence that somebody said a payment that was asked about is meant: for this digest, this amount and these reasons.

    `by` is who may: the customer for their own, or who watches over them.
    """

    id: str
    customer_id: str
    digest: str
    amount: Money
    reasons: frozenset[str]
    by: Releaser

    def covers(self, digest: str, asked: Iterable[str]) -> bool:
        return self.digest == digest and self.reasons >= set(asked)


def assess(facts: RiskFacts, rules: RiskRules) -> Verdict:
    """Judge a payment: what is stricter wins, and a rule more never makes a verdict milder."""
    fired = sorted((rule for rule in rules.rules if rule.fires(facts)), key=lambda rule: -DECISIONS.index(rule.decision))
    decision: Decision = fired[0].decision if fired else "allow"
    return Verdict(decision, tuple(rule.id for rule in fired), tuple(rule.dimension for rule in fired), rules.version)


def asked_by(verdict: Verdict, rules: RiskRules) -> frozenset[str]:
    """The reasons for which a person is asked; a warning beside them is read, not answered."""
    asking = {rule.id for rule in rules.rules if rule.decision == "ask_person"}
    return frozenset(verdict.reasons) & asking

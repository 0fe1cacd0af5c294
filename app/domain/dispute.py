"""Disputes: who was wrong about a line that the customer did not want, decided on what was said, read, shown and approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.base.errors import Refusal
from app.base.money import Money

Claim = Literal["unwanted", "missing", "wrong_item"]
DisputeVerdict = Literal["words_unclear", "parser_wrong", "model_wrong", "merchant_wrong", "as_approved"]
# Below this a reading was a guess.
SURE_FROM = 75


class AlreadyDecided(Refusal):
    """The line was disputed before; the first decision stands."""

    code = "dispute_decided"


class CancelFirst(Refusal):
    """Nothing of it is made yet: it can be canceled for nothing, and then nobody need decide who was wrong."""

    code = "cancel_first"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the trace tells of one line. `contradicts`: what the words say otherwise, as codes: product, quantity, option.

    `named`: the words name the product. `by`: who read the words that the line comes from; a tap is the customer's own hand.
    `left_out`: important words that the reading explained by nothing. `suggested`: the line stood as a suggestion on the card.
    `refs`: the utterances and taps that it came of, oldest first. `asked`: how many of it the words ask for, where they say.
    """

    by: Literal["rules", "model", "tap"]
    sureness: int
    named: bool
    suggested: bool
    contradicts: tuple[str, ...] = ()
    left_out: bool = False
    chosen: bool = False
    erased: bool = False
    refs: tuple[str, ...] = ()
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """So many of a line are said to be missing; so many were approved, and so many the shop lacked and paid back by itself."""

    count: int
    approved: int
    returned: int = 0

    @property
    def unpaid(self) -> int:
        """How many of those that are missing have not come back."""
        return self.count - self.returned


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: DisputeVerdict
    reasons: tuple[str, ...]


def decide(claim: Claim, evidence: Evidence, missing: Missing | None = None) -> Decision:
    """What arrived otherwise than it was ordered is the merchant's; what was ordered otherwise than it was said is the reader's.

    What the customer set by tap or chose from a list is as they approved it. Words that were erased prove nothing against the card.
    A wrong item is the merchant's only where the card itself was right: a shop that brought what the card shows made no mistake.
    """
    if missing is not None:
        return _decide_missing(evidence, missing)
    own = evidence.by == "tap" or evidence.chosen
    if evidence.contradicts and not (own or evidence.erased or claim == "missing"):
        return Decision("model_wrong" if evidence.by == "model" else "parser_wrong", evidence.contradicts)
    if claim != "unwanted":
        return Decision("merchant_wrong", (claim,))
    if own:
        return Decision("as_approved", ("tapped" if evidence.by == "tap" else "chosen",))
    if evidence.erased:
        return Decision("as_approved", ("no_words",))
    unclear = {
        "not_named": not evidence.named,
        "suggested": evidence.suggested and not evidence.named,
        "unsure": evidence.sureness < SURE_FROM,
        "words_left_out": evidence.left_out,
    }
    reasons = tuple(code for code, holds in unclear.items() if holds)
    return Decision("words_unclear", reasons) if reasons else Decision("as_approved", ("words_agree",))


def _decide_missing(evidence: Evidence, missing: Missing) -> Decision:
    """Where the trace tells what became of them, no shop is asked: what came back, was never on the card, or was read as fewer.

    Of what was read as fewer nothing was charged: the reader was wrong, and there is nothing to pay for.
    """
    if missing.unpaid <= 0:
        return Decision("as_approved", ("came_back",))
    if evidence.asked is not None and evidence.asked > missing.approved:
        return Decision("model_wrong" if evidence.by == "model" else "parser_wrong", ("read_as_fewer",))
    if missing.count > missing.approved:
        return Decision("as_approved", ("not_on_card",))
    return Decision("merchant_wrong", ("missing",))


@dataclass(frozen=True, slots=True)
class CompensationPolicy:
    """How much of a line's price comes from the fund, in per cent by verdict, and the most in one case and in a month."""

    percent: Mapping[DisputeVerdict, int]
    per_case: Money
    per_month: Money

    def amount(self, verdict: DisputeVerdict, line: Money, left: Money) -> Money:
        """`left`: of the month. Never more than the line."""
        wanted = line.percent(self.percent.get(verdict, 0))
        for most in (self.per_case, left):
            wanted = wanted if most.covers(wanted) else most
        return wanted


POLICY = CompensationPolicy(
    percent={"parser_wrong": 100, "model_wrong": 100, "words_unclear": 50}, per_case=Money(5_000), per_month=Money(10_000)
)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One line's dispute: decided once. `refund_id`: the compensation that it led to.

    `evidence`: the ids of what it was decided on: utterances and taps, the card, the approval.
    """

    id: str
    order_id: str
    line_id: str
    customer_id: str
    claim: Claim
    verdict: DisputeVerdict
    reasons: tuple[str, ...]
    amount: Money
    refund_id: str | None
    at: datetime
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompensationMonth:
    """What of a month's compensation a customer still has, in minor units; `id` names both."""

    id: str
    customer_id: str
    left: int

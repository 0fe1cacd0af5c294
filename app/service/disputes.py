"""Disputes about what was ordered: the evidence is gathered from the trace, decided by pure rules, compensated by policy, once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.base.clock import Clock, local
from app.base.ids import derived_id
from app.base.money import Money
from app.dialogue.reading import Begin, Choose, Reading
from app.domain.cancellation import TooLateToCancel
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.customer import NotFound
from app.domain.dispute import (
    POLICY,
    CancelFirst,
    Claim,
    CompensationMonth,
    CompensationPolicy,
    Decision,
    Dispute,
    Evidence,
    decide,
)
from app.domain.order import Order
from app.domain.refund import (
    CLAIMS_FOR,
    ClaimTooLate,
    NothingToRefund,
    NotTaken,
    Paid,
    Refund,
    RefundedLine,
    cancellation_fee,
    offered,
    refund_of,
    whole,
)
from app.resolution.attribution import attributed
from app.service.money.compensate import Compensator
from app.service.ports import Merchants, Records, RefundRecords
from app.service.readings import READING

# The skills whose words say what is wanted.
WISHES = frozenset({"order", "suggest"})


class DisputeRecords(Protocol):
    """What is stored, as of the last commit."""

    def dispute(self, dispute_id: str) -> Dispute | None: ...
    def disputes(self, customer_id: str) -> list[Dispute]:
        """Oldest first."""
        ...

    def compensation_month(self, month_id: str) -> CompensationMonth | None: ...


@dataclass(frozen=True, slots=True)
class Disputes:
    records: Records
    refunds: RefundRecords
    disputes: DisputeRecords
    merchants: Merchants
    compensator: Compensator
    clock: Clock
    policy: CompensationPolicy = POLICY

    def raise_claim(self, customer_id: str, order_id: str, line_id: str, claim: Claim) -> Dispute:
        """Decide about one line, once: another claim about it gives back the first decision.

        Raises NotFound, NotTaken, ClaimTooLate, and RefundChanged when something else moved at the same moment.
        """
        order = self.records.order(order_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
        line = next((one for one in checkout.lines if one.id == line_id), None) if checkout else None
        if order is None or checkout is None or line is None or order.customer_id != customer_id:
            raise NotFound(what=order_id)
        known = self.disputes.dispute(_dispute_id(order.id, line_id))
        if known is not None:
            return known
        now = self.clock.now()
        if not order.is_taken:
            raise NotTaken(state=order.state)
        if now > order.placed_at + CLAIMS_FOR:
            raise ClaimTooLate(days=CLAIMS_FOR.days)
        if _can_be_canceled(order, checkout, now):
            raise CancelFirst(number=order.number)
        decision = decide(claim, self.evidence(checkout, line))
        return self._decided(order, checkout, line, claim, decision, now)

    def evidence(self, checkout: CheckoutSession, line: LineItem) -> Evidence:
        """What the trace tells of how the line came to be as it was approved."""
        version = self._set_by(checkout, line)
        said = next((u for u in self.records.utterances(checkout.customer_id) if u.id == version.reading_id), None)
        texts = self.records.vault(checkout.customer_id)
        words = texts.get(said.words_ref) if said else None
        kept = texts.get(said.reading_ref) if said else None
        if said is not None and said.channel == "tap":
            return Evidence("tap", 100, named=True, suggested=False)
        if words is None or kept is None:
            return Evidence("rules", 100, named=False, suggested=line.suggested, erased=True)
        reading: Reading = READING.validate_json(kept)
        catalog = self.merchants.catalogs().get(checkout.merchant_id)
        if catalog is None:
            return Evidence(reading.by, reading.sureness, named=True, suggested=line.suggested)
        others = [one.product_id for one in version.lines if one.id != line.id]
        found = attributed(words, line, others, catalog)
        return Evidence(
            by=reading.by,
            sureness=reading.sureness,
            named=found.named or not _names_a_wish(reading),
            suggested=line.suggested,
            contradicts=found.contradicts,
            left_out=bool(reading.unexplained),
            chosen=_is_choice(reading) and not found.contradicts,
        )

    def _set_by(self, checkout: CheckoutSession, line: LineItem) -> CheckoutSession:
        """The first version of the card that has the line as it was approved."""
        found = checkout
        for number in range(checkout.version, 0, -1):
            version = self.records.checkout(checkout.id, number)
            same = next((one for one in version.lines if one.id == line.id), None) if version else None
            if version is None or same is None or _kept(same) != _kept(line):
                break
            found = version
        return found

    def _decided(
        self, order: Order, checkout: CheckoutSession, line: LineItem, claim: Claim, decision: Decision, now: datetime
    ) -> Dispute:
        zero = Money.zero(order.total.currency)
        dispute = Dispute(
            _dispute_id(order.id, line.id),
            order.id,
            line.id,
            order.customer_id,
            claim,
            decision.verdict,
            decision.reasons,
            zero,
            None,
            now,
        )
        if self.policy.percent.get(decision.verdict, 0) == 0:
            self.compensator.decide(order, dispute, None, None)
            return dispute
        month = self._month(order.customer_id, dispute)
        refund = self._compensation(order, checkout, line, decision, month, now)
        if refund is not None:
            dispute = replace(dispute, amount=refund.amount, refund_id=refund.id)
        self.compensator.decide(order, dispute, refund, month if refund else None)
        return dispute

    def _month(self, customer_id: str, dispute: Dispute) -> CompensationMonth:
        customer = self.records.customer(customer_id)
        day = local(dispute.at, customer.zone if customer else "UTC")
        month_id = derived_id("cmp", customer_id, f"{day:%Y-%m}")
        month = self.disputes.compensation_month(month_id)
        if month is None:
            month = CompensationMonth(month_id, customer_id, self.policy.per_month.minor)
            self.compensator.open_month(month, dispute)
        return self.disputes.compensation_month(month_id) or month

    def _compensation(
        self, order: Order, checkout: CheckoutSession, line: LineItem, decision: Decision, month: CompensationMonth, now: datetime
    ) -> Refund | None:
        """What the fund pays for what is left of the line; None where nothing is left of it or of the month."""
        earlier = self.refunds.refunds(order.id)
        left = next((one.quantity for one in whole(checkout, earlier) if one.line_id == line.id), 0)
        paid = Paid.of(self.records.transfers(order.id), order.total.currency)
        if left == 0 or order.total.currency != self.policy.per_month.currency:
            return None
        try:
            offer = offered(order, checkout, paid, earlier, (RefundedLine(line.id, left),), "compensation")
        except NothingToRefund:
            return None
        amount = self.policy.amount(decision.verdict, offer.amount, Money(month.left, order.total.currency))
        if amount.is_zero:
            return None
        kept = replace(offer, amount=amount, subsidy=Money.zero(amount.currency), is_whole=False)
        return refund_of(order, kept, "done", now)


def _can_be_canceled(order: Order, checkout: CheckoutSession, now: datetime) -> bool:
    try:
        return cancellation_fee(order, checkout, order.total, now).is_zero
    except TooLateToCancel:
        return False


def _dispute_id(order_id: str, line_id: str) -> str:
    return derived_id("dsp", order_id, line_id)


def _kept(line: LineItem) -> tuple[object, ...]:
    return line.product_id, line.quantity, line.options, line.grams


def _names_a_wish(reading: Reading) -> bool:
    """Whether the words are about what is to be bought at all: a change, an answer and "the same again" name no product."""
    return any(isinstance(command, Begin) and command.skill in WISHES for command in reading.commands)


def _is_choice(reading: Reading) -> bool:
    """Whether the customer picked from a list that was shown."""
    return any(isinstance(command, Choose) for command in reading.commands)

"""Disputes about what was ordered: the evidence is gathered from the trace, decided by pure rules, compensated by policy, once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.base.clock import Clock, local
from app.base.ids import derived_id
from app.base.money import Money
from app.domain.cancellation import TooLateToCancel
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.customer import NotFound
from app.domain.dispute import (
    POLICY,
    CancelFirst,
    Claim,
    CompensationMonth,
    CompensationPolicy,
    Dispute,
    Evidence,
    Missing,
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
from app.service.dispute_evidence import gathered
from app.service.money.compensate import Compensator
from app.service.ports import Merchants, Records, RefundRecords


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

    def was_misread(self, customer_id: str, order_id: str, line_id: str) -> bool:
        """Whether what was said names something else than the line that was bought. Raises NotFound."""
        order, checkout, line = self._line(customer_id, order_id, line_id)
        return order.is_taken and decide("wrong_item", self.evidence(checkout, line)).verdict != "merchant_wrong"

    def to_ask_for(self, customer_id: str, order_id: str, line_id: str, count: int) -> int:
        """How many of those that are said to be missing the merchant is to be asked for; 0: the trace decides. Raises NotFound."""
        order, checkout, line = self._line(customer_id, order_id, line_id)
        missing = self._missing(order, line, count)
        # Of what is no more than an order, or came back whole, a refund says itself what can't be.
        if not order.is_taken or missing.returned >= missing.approved:
            return count
        decision = decide("missing", self.evidence(checkout, line), missing)
        # Of more than there are a refund says itself how many are left: nothing need be kept of that.
        return missing.unpaid if decision.verdict == "merchant_wrong" or "not_on_card" in decision.reasons else 0

    def raise_claim(self, customer_id: str, order_id: str, line_id: str, claim: Claim, count: int = 1) -> Dispute:
        """Decide about one line, once: another claim about it gives back the first decision. What is missing of it, `count` of
        them, is decided by itself: that pays nothing from the fund.

        Raises NotFound, NotTaken, ClaimTooLate, and RefundChanged when something else moved at the same moment.
        """
        order, checkout, line = self._line(customer_id, order_id, line_id)
        dispute_id = _dispute_id(order.id, line_id, claim, count)
        known = self.disputes.dispute(dispute_id)
        if known is not None:
            return known
        now = self.clock.now()
        if not order.is_taken:
            raise NotTaken(state=order.state)
        if now > order.placed_at + CLAIMS_FOR:
            raise ClaimTooLate(days=CLAIMS_FOR.days)
        if claim != "missing" and _can_be_canceled(order, checkout, now):
            raise CancelFirst(number=order.number)
        evidence = self.evidence(checkout, line)
        decision = decide(claim, evidence, self._missing(order, line, count) if claim == "missing" else None)
        authorisation = self.records.authorisation(order.id)
        refs = (*evidence.refs, checkout.ref, *((authorisation.approval_id,) if authorisation else ()))
        decided = Dispute(
            id=dispute_id,
            order_id=order.id,
            line_id=line_id,
            customer_id=order.customer_id,
            claim=claim,
            verdict=decision.verdict,
            reasons=decision.reasons,
            amount=Money.zero(order.total.currency),
            refund_id=None,
            at=now,
            evidence=refs,
        )
        return self._kept(order, checkout, line, decided)

    def evidence(self, checkout: CheckoutSession, line: LineItem) -> Evidence:
        """What the trace tells of how the line came to be as it was approved."""
        return gathered(checkout, line, self.merchants.catalogs().get(checkout.merchant_id), self.records)

    def _missing(self, order: Order, line: LineItem, count: int) -> Missing:
        # What the customer claimed themselves is another cup than the one they claim now; what the shop lacked may be the same.
        given = (refund for refund in self.refunds.refunds(order.id) if refund.reason == "short")
        returned = sum(one.quantity for refund in given for one in refund.lines if one.line_id == line.id)
        return Missing(count, line.quantity, returned)

    def _line(self, customer_id: str, order_id: str, line_id: str) -> tuple[Order, CheckoutSession, LineItem]:
        """Raises NotFound, also for another customer's."""
        order = self.records.order(order_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
        line = next((one for one in checkout.lines if one.id == line_id), None) if checkout else None
        if order is None or checkout is None or line is None or order.customer_id != customer_id:
            raise NotFound(what=order_id)
        return order, checkout, line

    def _kept(self, order: Order, checkout: CheckoutSession, line: LineItem, dispute: Dispute) -> Dispute:
        # What is missing by a wrong reading was never paid for.
        if dispute.claim == "missing" or self.policy.percent.get(dispute.verdict, 0) == 0:
            self.compensator.decide(order, dispute, None, None)
            return dispute
        month = self._month(order.customer_id, dispute)
        refund = self._compensation(order, checkout, line, dispute, month)
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
        self, order: Order, checkout: CheckoutSession, line: LineItem, dispute: Dispute, month: CompensationMonth
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
        amount = self.policy.amount(dispute.verdict, offer.amount, Money(month.left, order.total.currency))
        if amount.is_zero:
            return None
        kept = replace(offer, amount=amount, subsidy=Money.zero(amount.currency), is_whole=False)
        return refund_of(order, kept, "done", dispute.at)


def _can_be_canceled(order: Order, checkout: CheckoutSession, now: datetime) -> bool:
    try:
        return cancellation_fee(order, checkout, order.total, now).is_zero
    except TooLateToCancel:
        return False


def _dispute_id(order_id: str, line_id: str, claim: Claim, count: int) -> str:
    # That one is missing decides nothing about what was wanted, nor about two that are.
    return derived_id("dsp", order_id, line_id, *(("missing", str(count)) if claim == "missing" else ()))

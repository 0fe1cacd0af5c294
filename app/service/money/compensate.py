"""Compensation out of the fund: for what a reader got wrong, once for each line, within a month's limit."""

from dataclasses import dataclass

from app.base.errors import Refusal
from app.domain import postings
from app.domain.dispute import AlreadyDecided, CompensationMonth, Dispute
from app.domain.ledger import Wallet
from app.domain.order import Order
from app.domain.refund import NothingToRefund, Refund, RefundChanged
from app.domain.trace import TraceEvent
from app.service.seals import moved, seal
from app.service.units import Change, Insert, Unit, Writer


class FundLimit(Refusal):
    """The month's compensation is used up."""

    code = "fund_limit"


@dataclass(frozen=True, slots=True)
class Compensator:
    """Idempotent by the dispute's id, which is the line's: one decision, one compensation."""

    writer: Writer

    def decide(self, order: Order, dispute: Dispute, refund: Refund | None, month: CompensationMonth | None) -> None:
        """Keep the decision, with what it pays. `month` is inserted where it is the first of its month.

        Raises AlreadyDecided, RefundChanged, NothingToRefund, FundLimit.
        """
        paid = self._paying(order, refund, month) if refund is not None and month is not None else ((), ())
        facts: dict[str, str | int] = {
            "dispute": dispute.id,
            "order": order.id,
            "line": dispute.line_id,
            "claim": dispute.claim,
            "verdict": dispute.verdict,
            "reasons": " ".join(dispute.reasons),
            "evidence": " ".join(dispute.evidence),
            "amount": dispute.amount.minor,
            "currency": dispute.amount.currency,
        }
        if refund is not None and month is not None:
            facts |= {"refund": refund.id, "seal": seal(refund), **moved(postings.compensation(refund, refund.at))}
        self.writer.commit(
            Unit(
                key=f"dispute:{dispute.id}",
                fingerprint=f"{dispute.claim}:{dispute.verdict}:{dispute.amount.minor}",
                at=dispute.at,
                changes=paid[0],
                inserts=(Insert(dispute, AlreadyDecided()), *paid[1]),
                trace=(TraceEvent(dispute.customer_id, "dispute", facts, dispute.at),),
            )
        )

    def open_month(self, month: CompensationMonth, dispute: Dispute) -> None:
        """Have the month's row there before it is drawn on; many may."""
        unit = Unit(f"compensation-month:{month.id}", month.id, dispute.at, inserts=(Insert(month),))
        self.writer.commit(unit)

    def _paying(self, order: Order, refund: Refund, month: CompensationMonth) -> tuple[tuple[Change, ...], tuple[Insert, ...]]:
        minor = refund.amount.minor
        changes = (
            Change(
                Order,
                order.id,
                expect={"refunds": order.refunds},
                put={"refunds": order.refunds + 1},
                add={"refundable": -minor},
                refusal=RefundChanged() if order.refundable >= minor else NothingToRefund(),
            ),
            Change(CompensationMonth, month.id, add={"left": -minor}, refusal=FundLimit()),
            Change(Wallet, refund.customer_id, add={"available": minor}),
        )
        return changes, (Insert(refund), *map(Insert, postings.compensation(refund, refund.at)))

"""Money back: what was offered is asked for and kept first, then given or refused, each once."""

from dataclasses import dataclass
from datetime import datetime

from app.base.clock import Clock
from app.domain import postings
from app.domain.checkout import CheckoutSession
from app.domain.ledger import Wallet
from app.domain.order import CANCELED, Order
from app.domain.records import CouponUse
from app.domain.refund import NothingToRefund, Refund, RefundChanged
from app.domain.trace import TraceEvent
from app.service.ports import Records
from app.service.seals import moved, seal
from app.service.units import Change, Insert, Unit, Writer
from app.service.webhooks import Outbox


@dataclass(frozen=True, slots=True)
class Refunder:
    """Each method is idempotent by the refund's id."""

    records: Records
    writer: Writer
    outbox: Outbox
    clock: Clock

    def ask(self, order: Order, refund: Refund) -> None:
        """Keep that it is asked for. Of two that were offered at once, one comes to be. Raises RefundChanged."""
        self.writer.commit(
            Unit(
                key=f"refund-asked:{refund.id}",
                fingerprint=refund.digest,
                at=refund.at,
                changes=(_counted(order, RefundChanged()),),
                inserts=(Insert(refund, RefundChanged()),),
                trace=(self._event("refund_asked", refund, refund.at),),
            )
        )

    def give(self, order: Order, checkout: CheckoutSession, refund: Refund) -> None:
        """What was asked for goes back to the wallet, with the coupons once nothing of the order is left."""
        given = self._giving(order, checkout, refund, self.clock.now())
        put = {"state": "done", "settled_at": given.at, "amount": refund.amount.minor, "fee": refund.fee.minor}
        asked = Change(Refund, refund.id, expect={"state": "asked"}, put=put)
        self.writer.commit(given.with_all_of(Unit(f"done:{refund.id}", refund.digest, given.at, changes=(asked,))))

    def close(self, refund: Refund) -> None:
        """What it was asked for has come back already, with the hold: nothing moves."""
        now = self.clock.now()
        asked = Change(Refund, refund.id, expect={"state": "asked"}, put={"state": "done", "settled_at": now})
        event = self._event("refunded", refund, now)
        self.writer.commit(Unit(f"refund:{refund.id}", refund.digest, now, changes=(asked,), trace=(event,)))

    def give_at_once(self, order: Order, checkout: CheckoutSession, refund: Refund) -> None:
        """What the merchant says itself that it lacks: nobody is to be asked. `refund` is done."""
        given = self._giving(order, checkout, refund, refund.at)
        counted = Unit(f"counted:{refund.id}", refund.digest, refund.at, (_counted(order, RefundChanged()),), (Insert(refund),))
        self.writer.commit(given.with_all_of(counted))

    def _giving(self, order: Order, checkout: CheckoutSession, refund: Refund, now: datetime) -> Unit:
        """The transfers of a refund and what follows from them."""
        transfers = postings.refund(refund, now)
        ended = {"state": "refunded"} if refund.is_whole else {}
        if refund.reason == "canceled":
            ended = {"state": "canceled", "failure": CANCELED}
        money = [
            Change(
                Order,
                order.id,
                put=ended,
                # What was kept as a fee can't come back either.
                add={"refundable": -(refund.amount.minor + refund.fee.minor)},
                refusal=NothingToRefund(),
            ),
            Change(Wallet, refund.customer_id, add={"available": refund.amount.minor}),
        ]
        return Unit(
            key=f"refund:{refund.id}",
            fingerprint=refund.digest,
            at=now,
            changes=(*money, *(self._coupons(checkout) if refund.is_whole else ())),
            inserts=(*map(Insert, transfers), *self._telling(refund, now)),
            trace=(self._event("refunded", refund, now, answer="agreed", **moved(transfers)),),
        )

    def refuse(self, refund: Refund, why: str) -> None:
        """The merchant does not agree; its lines can be asked for again."""
        now = self.clock.now()
        self.writer.commit(
            Unit(
                key=f"refund-refused:{refund.id}",
                fingerprint=refund.digest,
                at=now,
                changes=(
                    Change(
                        Refund,
                        refund.id,
                        expect={"state": "asked"},
                        put={"state": "refused", "why": why, "settled_at": now},
                    ),
                ),
                trace=(self._event("refund_refused", refund, now, answer="refused", why=why),),
            )
        )

    def _telling(self, refund: Refund, at: datetime) -> tuple[Insert, ...]:
        facts: dict[str, str | int] = {
            "refund": refund.id,
            "reason": refund.reason,
            "amount": refund.amount.minor,
            "fee": refund.fee.minor,
            "currency": refund.amount.currency,
        }
        return self.outbox.telling("order.refunded", refund.merchant_id, refund.order_id, at, **facts)

    def _coupons(self, checkout: CheckoutSession) -> tuple[Change, ...]:
        return tuple(Change(CouponUse, use.id, put={"slot": None}) for use in self.records.coupon_uses_of(checkout.id))

    def _event(self, kind: str, refund: Refund, at: datetime, **facts: str | int) -> TraceEvent:
        of_all: dict[str, str | int] = {
            "order": refund.order_id,
            "refund": refund.id,
            "reason": refund.reason,
            "amount": refund.amount.minor,
            "fee": refund.fee.minor,
            "currency": refund.amount.currency,
            "seal": seal(refund),
        }
        return TraceEvent(refund.customer_id, kind, of_all | facts, at)


def _counted(order: Order, refusal: RefundChanged) -> Change:
    return Change(Order, order.id, expect={"refunds": order.refunds}, put={"refunds": order.refunds + 1}, refusal=refusal)

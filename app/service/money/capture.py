"""Take a hold when the merchant has accepted, or give it back when it has not."""

from dataclasses import dataclass

from app.base.clock import Clock
from app.domain import postings
from app.domain.checkout import CheckoutSession
from app.domain.ledger import Wallet
from app.domain.order import Authorisation, Order
from app.domain.records import CouponUse
from app.domain.trace import TraceEvent
from app.service.ports import Records
from app.service.units import Change, Insert, Unit, Writer


@dataclass(frozen=True, slots=True)
class Settler:
    """Ends an authorisation, once. Each method is idempotent by order id and refuses what the other one has ended."""

    records: Records
    writer: Writer
    clock: Clock

    def capture(self, checkout: CheckoutSession, authorisation: Authorisation) -> None:
        """The held amount goes to the merchant, with what the platform's coupons pay."""
        now, order_id = self.clock.now(), authorisation.order_id
        self.writer.commit(
            Unit(
                key=f"capture:{order_id}",
                fingerprint=authorisation.id,
                at=now,
                changes=(
                    _ended(authorisation, "captured"),
                    Change(Order, order_id, put={"state": "accepted", "settled_at": now}),
                    _closed(checkout, "completed"),
                    Change(Wallet, authorisation.customer_id, add={"held": -authorisation.amount.minor}),
                ),
                inserts=tuple(map(Insert, postings.capture(authorisation, checkout.coupons, now))),
                trace=(self._event("captured", authorisation),),
            )
        )

    def void(self, checkout: CheckoutSession, authorisation: Authorisation, reason: str) -> None:
        """The held amount and the coupons go back to the customer. `reason` is a code."""
        now, order_id, amount = self.clock.now(), authorisation.order_id, authorisation.amount.minor
        given_back = tuple(Change(CouponUse, use.id, put={"slot": None}) for use in self.records.coupon_uses_of(checkout.id))
        self.writer.commit(
            Unit(
                key=f"void:{order_id}",
                fingerprint=authorisation.id,
                at=now,
                changes=(
                    _ended(authorisation, "voided"),
                    Change(Order, order_id, put={"state": "canceled", "settled_at": now, "failure": reason}),
                    _closed(checkout, "canceled"),
                    Change(Wallet, authorisation.customer_id, add={"available": amount, "held": -amount}),
                    *given_back,
                ),
                inserts=tuple(map(Insert, postings.void(authorisation, now))),
                trace=(self._event("voided", authorisation, reason=reason),),
            )
        )

    def unknown(self, authorisation: Authorisation) -> None:
        """The merchant's answer is not known; the hold stays until it is."""
        self.writer.commit(
            Unit(
                key=f"unknown:{authorisation.order_id}",
                fingerprint=authorisation.id,
                at=self.clock.now(),
                changes=(Change(Order, authorisation.order_id, expect={"state": "placed"}, put={"state": "unknown"}),),
                trace=(self._event("outcome_unknown", authorisation),),
            )
        )

    def _event(self, kind: str, authorisation: Authorisation, **facts: str) -> TraceEvent:
        amount = authorisation.amount
        facts_of_all: dict[str, str | int] = {"order": authorisation.order_id, "amount": amount.minor, "currency": amount.currency}
        return TraceEvent(authorisation.customer_id, kind, facts_of_all | facts, self.clock.now())


def _ended(authorisation: Authorisation, state: str) -> Change:
    return Change(Authorisation, authorisation.id, expect={"state": "held"}, put={"state": state})


def _closed(checkout: CheckoutSession, state: str) -> Change:
    return Change(CheckoutSession, checkout.ref, expect={"state": "complete_in_progress"}, put={"state": state})

"""Take a hold, in full or in part, when the merchant has accepted, or give it back when it has not."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.base.clock import Clock
from app.base.money import Money
from app.domain import postings
from app.domain.checkout import CheckoutSession
from app.domain.coupon import AppliedCoupon
from app.domain.ledger import Wallet
from app.domain.order import CANCELED, Authorisation, Order
from app.domain.records import CouponUse
from app.domain.trace import TraceEvent
from app.service.ports import Records
from app.service.seals import moved
from app.service.units import Change, Insert, Unit, Writer
from app.service.webhooks import Outbox


@dataclass(frozen=True, slots=True)
class Settler:
    """Ends an authorisation, once. Each method is idempotent by order id and refuses what the other one has ended."""

    records: Records
    writer: Writer
    outbox: Outbox
    clock: Clock

    def accept(self, checkout: CheckoutSession, authorisation: Authorisation) -> None:
        """The merchant is bound to deliver; what it comes to is known later, and until then the hold stands."""
        now, order_id = self.clock.now(), authorisation.order_id
        self.writer.commit(
            Unit(
                key=f"accept:{order_id}",
                fingerprint=authorisation.id,
                at=now,
                changes=(
                    Change(Authorisation, authorisation.id, expect={"state": "held"}, put={"state": "held"}),
                    Change(Order, order_id, put={"state": "accepted"}),
                    _closed(checkout, "completed"),
                ),
                trace=(self._event("accepted", authorisation, now, answer="accepted"),),
            )
        )

    def capture(self, checkout: CheckoutSession, authorisation: Authorisation, final_goods: Money | None = None) -> None:
        """What the order came to goes to the merchant, with what the platform's coupons pay; what is left of the hold goes back.

        `final_goods`: the goods' price where the card showed an estimate. Never more than was approved is taken.
        """
        now, order_id, totals = self.clock.now(), authorisation.order_id, checkout.totals
        final = final_goods if totals.is_estimate and final_goods is not None else totals.goods
        amount, coupons = totals.charge(final), _within(checkout.coupons, totals.discount_on(final))
        held, transfers = authorisation.amount.minor, postings.capture(authorisation, amount, coupons, now)
        named = {} if final_goods is None else {"final": final_goods.minor}
        # What was taken before its price was known may be on its way by now.
        taken = {} if checkout.state == "completed" else {"state": "accepted"}
        self.writer.commit(
            Unit(
                key=f"capture:{order_id}",
                fingerprint=f"{authorisation.id}:{amount.minor}",
                at=now,
                changes=(
                    _ended(authorisation, "captured"),
                    Change(Order, order_id, put=taken | {"settled_at": now, "total": amount.minor, "refundable": amount.minor}),
                    _closed(checkout, "completed"),
                    Change(Wallet, authorisation.customer_id, add={"available": held - amount.minor, "held": -held}),
                ),
                inserts=(
                    *map(Insert, transfers),
                    *self._telling("order.paid", authorisation, now, amount),
                ),
                trace=(
                    self._event(
                        "captured", authorisation, now, captured=amount.minor, answer="accepted", **named, **moved(transfers)
                    ),
                ),
            )
        )

    def cancel(self, checkout: CheckoutSession, authorisation: Authorisation, fee: Money, also: Unit) -> None:
        """What was held and never taken is given back, but for the merchant's fee. `also` is saved with it, as of its moment."""
        if fee.is_zero:
            self.void(checkout, authorisation, CANCELED, also)
            return
        now, order_id, held = also.at, authorisation.order_id, authorisation.amount.minor
        transfers = postings.capture(authorisation, fee, (), now)
        self.writer.commit(
            Unit(
                key=f"cancel:{order_id}",
                fingerprint=f"{authorisation.id}:{fee.minor}",
                at=now,
                changes=(
                    _ended(authorisation, "captured"),
                    Change(Order, order_id, put={"state": "canceled", "settled_at": now, "total": fee.minor, "failure": CANCELED}),
                    _closed(checkout, "completed"),
                    Change(Wallet, authorisation.customer_id, add={"available": held - fee.minor, "held": -held}),
                    *self._given_back(checkout),
                ),
                inserts=(
                    *map(Insert, transfers),
                    *self._telling("order.canceled", authorisation, now, fee),
                ),
                trace=(
                    self._event("captured", authorisation, now, captured=fee.minor, reason="cancellation_fee", **moved(transfers)),
                ),
            ).with_all_of(also)
        )

    def void(
        self, checkout: CheckoutSession, authorisation: Authorisation, reason: str, also: Unit | None = None, answer: str = ""
    ) -> None:
        """The held amount and the coupons go back to the customer.

        `reason` is a code; `answer` is the merchant's where it is why; `also` is saved with it, as of its moment.
        """
        now = self.clock.now() if also is None else also.at
        order_id, amount = authorisation.order_id, authorisation.amount.minor
        transfers = postings.void(authorisation, now)
        answered = {"answer": answer} if answer else {}
        unit = Unit(
            key=f"void:{order_id}",
            fingerprint=authorisation.id,
            at=now,
            changes=(
                _ended(authorisation, "voided"),
                Change(Order, order_id, put={"state": "canceled", "settled_at": now, "failure": reason}),
                _closed(checkout, "canceled"),
                Change(Wallet, authorisation.customer_id, add={"available": amount, "held": -amount}),
                *self._given_back(checkout),
            ),
            inserts=(
                *map(Insert, transfers),
                *self._telling("order.canceled", authorisation, now, Money.zero(authorisation.amount.currency)),
            ),
            trace=(self._event("voided", authorisation, now, reason=reason, **answered, **moved(transfers)),),
        )
        self.writer.commit(unit if also is None else unit.with_all_of(also))

    def unknown(self, authorisation: Authorisation) -> None:
        """The merchant's answer is not known; the hold stays until it is."""
        now = self.clock.now()
        self.writer.commit(
            Unit(
                key=f"unknown:{authorisation.order_id}",
                fingerprint=authorisation.id,
                at=now,
                changes=(Change(Order, authorisation.order_id, expect={"state": "placed"}, put={"state": "unknown"}),),
                trace=(self._event("outcome_unknown", authorisation, now, answer="unknown"),),
            )
        )

    def _telling(self, kind: str, authorisation: Authorisation, at: datetime, amount: Money) -> tuple[Insert, ...]:
        facts: dict[str, str | int] = {"amount": amount.minor, "currency": amount.currency}
        return self.outbox.telling(kind, authorisation.merchant_id, authorisation.order_id, at, **facts)

    def _given_back(self, checkout: CheckoutSession) -> tuple[Change, ...]:
        return tuple(Change(CouponUse, use.id, put={"slot": None}) for use in self.records.coupon_uses_of(checkout.id))

    def _event(self, kind: str, authorisation: Authorisation, at: datetime, **facts: str | int) -> TraceEvent:
        amount = authorisation.amount
        facts_of_all: dict[str, str | int] = {"order": authorisation.order_id, "amount": amount.minor, "currency": amount.currency}
        return TraceEvent(authorisation.customer_id, kind, facts_of_all | facts, at)


def _ended(authorisation: Authorisation, state: str) -> Change:
    return Change(Authorisation, authorisation.id, expect={"state": "held"}, put={"state": state})


def _within(coupons: tuple[AppliedCoupon, ...], discount: Money) -> tuple[AppliedCoupon, ...]:
    """The coupons as far as the discount goes: goods that came to less than they take off are worth no more than themselves."""
    kept, left = [], discount
    for coupon in coupons:
        taken = coupon.discount if left.covers(coupon.discount) else left
        left = left.minus(taken)
        if not taken.is_zero:
            kept.append(replace(coupon, discount=taken))
    return tuple(kept)


def _closed(checkout: CheckoutSession, state: str) -> Change:
    return Change(CheckoutSession, checkout.ref, expect={"state": checkout.state}, put={"state": state})

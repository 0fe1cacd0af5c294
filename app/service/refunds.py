"""Giving back: offered with its fee, confirmed as it was offered, agreed to by the merchant, carried out once."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from app.base.clock import Clock
from app.base.errors import UsualError
from app.base.money import Money
from app.domain.checkout import CheckoutSession
from app.domain.customer import NotFound
from app.domain.order import Authorisation, Order
from app.domain.refund import (
    CLAIMS_FOR,
    ClaimTooLate,
    NothingToRefund,
    NotTaken,
    Paid,
    Refund,
    RefundChanged,
    RefundedLine,
    RefundOffer,
    RefundReason,
    cancellation_fee,
    offered,
    refund_of,
    whole,
)
from app.service.money.capture import Settler
from app.service.money.refund import Refunder
from app.service.news import News, NewsStand
from app.service.payments import Payments
from app.service.ports import Merchants, Records, RefundRecords
from app.service.units import Change, GuardFailed, Unit

# What a merchant has not answered is asked again after this long.
ASKED_AGAIN_AFTER = timedelta(seconds=30)
LOGGER = logging.getLogger("usual.refunds")


@dataclass(frozen=True, slots=True)
class Refunds:
    records: Records
    refunds: RefundRecords
    merchants: Merchants
    refunder: Refunder
    settler: Settler
    payments: Payments
    news: NewsStand
    clock: Clock

    def offer(self, customer_id: str, order_id: str, reason: RefundReason, lines: Iterable[RefundedLine] = ()) -> RefundOffer:
        """What would come back now, with the fee that is kept. A canceled order is offered whole, whatever `lines` are.

        Raises NotFound, NotTaken, TooLateToCancel, ClaimTooLate, AlreadyRefunded, NothingToRefund.
        """
        order = self.owned(customer_id, order_id)
        return self._offer(self.payments.refresh(order) if reason == "canceled" else order, reason, tuple(lines))

    def confirm(self, customer_id: str, order_id: str, reason: RefundReason, lines: Iterable[RefundedLine], digest: str) -> Refund:
        """Carry out what was offered under `digest`; the same confirmation again gives back the same refund.

        The refund that comes back is done, refused by the merchant, or still asked for. Raises RefundChanged
        and what `offer` does.
        """
        known = next((one for one in self.refunds.refunds(order_id) if one.digest == digest), None)
        if known is not None and known.customer_id == customer_id:
            return known
        order = self.owned(customer_id, order_id)
        if reason == "canceled":
            order = self.payments.refresh(order)
        offer = self._offer(order, reason, tuple(lines))
        if offer.digest != digest:
            raise RefundChanged(amount=offer.amount)
        refund = refund_of(order, offer, "asked", self.clock.now())
        self.refunder.ask(order, refund)
        # Of two confirmations at once, both carry out the one that was kept, with its moment.
        return self.carry_out(self.refunds.refund(refund.id) or refund)

    def carry_out(self, refund: Refund) -> Refund:
        """Ask the merchant, by the refund's id, and end it by the answer."""
        order = self.owned(refund.customer_id, refund.order_id)
        answer = self.merchants.agree(order, refund)
        try:
            if answer.state == "agreed":
                self._give(order, refund)
            elif answer.state == "refused":
                self.refunder.refuse(refund, answer.why or "declined")
        except GuardFailed:
            # The worker and a slow reply may both end it: the first one has.
            LOGGER.info("refund %s was ended by another", refund.id)
        return self.refunds.refund(refund.id) or refund

    def settle_asked(self) -> int:
        """Ask again about refunds that a merchant has not answered; how many were ended."""
        ended = 0
        for refund in self.refunds.asked_refunds(self.clock.now() - ASKED_AGAIN_AFTER):
            try:
                state = self.carry_out(refund).state
            except UsualError as refused:
                LOGGER.error("refund %s can't be ended: %s", refund.id, refused.code)
                continue
            if state != "asked":
                ended += 1
                self.news.publish(refund.customer_id, News("refund", refund.id))
        return ended

    def _offer(self, order: Order, reason: RefundReason, lines: tuple[RefundedLine, ...]) -> RefundOffer:
        checkout, earlier, now = self._checkout(order), self.refunds.refunds(order.id), self.clock.now()
        if order.state == "refunded" and reason != "canceled":
            raise NothingToRefund()
        # Of what is only held nothing was paid yet: it can be canceled, not claimed for.
        is_paid = order.is_taken and order.settled_at is not None
        if order.state in ("placed", "canceled", "refunded") or (reason != "canceled" and not is_paid):
            raise NotTaken(state=order.state)
        paid = Paid.of(self.records.transfers(order.id), order.total.currency)
        if reason == "canceled":
            fee = cancellation_fee(order, checkout, paid.total, now)
            return offered(order, checkout, paid, earlier, whole(checkout, earlier), reason, fee)
        if now > order.placed_at + CLAIMS_FOR:
            raise ClaimTooLate(days=CLAIMS_FOR.days)
        return offered(order, checkout, paid, earlier, lines, reason)

    def _give(self, order: Order, refund: Refund) -> None:
        checkout, authorisation = self._checkout(order), self._authorisation(order)
        if authorisation.state == "held":
            now = self.clock.now()
            asked = Change(Refund, refund.id, expect={"state": "asked"}, put={"state": "done", "settled_at": now})
            self.settler.cancel(checkout, authorisation, refund.fee, Unit("", "", now, changes=(asked,)))
        elif authorisation.state == "voided":
            # The hold was given back meanwhile: there is nothing to move.
            self.refunder.close(refund)
        else:
            self.refunder.give(order, checkout, self._as_it_came_to(order, refund))

    def _as_it_came_to(self, order: Order, refund: Refund) -> Refund:
        """A cancellation was offered on what was held; what was taken since is what comes back."""
        if refund.reason != "canceled":
            return refund
        paid = Paid.of(self.records.transfers(order.id), order.total.currency).total
        before = [one for one in self.refunds.refunds(order.id) if one.counts and one.id != refund.id]
        left = paid.minus(Money.sum((one.amount.plus(one.fee) for one in before), paid.currency))
        fee = refund.fee if left.covers(refund.fee) else left
        return replace(refund, amount=left.minus(fee), fee=fee)

    def _authorisation(self, order: Order) -> Authorisation:
        found = self.records.authorisation(order.id)
        if found is None:
            raise NotFound(what=order.id)
        return found

    def owned(self, customer_id: str, order_id: str) -> Order:
        """Raises NotFound, also for another customer's."""
        order = self.records.order(order_id)
        if order is None or order.customer_id != customer_id:
            raise NotFound(what=order_id)
        return order

    def _checkout(self, order: Order) -> CheckoutSession:
        checkout = self.records.checkout(order.checkout_id, order.checkout_version)
        if checkout is None:
            raise NotFound(what=order.checkout_id)
        return checkout

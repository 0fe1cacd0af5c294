"""Refunds: what comes back of an order, for which of its lines, and never more than was paid."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.base.errors import Refusal
from app.base.ids import derived_id
from app.base.money import Money
from app.domain.cancellation import TooLateToCancel
from app.domain.checkout import CheckoutSession
from app.domain.ledger import Transfer
from app.domain.order import Order

# canceled: the whole order, by the customer; short: the merchant lacks it; missing, wrong: the customer says so; compensation:
# out of the fund, for a line that was read wrong.
RefundReason = Literal["canceled", "short", "missing", "wrong", "compensation"]
RefundState = Literal["asked", "done", "refused"]
# How long after it was placed an order can be claimed for.
CLAIMS_FOR = timedelta(days=7)


class AlreadyRefunded(Refusal):
    """So many of the line have been given back, or are being asked for, that not as many are left."""

    code = "already_refunded"


class NothingToRefund(Refusal):
    """Nothing was paid for it, or all of it has come back."""

    code = "nothing_to_refund"


class RefundChanged(Refusal):
    """What would come back is not what the customer was shown."""

    code = "refund_changed"


class ClaimTooLate(Refusal):
    """The order is too old to be claimed for."""

    code = "claim_too_late"


class NotTaken(Refusal):
    """The order is with no merchant: it is still being placed, or it has ended."""

    code = "order_not_taken"


@dataclass(frozen=True, slots=True)
class RefundedLine:
    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back, once the merchant has agreed: the `number`th of its order.

    `digest` is that of the offer which the customer confirmed. `amount` goes to the wallet, `subsidy` to the platform that had paid
    a coupon, `fee` stays with the merchant. `is_whole`: nothing of the order is left. `why`: the code that a refused one was
    refused with.
    """

    id: str
    order_id: str
    number: int
    customer_id: str
    merchant_id: str
    reason: RefundReason
    state: RefundState
    lines: tuple[RefundedLine, ...]
    amount: Money
    subsidy: Money
    fee: Money
    is_whole: bool
    digest: str
    at: datetime
    settled_at: datetime | None = None
    why: str = ""

    @property
    def counts(self) -> bool:
        """Whether its lines are taken: given back, or waiting for the merchant."""
        return self.state != "refused"


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """What would come back now: shown before it is asked for. `left`: what could still come back of the order afterwards."""

    order_id: str
    reason: RefundReason
    lines: tuple[RefundedLine, ...]
    amount: Money
    subsidy: Money
    fee: Money
    is_whole: bool
    left: Money
    earlier: int

    @property
    def digest(self) -> str:
        """SHA-256, in hex, over all that the customer says yes to, and how many refunds came before it."""
        bound = [
            self.order_id,
            self.reason,
            [[line.line_id, line.quantity] for line in self.lines],
            [self.amount.minor, self.subsidy.minor, self.fee.minor, self.amount.currency],
            self.earlier,
        ]
        return hashlib.sha256(json.dumps(bound, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Paid:
    """What an order took: `total` from the wallet, `subsidy` from the platform's coupons."""

    total: Money
    subsidy: Money

    @classmethod
    def of(cls, transfers: Iterable[Transfer], currency: str) -> "Paid":
        """By the ledger; while the money is only held, what is held."""
        moved = {kind: Money.zero(currency) for kind in ("hold", "capture", "coupon")}
        for transfer in transfers:
            if transfer.kind in moved:
                moved[transfer.kind] = moved[transfer.kind].plus(transfer.amount)
        return cls(moved["hold"] if moved["capture"].is_zero else moved["capture"], moved["coupon"])


def refund_of(order: Order, offer: RefundOffer, state: RefundState, at: datetime) -> Refund:
    return Refund(
        id=derived_id("rfd", order.id, offer.digest),
        order_id=order.id,
        number=offer.earlier + 1,
        customer_id=order.customer_id,
        merchant_id=order.merchant_id,
        reason=offer.reason,
        state=state,
        lines=offer.lines,
        amount=offer.amount,
        subsidy=offer.subsidy,
        fee=offer.fee,
        is_whole=offer.is_whole,
        digest=offer.digest,
        at=at,
        settled_at=at if state == "done" else None,
    )


def offered(
    order: Order,
    checkout: CheckoutSession,
    paid: Paid,
    earlier: Sequence[Refund],
    wanted: Iterable[RefundedLine],
    reason: RefundReason,
    fee: Money | None = None,
) -> RefundOffer:
    """What comes back for these lines: each unit's own share of what was paid, coupons taken off.

    The delivery fee comes back with the last of the goods, and so does every minor unit that rounding left: all refunds of an
    order, with the `fee` that is kept, never come to more than was paid. Raises AlreadyRefunded, NothingToRefund.
    """
    currency, before = paid.total.currency, [refund for refund in earlier if refund.counts]
    kept, lines, gone = fee or Money.zero(currency), tuple(wanted), _gone(before)
    left = {line.id: line.quantity - gone[line.id] for line in checkout.lines}
    for line in lines:
        if not 0 < line.quantity <= left.get(line.line_id, 0):
            raise AlreadyRefunded(left=left.get(line.line_id, 0))
        left[line.line_id] -= line.quantity
    is_whole = not any(left.values())
    still = paid.total.minus(Money.sum((r.amount.plus(r.fee) for r in before), currency)).minus(kept)
    amount, subsidy = _shares(checkout, paid, gone, lines)
    if is_whole and any(refund.reason == "compensation" for refund in before):
        # What the fund paid for was not the merchant's: its other lines come back as what they are, with the delivery.
        delivery = checkout.totals.fee
        amount = amount.plus(delivery) if still.covers(amount.plus(delivery)) else still
    elif is_whole:
        amount, subsidy = still, paid.subsidy.minus(Money.sum((r.subsidy for r in before), currency))
    if amount.is_negative or (reason != "canceled" and amount.is_zero and subsidy.is_zero):
        raise NothingToRefund()
    return RefundOffer(order.id, reason, lines, amount, subsidy, kept, is_whole, still.minus(amount), len(earlier))


def cancellation_fee(order: Order, checkout: CheckoutSession, paid: Money, now: datetime) -> Money:
    """What the merchant keeps when the order is canceled now. What is booked follows its own deadline.

    Raises TooLateToCancel.
    """
    terms = checkout.fulfilment.terms
    if checkout.irreversible and order.is_taken:
        raise TooLateToCancel(state=order.state)
    if terms is None:
        return checkout.cancellation.fee(order.state, paid)
    if order.starts_at is not None and now >= order.starts_at:
        raise TooLateToCancel(state=order.state)
    if now < terms.free_until:
        return Money.zero(paid.currency)
    return terms.fee if paid.covers(terms.fee) else paid


def whole(checkout: CheckoutSession, earlier: Iterable[Refund]) -> tuple[RefundedLine, ...]:
    """All that has not been given back yet."""
    gone = _gone(refund for refund in earlier if refund.counts)
    left = ((line.id, line.quantity - gone[line.id]) for line in checkout.lines)
    return tuple(RefundedLine(line_id, quantity) for line_id, quantity in left if quantity > 0)


def _gone(refunds: Iterable[Refund]) -> Counter[str]:
    gone = Counter[str]()
    for refund in refunds:
        gone.update({line.line_id: line.quantity for line in refund.lines})
    return gone


def _shares(checkout: CheckoutSession, paid: Paid, gone: Counter[str], wanted: Sequence[RefundedLine]) -> tuple[Money, Money]:
    """What the wallet and the platform paid for these units: the ones after those that are gone, as they stand in their line."""
    lines = checkout.lines
    fee = checkout.totals.fee
    goods = paid.total.minus(fee) if paid.total.covers(fee) else Money.zero(paid.total.currency)
    discounts = [sum(shares) for shares in zip(*(coupon.shares for coupon in checkout.coupons), strict=True)] or [0] * len(lines)
    funded = [sum(s) for s in zip(*(c.shares for c in checkout.coupons if c.funder == "platform"), strict=True)] or [0] * len(lines)
    of_wallet = _split(goods, [line.total.minor - off for line, off in zip(lines, discounts, strict=True)])
    of_platform = _split(paid.subsidy, funded)
    amount = subsidy = Money.zero(paid.total.currency)
    for place, line in enumerate(lines):
        taken = sum(one.quantity for one in wanted if one.line_id == line.id)
        units = slice(gone[line.id], gone[line.id] + taken)
        each = [1] * line.quantity
        amount = Money.sum((amount, *of_wallet[place].allocate(each)[units]), amount.currency)
        subsidy = Money.sum((subsidy, *of_platform[place].allocate(each)[units]), subsidy.currency)
    return amount, subsidy


def _split(amount: Money, weights: Sequence[int]) -> list[Money]:
    return amount.allocate(weights if sum(weights) > 0 else [1] * len(weights))

"""The checkout: what is about to be bought, its totals, and the digest that an approval binds."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.allergen import Allergen, AllergenConflict
from app.domain.booking import BookedBy, CancellationTerms
from app.domain.cancellation import UNSTATED, CancelPolicy
from app.domain.catalog import FulfilmentKind
from app.domain.coupon import AppliedCoupon
from app.domain.names import Names
from app.domain.ride import Stop, Trip
from app.domain.trace import text_hash

# UCP's checkout states.
CheckoutState = Literal["incomplete", "requires_escalation", "ready_for_complete", "complete_in_progress", "completed", "canceled"]
ApprovalMethod = Literal["pin", "passkey", "mandate"]


class CheckoutExpired(Refusal):
    """The quote's time is over; a new card takes its place."""

    code = "checkout_expired"


class CheckoutChanged(Refusal):
    """The card that was approved is not the current one."""

    code = "checkout_changed"


class CheckoutClosed(Refusal):
    """The checkout was canceled or needs something else first."""

    code = "checkout_closed"


class QuantityOutOfBounds(Refusal):
    """Fewer than one or more than the product allows in one order."""

    code = "quantity_out_of_bounds"


class BelowMinimum(Refusal):
    """Less than the fulfilment's smallest order."""

    code = "below_minimum"


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """`count` units of one option, by ids."""

    group_id: str
    option_id: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line by ids, not yet priced. `id` stays with the line through edits. `grams`: how heavy one is to be, if that was said.

    `accepted_allergens`: what the customer keeps it with, see `allergen.acceptance`. `preferred`: options, each as group.option,
    that come from the customer's preferences and were not said.
    """

    id: str
    product_id: str
    quantity: int
    options: tuple[ChosenOption, ...] = ()
    note: str | None = None
    suggested: bool = False
    accepted_allergens: frozenset[str] = frozenset()
    grams: int | None = None
    preferred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the customer wants, resolved against one merchant's catalogue. `reason` is a wording key and its parameters.

    `trip`: for a ride. `on`: the day that rooms and tickets are for, by the merchant's calendar. `coupon_id`: the one coupon that
    the customer insists on; `no_coupons`: they want none. `avoided`: allergens that were said for this order, remembered or not.
    `recipient_ref` points into the vault at who the courier hands it to, None for the customer.
    """

    merchant_id: str
    lines: tuple[DraftLine, ...]
    fulfilment_id: str | None = None
    destination_ref: str | None = None
    destination_masked: str = ""
    reason: str | None = None
    reason_params: tuple[tuple[str, str], ...] = ()
    trip: Trip | None = None
    on: date | None = None
    coupon_id: str | None = None
    no_coupons: bool = False
    avoided: frozenset[Allergen] = frozenset()
    recipient_ref: str | None = None
    recipient_masked: str = ""


@dataclass(frozen=True, slots=True)
class LineOption:
    group_id: str
    option_id: str
    names: Names
    price_delta: Money
    count: int = 1
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class LineItem:
    """A priced line: `unit_price` includes the options; `unit_maximum` is what it can come to where the price is an estimate.

    `note_hash`, under the checkout's salt, is what an approval binds of the note: it is left when the note is erased.
    """

    id: str
    product_id: str
    category: str
    names: Names
    quantity: int
    unit_price: Money
    options: tuple[LineOption, ...] = ()
    note: str | None = None
    suggested: bool = False
    grams: int | None = None
    unit_maximum: Money | None = None
    unit: BookedBy | None = None
    note_hash: str | None = None

    @property
    def total(self) -> Money:
        return self.unit_price.times(self.quantity)

    @property
    def maximum(self) -> Money:
        return (self.unit_maximum or self.unit_price).times(self.quantity)


@dataclass(frozen=True, slots=True)
class Totals:
    """goods + fee − discount = total.

    `maximum` is what may be taken at most: the total itself, or more where the total is an estimate (a fare, goods by weight).
    """

    goods: Money
    fee: Money
    discount: Money
    total: Money
    maximum: Money

    @property
    def is_estimate(self) -> bool:
        return self.maximum != self.total

    def charge(self, final_goods: Money) -> Money:
        """What is taken when the goods came to `final_goods`: with the fee, less the discount, never above the maximum."""
        charged = final_goods.plus(self.fee).minus(self.discount_on(final_goods))
        return charged if self.maximum.covers(charged) else self.maximum

    def discount_on(self, final_goods: Money) -> Money:
        return self.discount if final_goods.covers(self.discount) else final_goods


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """How the goods get there. `destination_ref` points into the vault; `destination_masked` is what is shown.

    `starts_at` (UTC) is when a booking or a ride begins, None for now; `zone` is the clock that the customer is shown it by.
    """

    option_id: str
    kind: FulfilmentKind
    names: Names
    eta_minutes: tuple[int, int]
    destination_ref: str | None
    destination_masked: str
    zone: str = "UTC"
    starts_at: datetime | None = None
    terms: CancellationTerms | None = None
    trip: Trip | None = None
    recipient_ref: str | None = None
    recipient_masked: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """One version of a card. Any change makes a new version; only the newest that is ready can be paid.

    `conflicts`: the allergens that the customer has to answer for first, as this version shows them.
    """

    id: str
    version: int
    customer_id: str
    conversation_id: str
    reading_id: str
    merchant_id: str
    payee: Names
    state: CheckoutState
    lines: tuple[LineItem, ...]
    totals: Totals
    coupons: tuple[AppliedCoupon, ...]
    fulfilment: Fulfilment
    created_at: datetime
    expires_at: datetime
    draft: Draft
    irreversible: bool = False
    digest: str = ""
    note_salt: str = ""
    conflicts: tuple[AllergenConflict, ...] = ()
    cancellation: CancelPolicy = UNSTATED

    @property
    def ref(self) -> str:
        return f"{self.id}.{self.version}"

    def sealed(self) -> "CheckoutSession":
        """The same with its notes' hashes and its digest computed."""
        noted = replace(self, lines=tuple(replace(line, note_hash=_note_hash(line, self.note_salt)) for line in self.lines))
        return replace(noted, digest=checkout_digest(noted))

    def with_state(self, state: CheckoutState) -> "CheckoutSession":
        return replace(self, state=state)

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at

    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Approval:
    """The customer's consent to exactly one digest, for at most `maximum`.

    By a mandate: `mandate_ref` names it with the version of its terms, `agent_id` who used it.
    """

    id: str
    checkout_id: str
    checkout_version: int
    customer_id: str
    method: ApprovalMethod
    digest: str
    payee_id: str
    maximum: Money
    at: datetime
    mandate_ref: str | None = None
    agent_id: str | None = None


def checkout_digest(checkout: CheckoutSession) -> str:
    """SHA-256, in hex, over everything that an approval binds: who pays whom what for which lines, to where, until when."""
    bound: dict[str, Any] = {
        "checkout": checkout.id,
        "version": checkout.version,
        "customer": checkout.customer_id,
        "payee": checkout.merchant_id,
        "currency": checkout.totals.total.currency,
        "lines": [
            [
                line.product_id,
                line.quantity,
                line.unit_price.minor,
                line.maximum.minor,
                line.grams,
                [[o.group_id, o.option_id, o.count, o.price_delta.minor] for o in line.options],
                _note_hash(line, checkout.note_salt),
            ]
            for line in checkout.lines
        ],
        "totals": [
            checkout.totals.goods.minor,
            checkout.totals.fee.minor,
            checkout.totals.discount.minor,
            checkout.totals.total.minor,
            checkout.totals.maximum.minor,
        ],
        "coupons": [[c.coupon_id, c.funder, c.discount.minor] for c in checkout.coupons],
        "fulfilment": _bound_fulfilment(checkout.fulfilment),
        "cancellation": [
            checkout.cancellation.free_before,
            checkout.cancellation.fee_percent,
            checkout.cancellation.until,
        ],
        "expires": checkout.expires_at.isoformat(),
    }
    canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _note_hash(line: LineItem, salt: str) -> str | None:
    """Of the note that is there; of one that was erased, what it left."""
    return line.note_hash if line.note is None else text_hash(salt, line.note)


def _bound_fulfilment(fulfilment: Fulfilment) -> list[Any]:
    starts, terms, trip = fulfilment.starts_at, fulfilment.terms, fulfilment.trip
    return [
        fulfilment.option_id,
        fulfilment.destination_ref,
        starts.isoformat() if starts else None,
        [terms.free_until.isoformat(), terms.fee.minor] if terms else None,
        [_bound_stop(stop) for stop in trip.stops] if trip else None,
        fulfilment.recipient_ref,
    ]


def _bound_stop(stop: Stop) -> list[Any]:
    """An address of the customer's by its reference, whose text never changes: how it is shown and where it is can be erased."""
    return [stop.ref] if stop.ref else [stop.names.all(), stop.point.east_m, stop.point.north_m]


def check_payable(checkout: CheckoutSession, newest_version: int, approval: Approval, now: datetime) -> None:
    """Raise unless the approval is for this very card and the card can be paid now.

    Order of precedence: CheckoutChanged, CheckoutClosed, CheckoutExpired.
    """
    bound = (
        approval.checkout_id == checkout.id
        and approval.checkout_version == checkout.version == newest_version
        and approval.customer_id == checkout.customer_id
        and approval.payee_id == checkout.merchant_id
        and approval.digest == checkout.digest == checkout_digest(checkout)
        and approval.maximum == checkout.totals.maximum
    )
    if not bound:
        raise CheckoutChanged(total=checkout.totals.total)
    if checkout.state != "ready_for_complete":
        raise CheckoutClosed(state=checkout.state)
    if checkout.is_expired(now):
        raise CheckoutExpired(total=checkout.totals.total)

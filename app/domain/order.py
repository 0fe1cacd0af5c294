"""Orders and authorisations: what a merchant is bound to deliver, and the money held for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from app.base.money import Money
from app.domain.ride import Trip

# What the merchant is bound to and does, in its order; each order passes through some of these.
TakenState = Literal["accepted", "preparing", "ready", "on_the_way", "delivered"]
# `unknown`: the merchant was asked and did not answer; it is asked again with the same key.
# `refunded`: all of it has come back after the merchant had taken it.
OrderState = Literal["placed", "unknown", "canceled", "refunded"] | TakenState
TAKEN: tuple[TakenState, ...] = get_args(TakenState)
UNDER_WAY: tuple[TakenState, ...] = tuple(state for state in TAKEN if state != "delivered")
# An order under way that nobody has spoken of for so long is not followed any more.
FOLLOWED_FOR = timedelta(days=2)
# The `failure` of an order that the customer canceled.
CANCELED = "canceled"
AuthorisationState = Literal["held", "captured", "voided"]
# A hold that no merchant has taken or given back by then goes back to the wallet.
HELD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Money held for one checkout, at most what was approved. `mandate_id`: whose use it counts as, where a mandate approved it."""

    id: str
    checkout_id: str
    approval_id: str
    order_id: str
    customer_id: str
    merchant_id: str
    amount: Money
    state: AuthorisationState
    at: datetime
    mandate_id: str | None = None

    def has_expired(self, now: datetime) -> bool:
        return now >= self.at + HELD_FOR


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line as it was bought, for history: ids and the price of that day."""

    product_id: str
    quantity: int
    unit_price: Money
    options: tuple[tuple[str, str, int], ...]
    note: str | None = None
    grams: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a merchant is with an order. `due`: when it is expected to be there or ready; `late`: later than was promised."""

    state: TakenState
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought. `number` is what a customer and a merchant say to each other; `starts_at`: when what is booked begins.

    `refunds` counts what was asked back; `refundable` is what was paid less what has come back, in minor units of `total`.
    `trip`: a ride's, where it was changed after it was booked.
    """

    id: str
    number: str
    checkout_id: str
    checkout_version: int
    customer_id: str
    merchant_id: str
    state: OrderState
    total: Money
    lines: tuple[OrderedLine, ...]
    fulfilment_id: str
    destination_ref: str | None
    destination_masked: str
    placed_at: datetime
    settled_at: datetime | None = None
    failure: str | None = None
    due: datetime | None = None
    late: bool = False
    starts_at: datetime | None = None
    refunds: int = 0
    refundable: int = 0
    trip: Trip | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the merchant is bound to deliver or has delivered."""
        return self.state in TAKEN

    @property
    def is_undone(self) -> bool:
        """Whether it ended by the customer's wish, or all of it came back: not a payment that failed."""
        return self.state == "refunded" or (self.state == "canceled" and self.failure == CANCELED)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def moves_to(self, progress: Progress) -> bool:
        """Whether that is news: further on, or expected at another time. An order never goes back."""
        if not self.is_under_way:
            return False
        before, after = TAKEN.index(self.state), TAKEN.index(progress.state)
        return after > before or (after == before and (self.due, self.late) != (progress.due, progress.late))


def order_number(order_id: str) -> str:
    """Eight letters and digits out of the order's id, in two groups, for people to read out."""
    tail = order_id.rpartition("_")[2][-8:].upper()
    return f"{tail[:4]}-{tail[4:]}"

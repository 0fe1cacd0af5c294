"""Orders and authorisations: what a merchant is bound to deliver, and the money held for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.base.money import Money

# `unknown`: the merchant was asked and did not answer; it is asked again with the same key.
OrderState = Literal["placed", "accepted", "unknown", "canceled"]
AuthorisationState = Literal["held", "captured", "voided"]


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Money held for one checkout, at most what was approved."""

    id: str
    checkout_id: str
    approval_id: str
    order_id: str
    customer_id: str
    merchant_id: str
    amount: Money
    state: AuthorisationState
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line as it was bought, for history: ids and the price of that day."""

    product_id: str
    quantity: int
    unit_price: Money
    options: tuple[tuple[str, str, int], ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought. `number` is what a customer and a merchant say to each other."""

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


def order_number(order_id: str) -> str:
    """Eight letters and digits out of the order's id, in two groups, for people to read out."""
    tail = order_id.rpartition("_")[2][-8:].upper()
    return f"{tail[:4]}-{tail[4:]}"

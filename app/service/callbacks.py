"""What a merchant's own system tells of an order: taken once by its message's id, and only about the merchant's own orders."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.base.clock import Clock
from app.base.money import Money
from app.base.visible import one_line
from app.domain.customer import NotFound
from app.domain.order import Order, Progress
from app.domain.trace import TraceEvent
from app.domain.webhook import check_signature
from app.service.payments import Payments
from app.service.ports import Placement, Records
from app.service.tracking import Tracking
from app.service.units import Unit, Writer

CallbackType = Literal["accepted", "rejected", "progress", "missing"]


@dataclass(frozen=True, slots=True)
class Told:
    """The call as it came: headers and body of the Standard Webhooks specification."""

    message_id: str
    at: datetime
    signature: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Callback:
    """What it says. `final`: what the goods came to, in minor units; `missing`: by product, all that was named so far."""

    order_id: str
    type: CallbackType
    reason: str = ""
    final: int | None = None
    progress: Progress | None = None
    missing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Callbacks:
    """`secret_of`: the secret of a merchant."""

    records: Records
    writer: Writer
    payments: Payments
    tracking: Tracking
    secret_of: Callable[[str], str]
    clock: Clock

    def check(self, merchant_id: str, told: Told) -> None:
        """Raises SignatureInvalid."""
        check_signature(self.secret_of(merchant_id), told.message_id, told.at, told.body, told.signature, self.clock.now())

    def take(self, merchant_id: str, told: Told, callback: Callback) -> None:
        """Do what it says; a repeat changes nothing. Raises NotFound for an order of another merchant's, KeyReused."""
        order = self.records.order(callback.order_id)
        if order is None or order.merchant_id != merchant_id:
            raise NotFound(what=callback.order_id)
        seen = hashlib.sha256(told.body).hexdigest()
        message = one_line(told.message_id)
        facts: dict[str, str | int] = {"order": order.id, "type": callback.type, "message": message, "body": seen}
        event = TraceEvent(order.customer_id, "merchant_called", facts, self.clock.now())
        unit = Unit(f"callback:{merchant_id}:{message}", seen, self.clock.now(), trace=(event,))
        # Kept first: what follows can be done twice and is one.
        self.writer.commit(unit)
        self._do(order, callback)

    def _do(self, order: Order, callback: Callback) -> None:
        match callback.type:
            case "accepted" | "rejected":
                final = Money(callback.final, order.total.currency) if callback.final is not None else None
                answer = Placement(callback.type, callback.reason, final, callback.progress, callback.missing)
                self.payments.settle(order, answer)
            case "progress":
                self.tracking.move(order, callback.progress, ())
            case "missing":
                self.tracking.move(order, None, callback.missing)

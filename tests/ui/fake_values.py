"""What the stand-in service answers with: refusals, one checkout, a customer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.base.errors import Refusal, UsualError
from app.base.money import Money
from app.service.views import CardView

PASSWORD, PIN = "usual", "246810"


class PinWrong(Refusal):
    code = "pin_wrong"


class PinLocked(Refusal):
    code = "pin_locked"


class NotFound(Refusal):
    code = "not_found"


class CheckoutChanged(Refusal):
    code = "checkout_changed"


class StorageUnavailable(UsualError):
    code = "storage_unavailable"


@dataclass
class Checkout:
    """One fake checkout: latte and croissant at made-up prices."""

    id: str
    customer_id: str
    lattes: int = 2
    croissants: int = 1
    version: int = 1
    state: str = "ready_for_complete"
    order_id: str | None = None
    expires_at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=5))

    @property
    def total(self) -> Money:
        return Money(self.lattes * 1900 + self.croissants * 1200 + 600 - 500)


@dataclass
class PayOutcome:
    card: CardView
    message: str


@dataclass
class Customer:
    display_name: str
    lang: str = "en"


@dataclass
class Demo:
    username: str = "demo"
    password: str = PASSWORD
    pin: str = PIN

"""A child's spending under a guardian: so much a day alone, some categories not at all, the rest when the guardian says yes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from app.base.clock import EPOCH
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.checkout import CheckoutSession, checkout_digest

RequestState = Literal["asked", "approved", "declined", "used"]
# Silence for so long is a no.
ASKED_FOR = timedelta(minutes=15)


class GuardianAsked(Refusal):
    """More than the child's day allows, or unlike their orders: the guardian has been asked about this very card."""

    code = "guardian_asked"


class GuardianDeclined(Refusal):
    """The guardian has said no to this very card."""

    code = "guardian_declined"


class CategoryBlocked(Refusal):
    """Of a kind that the guardian lets the child not buy."""

    code = "category_blocked"


class RequestClosed(Refusal):
    """The request was answered, has run out, or is about a card that is not the child's newest any more."""

    code = "request_closed"


@dataclass(frozen=True, slots=True)
class Guardianship:
    """`id` is the child's customer id. `version` moves on with every payment of the child's, so that no two slip under the cap."""

    id: str
    guardian_id: str
    daily_cap: Money
    blocked: frozenset[str]
    version: int
    at: datetime
    ended_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class GuardianRequest:
    """What the guardian is asked about: one card and what it buys, by `wish_digest`. It is used once."""

    id: str
    child_id: str
    guardian_id: str
    checkout_id: str
    checkout_version: int
    digest: str
    payee_id: str
    amount: Money
    state: RequestState
    at: datetime
    decided_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.state == "asked" and now < self.at + ASKED_FOR

    def allows(self, checkout: CheckoutSession, now: datetime) -> bool:
        """Whether the guardian's yes is for what this card buys and still holds. A price that was held anew is the same wish."""
        return (
            self.state == "approved"
            and self.digest == wish_digest(checkout)
            and self.child_id == checkout.customer_id
            and self.payee_id == checkout.merchant_id
            and self.amount == checkout.totals.maximum
            and now < self.at + ASKED_FOR
        )

    def decided(self, state: RequestState, now: datetime) -> "GuardianRequest":
        return replace(self, state=state, decided_at=now)


def wish_digest(checkout: CheckoutSession) -> str:
    """The card's digest without what a new quote of the same moves on: its version and until when the price is held."""
    return checkout_digest(replace(checkout, version=0, expires_at=EPOCH))


def check_categories(guardianship: Guardianship, checkout: CheckoutSession) -> None:
    """Raises CategoryBlocked."""
    blocked = next((line for line in checkout.lines if line.category in guardianship.blocked), None)
    if blocked is not None:
        raise CategoryBlocked(product=blocked.names)


def is_within_day(guardianship: Guardianship, spent: Money, checkout: CheckoutSession) -> bool:
    return guardianship.daily_cap.covers(spent.plus(checkout.totals.maximum))

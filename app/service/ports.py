"""How the service reaches the world: what it reads, and the merchants, banks and PINs it asks. Implemented on floor 7."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from app.base.errors import Refusal, UsualError
from app.base.money import Money
from app.dialogue.reading import Reading
from app.dialogue.state import ConversationState
from app.domain.catalog import Catalog
from app.domain.checkout import Approval, CheckoutSession, Draft
from app.domain.claim import CampaignStock, Claim
from app.domain.customer import Address, Contact, Customer
from app.domain.deposit import Deposit
from app.domain.ledger import Transfer, Wallet
from app.domain.memory import Preference
from app.domain.order import Authorisation, Order, Progress
from app.domain.pricing import Quote
from app.domain.records import CouponUse, Credential, SignIn, Utterance, VaultEntry
from app.domain.refund import Refund
from app.domain.ride import Trip
from app.understanding.context import ReadingContext


@dataclass(frozen=True, slots=True)
class TraceLink:
    """One stored link of a customer's chain."""

    sequence: int
    kind: str
    facts: Mapping[str, str | int]
    at: datetime
    previous: str
    hash: str
    rows: str = ""


class Records(Protocol):
    """What is stored, as of the last commit. What is not there is None or empty."""

    def customers(self) -> list[Customer]: ...
    def customer(self, customer_id: str) -> Customer | None: ...
    def credential(self, customer_id: str) -> Credential | None: ...
    def credential_by_username(self, username: str) -> Credential | None: ...
    def sign_in(self, sign_in_id: str) -> SignIn | None: ...
    def contacts(self, customer_id: str) -> list[Contact]: ...
    def addresses(self, customer_id: str) -> list[Address]: ...
    def vault_text(self, customer_id: str, vault_id: str) -> str | None: ...
    def wallet(self, customer_id: str) -> Wallet | None: ...
    def wallets(self) -> list[Wallet]: ...
    def checkout(self, checkout_id: str, version: int | None = None) -> CheckoutSession | None:
        """The given version, or the newest; its `state` is the stored one."""
        ...

    def conversation(self, conversation_id: str) -> ConversationState | None: ...
    def utterances(self, customer_id: str) -> list[Utterance]:
        """Oldest first."""
        ...

    def vault(self, customer_id: str) -> dict[str, str]:
        """All of a customer's texts by their ids."""
        ...

    def vault_entries(self, customer_id: str) -> list[VaultEntry]: ...
    def checkouts(self, customer_id: str) -> list[CheckoutSession]:
        """Every version of every card, oldest first."""
        ...

    def has_open_deposit(self, customer_id: str) -> bool: ...
    def has_utterance(self, utterance_id: str) -> bool: ...
    def open_checkouts(self, now: datetime) -> list[CheckoutSession]:
        """The cards of all customers that could be paid, or could after an answer, and whose price still holds."""
        ...

    def last_checkout(self, customer_id: str) -> CheckoutSession | None: ...
    def approval(self, approval_id: str) -> Approval | None: ...
    def authorisation(self, order_id: str) -> Authorisation | None: ...
    def authorisations(self) -> list[Authorisation]: ...
    def held_since(self, before: datetime) -> list[Authorisation]:
        """Authorisations that are still held and were made before the given moment, oldest first."""
        ...

    def pending_deposits(self, before: datetime) -> list[Deposit]:
        """Deposits made before the given moment whose outcome is still open, oldest first."""
        ...

    def order(self, order_id: str) -> Order | None: ...
    def order_of_checkout(self, checkout_id: str) -> Order | None: ...
    def order_of_number(self, number: str) -> Order | None:
        """By what people say to each other: the newest that has it."""
        ...

    def orders(self, customer_id: str, limit: int) -> list[Order]:
        """The newest orders of a customer, newest first."""
        ...

    def orders_under_way(self, since: datetime) -> list[Order]:
        """Orders that a merchant took and has not delivered, placed after the given moment, oldest first."""
        ...

    def transfers(self, cause: str | None = None) -> list[Transfer]: ...
    def available_at(self, customer_id: str, at: datetime, currency: str) -> Money:
        """What a wallet's transfers, up to the given moment and in it, left to spend."""
        ...

    def spent(self, customer_id: str, since: datetime, until: datetime) -> list[Transfer]:
        """What merchants took from a customer and what came back of it, from `since` until before `until`, oldest first."""
        ...

    def coupon_uses(self, customer_id: str, merchant_id: str | None = None) -> list[CouponUse]:
        """The uses that count, of one merchant's coupons or of all: those given back are left out."""
        ...

    def coupon_uses_of(self, checkout_id: str) -> list[CouponUse]: ...
    def claims(self, customer_id: str) -> list[Claim]: ...
    def preferences(self, customer_id: str) -> list[Preference]: ...
    def campaign_stock(self, campaign_id: str) -> CampaignStock | None:
        """None until the first claim."""
        ...

    def trace(self, customer_id: str) -> list[TraceLink]: ...
    def untold(self, customer_id: str, kinds: Sequence[str], since: datetime) -> list[TraceLink]:
        """Links of these kinds since the given moment that the customer was not told of, oldest first."""
        ...

    def is_erased(self, customer_id: str) -> bool: ...
    def trace_head(self, customer_id: str) -> str | None:
        """The hash that the next link will build on."""
        ...


PlacementState = Literal["accepted", "rejected", "unknown"]


@dataclass(frozen=True, slots=True)
class Placement:
    """What a merchant answered. `unknown`: no answer, or none that can be relied on.

    `final`: what the goods came to where their price was an estimate; None until the merchant knows. `progress`: how far it is with
    an order that it took, where it tells. `missing`: what it lacks of it, by product, all that it has named so far.
    """

    state: PlacementState
    reason: str = ""
    final: Money | None = None
    progress: Progress | None = None
    missing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a merchant says to a refund or a change. `why` is a code where it refused."""

    state: Literal["agreed", "refused", "unknown"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """Where an order goes and to whom, in full: for its merchant alone. Each is None where the order has none.

    A stop of the `trip` at an address of the customer's is named by that address.
    """

    destination: str | None = None
    recipient: str | None = None
    trip: Trip | None = None


class Merchants(Protocol):
    """The way to every merchant. Calls can take seconds; no unit of work spans one."""

    def catalogs(self) -> Mapping[str, Catalog]:
        """Every merchant's offer as it is now."""
        ...

    def quote(self, draft: Draft, at: datetime) -> Quote:
        """Raises a refusal when the merchant does not sell this now, MerchantUnavailable when it does not answer."""
        ...

    def place(self, order: Order, handover: Handover, key: str) -> Placement:
        """Ask the merchant to accept the order; the same key is the same order.

        Never raises for a merchant's fault: no answer that can be relied on is `unknown`.
        """
        ...

    def status(self, merchant_id: str, key: str) -> Placement:
        """What became of an order.

        `rejected` for a key the merchant never heard of is final: an order that comes later under that key must be refused, by the
        merchant or by the adapter, because its hold has been given back.
        """
        ...

    def amend(self, order: Order, handover: Handover, estimate: Money, key: str) -> Answer:
        """Ask whether a ride that is booked goes another way for about that much; the same key is the same change."""
        ...

    def agree(self, order: Order, refund: Refund) -> Answer:
        """Ask whether the merchant gives this back, and for a canceled order, whether it stops; the refund's id is the key.

        Never raises for a merchant's fault.
        """
        ...


class RefundRecords(Protocol):
    """Refunds, as of the last commit, oldest first."""

    def refund(self, refund_id: str) -> Refund | None: ...
    def refunds(self, order_id: str) -> list[Refund]: ...
    def refunds_of(self, customer_id: str) -> list[Refund]: ...
    def asked_refunds(self, before: datetime) -> list[Refund]:
        """Those that a merchant has not answered and that were asked before the given moment."""
        ...


class MerchantUnavailable(UsualError):
    """The merchant did not answer."""

    code = "merchant_unavailable"


class DepositDeclined(Refusal):
    """The bank did not give the money."""

    code = "deposit_declined"


class BankUnavailable(Refusal):
    """The bank did not answer; the deposit stays open and is settled later."""

    code = "bank_unavailable"


class Bank(Protocol):
    """Where deposits come from."""

    def charge(self, customer_id: str, amount: Money, key: str) -> None:
        """The same key is charged once, and another amount under it is declined.

        Raises DepositDeclined, BankUnavailable.
        """
        ...


class Secrets(Protocol):
    """Hashing and checking of passwords and PINs, slow on purpose."""

    def hash(self, secret: str) -> str: ...
    def matches(self, hashed: str | None, secret: str) -> bool:
        """Takes as long when there is no hash as when there is one."""
        ...


class Reader(Protocol):
    """Words → reading: the rules, and a model where one is configured."""

    def read(self, text: str, context: ReadingContext) -> Reading: ...

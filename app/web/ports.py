"""What the pages ask of the service: the part of it that moves money or shows it, outside the chat."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.base.errors import UsualError
from app.domain.agent import Agent
from app.domain.names import Lang
from app.domain.passkey import Assertion, Device
from app.service.ai_wallet import Asked
from app.service.callbacks import Callback, Told
from app.service.card_views import ChangesView
from app.service.guardian_views import GuardianView
from app.service.history_views import OrdersView
from app.service.order_list import Wanted
from app.service.receipts import PrintedReceipt
from app.service.sign_up import SignUpForm
from app.service.standing_views import StandingView
from app.service.views import CardView, ReceiptView, WalletView
from app.service.wallet_views import AIWalletView


class Begun(Protocol):
    """A challenge, and what the browser hands to its authenticator."""

    @property
    def challenge_id(self) -> str: ...
    @property
    def options(self) -> Mapping[str, Any]: ...


class PayResult(Protocol):
    """The card as it is after an attempt that was not refused, and a sentence about it."""

    @property
    def card(self) -> CardView: ...
    @property
    def message(self) -> str: ...


class Queries(Protocol):
    def card(self, customer_id: str, checkout_id: str, lang: Lang) -> CardView: ...
    def changes(self, customer_id: str, checkout_id: str, lang: Lang) -> ChangesView: ...
    def orders(self, customer_id: str, wanted: Wanted, lang: Lang) -> OrdersView: ...
    def receipt(self, customer_id: str, order_id: str, lang: Lang) -> ReceiptView: ...
    def wallet(self, customer_id: str, lang: Lang) -> WalletView: ...


class Payments(Protocol):
    def pay(self, customer_id: str, checkout_id: str, version: int, evidence: str | Assertion, lang: Lang) -> PayResult: ...


class Wallets(Protocol):
    def bind(self, customer_id: str, consent: bool, pin: str, lang: Lang) -> WalletView: ...
    def deposit(self, customer_id: str, amount_minor: int, pin: str, key: str, lang: Lang) -> WalletView: ...


class Standing(Protocol):
    def agree(
        self, customer_id: str, standing_order_id: str, version: int, evidence: str | Assertion, lang: Lang
    ) -> StandingView: ...
    def begin_consent(self, customer_id: str, standing_order_id: str, version: int, device: Device) -> Begun: ...
    def show(self, customer_id: str, standing_order_id: str, lang: Lang) -> StandingView: ...


class SignUps(Protocol):
    def open(self, form: SignUpForm) -> str:
        """The new customer's id."""
        ...


class Exports(Protocol):
    def of(self, customer_id: str) -> dict[str, Any]: ...


class Erasures(Protocol):
    def erase(self, customer_id: str, secret: str) -> None: ...


class Speaker(Protocol):
    """Says a refusal in the customer's words."""

    def say_error(self, error: UsualError, lang: Lang) -> str: ...


class Guardians(Protocol):
    """What children ask their guardians."""

    def show(self, guardian_id: str, request_id: str, lang: Lang) -> GuardianView: ...
    def approve(self, guardian_id: str, request_id: str, pin: str, lang: Lang) -> GuardianView: ...
    def decline(self, guardian_id: str, request_id: str, lang: Lang) -> GuardianView: ...


class Till(Speaker, Protocol):
    """The service as these routes see it."""

    @property
    def queries(self) -> Queries: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def wallets(self) -> Wallets: ...
    @property
    def standing(self) -> Standing: ...
    @property
    def guardians(self) -> Guardians: ...


class Callbacks(Protocol):
    """What merchants' own systems tell."""

    def check(self, merchant_id: str, told: Told) -> None: ...
    def take(self, merchant_id: str, told: Told, callback: Callback) -> None: ...


class CallbackTill(Speaker, Protocol):
    @property
    def callbacks(self) -> Callbacks: ...


class DataTill(Speaker, Protocol):
    """The service as the routes of a customer's own data see it."""

    @property
    def exports(self) -> Exports: ...
    @property
    def erasures(self) -> Erasures: ...
    def is_new(self, customer_id: str) -> bool: ...


class AIWallet(Protocol):
    def of(self, customer_id: str, asked: Asked, lang: Lang) -> AIWalletView: ...


class Receipts(Protocol):
    def of(self, customer_id: str, order_id: str, lang: Lang) -> PrintedReceipt: ...


class Mandates(Protocol):
    def pause(self, customer_id: str, mandate_id: str) -> None: ...
    def resume(self, customer_id: str, mandate_id: str) -> None: ...
    def revoke(self, customer_id: str, mandate_id: str) -> None: ...
    def add_agent(self, customer_id: str, name: str) -> tuple[Agent, str]: ...
    def remove_agent(self, customer_id: str, agent_id: str) -> None: ...


class StandingOrders(Protocol):
    def pause(self, customer_id: str, standing_order_id: str) -> object: ...
    def resume(self, customer_id: str, standing_order_id: str) -> object: ...
    def cancel(self, customer_id: str, standing_order_id: str) -> None: ...


class AIWalletTill(Speaker, Protocol):
    """The service as the wallet's page sees it: all that it does allows less than before."""

    @property
    def ai_wallet(self) -> AIWallet: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def mandates(self) -> Mandates: ...
    @property
    def standing_orders(self) -> StandingOrders: ...


class Readiness(Protocol):
    """What routes of health ask."""

    def check_ready(self) -> None:
        """Raises UsualError where no customer could be served now."""
        ...

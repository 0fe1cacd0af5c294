"""Paying, binding and depositing as a page or a terminal asks for it: the effect, then the view of what is now true."""

from dataclasses import dataclass

from app.dialogue.wording import say
from app.domain.names import Lang
from app.domain.passkey import Device
from app.service.campaigns import Campaigns
from app.service.consents import Evidence
from app.service.passkeys import Begun
from app.service.payments import Payments
from app.service.queries import Queries
from app.service.shelves import not_taken_words
from app.service.standing_orders import StandingOrders
from app.service.standing_views import StandingView, StandingViews
from app.service.views import CardView, WalletView
from app.service.wallets import Wallets


@dataclass(frozen=True, slots=True)
class PayResult:
    """The card after an attempt that was not refused, and a sentence about it."""

    card: CardView
    message: str


@dataclass(frozen=True, slots=True)
class CardTill:
    payments: Payments
    queries: Queries
    campaigns: Campaigns

    def pay(self, customer_id: str, checkout_id: str, version: int, evidence: Evidence, lang: Lang) -> PayResult:
        """Raises what `Payments.pay` raises."""
        order = self.payments.pay(customer_id, checkout_id, version, evidence)
        card = self.queries.card(customer_id, checkout_id, lang)
        if order.is_taken and order.settled_at is None:
            return PayResult(card, say(lang, "paid.booked", {"maximum": card.total}))
        if order.is_taken:
            return PayResult(card, say(lang, "paid.thanks", {"total": order.total}))
        return PayResult(card, not_taken_words(order, self.campaigns, lang))


@dataclass(frozen=True, slots=True)
class WalletTill:
    wallets: Wallets
    queries: Queries

    def bind(self, customer_id: str, consent: bool, pin: str, lang: Lang) -> WalletView:
        self.wallets.bind(customer_id, consent=consent, pin=pin)
        return self.queries.wallet(customer_id, lang)

    def deposit(self, customer_id: str, amount_minor: int, pin: str, key: str, lang: Lang) -> WalletView:
        self.wallets.deposit(customer_id, amount_minor, pin, key)
        return self.queries.wallet(customer_id, lang)


@dataclass(frozen=True, slots=True)
class StandingTill:
    orders: StandingOrders
    views: StandingViews

    def begin_consent(self, customer_id: str, standing_order_id: str, version: int, device: Device) -> Begun:
        """Raises what `StandingOrders.consent_to` and `Passkeys.begin_consent` raise."""
        consent = self.orders.consent_to(customer_id, standing_order_id, version)
        return self.orders.consents.passkeys.begin_consent(consent, device)

    def agree(self, customer_id: str, standing_order_id: str, version: int, evidence: Evidence, lang: Lang) -> StandingView:
        """Raises what `StandingOrders.agree` raises."""
        self.orders.agree(customer_id, standing_order_id, version, evidence)
        return self.views.owned(customer_id, standing_order_id, lang)

    def show(self, customer_id: str, standing_order_id: str, lang: Lang) -> StandingView:
        """Raises NotFound."""
        return self.views.owned(customer_id, standing_order_id, lang)

"""Erasing a customer for good: who they are and what they said goes, what was paid stays as amounts, ids and hashes."""

from dataclasses import dataclass
from datetime import datetime

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.customer import NotFound
from app.domain.erasure import OrderUnderWay, WalletNotEmpty
from app.domain.ledger import Wallet
from app.domain.order import FOLLOWED_FOR, Order
from app.domain.trace import TraceEvent
from app.service.accounts import Accounts
from app.service.news import News, NewsStand
from app.service.ports import Records
from app.service.step_up import StepUp
from app.service.units import Change, Unit, Writer

RECENT = 100


class PasswordWrong(Refusal):
    """Not the customer's password, or too many wrong ones."""

    code = "password_wrong"


def _is_open(order: Order, followed_since: datetime) -> bool:
    """Not settled, or on its way to the customer: the courier still needs to know where to."""
    return order.state in ("placed", "unknown") or (order.is_under_way and order.placed_at > followed_since)


@dataclass(frozen=True, slots=True)
class Erasures:
    records: Records
    writer: Writer
    accounts: Accounts
    step_up: StepUp
    clock: Clock
    news: NewsStand

    def check_possible(self, customer_id: str) -> None:
        """Raises OrderUnderWay, WalletNotEmpty."""
        wallet = self.records.wallet(customer_id)
        orders = self.records.orders(customer_id, RECENT)
        followed_since = self.clock.now() - FOLLOWED_FOR
        is_held = wallet is not None and not wallet.held.is_zero
        if is_held or self.records.has_open_deposit(customer_id) or any(_is_open(order, followed_since) for order in orders):
            raise OrderUnderWay()
        if wallet is not None and not wallet.available.is_zero:
            raise WalletNotEmpty(available=wallet.available)

    def needs_pin(self, customer_id: str) -> bool:
        """Whether it is the PIN that allows it; the password where no PIN was ever chosen."""
        credential = self.records.credential(customer_id)
        return credential is not None and credential.pin_hash is not None

    def erase(self, customer_id: str, secret: str) -> None:
        """One unit: it is done whole or not at all. Idempotent.

        Raises NotFound, OrderUnderWay, WalletNotEmpty, PinLocked, PinWrong, PasswordWrong.
        """
        if self.records.is_erased(customer_id):
            return
        if self.records.credential(customer_id) is None:
            raise NotFound(what=customer_id)
        self.check_possible(customer_id)
        accepted = self._accepted(customer_id, secret)
        now = self.clock.now()
        wallet = self.records.wallet(customer_id)
        currency = wallet.available.currency if wallet else "CNY"
        emptied = Change(
            Wallet,
            customer_id,
            expect={"available": 0, "held": 0},
            put={"bound": False},
            # Money that came in at the last moment.
            refusal=WalletNotEmpty(available=wallet.available if wallet else Money.zero(currency)),
        )
        self.writer.commit(
            Unit(
                key=f"erase:{customer_id}",
                fingerprint=customer_id,
                at=now,
                changes=(*(accepted.changes if accepted else ()), emptied),
                trace=(*(accepted.trace if accepted else ()), TraceEvent(customer_id, "erased", {}, now)),
                erases=customer_id,
            )
        )
        self.news.publish(customer_id, News("erased", customer_id))

    def _accepted(self, customer_id: str, secret: str) -> Unit | None:
        if self.needs_pin(customer_id):
            return self.step_up.check_pin(customer_id, secret)
        if not self.accounts.is_password(customer_id, secret):
            raise PasswordWrong()
        return None

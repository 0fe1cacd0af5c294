"""The customer's wallet: binding it with consent and a first PIN, and deposits."""

from dataclasses import dataclass

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.customer import NotFound
from app.domain.ledger import Wallet
from app.domain.trace import TraceEvent
from app.service.money.deposit import Depositor
from app.service.ports import Records
from app.service.step_up import StepUp
from app.service.units import Change, Unit, Writer


class ConsentMissing(Refusal):
    """The wallet is bound only when the customer has agreed."""

    code = "consent_missing"


class WalletAlreadyBound(Refusal):
    """There is nothing left to agree to."""

    code = "wallet_already_bound"


@dataclass(frozen=True, slots=True)
class Wallets:
    records: Records
    writer: Writer
    depositor: Depositor
    step_up: StepUp
    clock: Clock

    def bind(self, customer_id: str, *, consent: bool, pin: str) -> None:
        """Agree to pay from the wallet and choose the PIN, as one unit. Raises ConsentMissing, PinUnfit, WalletAlreadyBound."""
        if not consent:
            raise ConsentMissing()
        now = self.clock.now()
        bind = Change(Wallet, customer_id, expect={"bound": False}, put={"bound": True}, refusal=WalletAlreadyBound())
        committed = self.writer.commit(
            Unit(
                key=f"bind:{customer_id}",
                fingerprint=customer_id,
                at=now,
                changes=(bind, self.step_up.new_pin(customer_id, pin)),
                trace=(TraceEvent(customer_id, "wallet_bound", {"consent": "pay_from_wallet"}, now),),
            )
        )
        if committed.replayed:
            # The PIN that came with this call was not taken, so it must not look as if it was.
            raise WalletAlreadyBound()

    def deposit(self, customer_id: str, amount_minor: int, pin: str, key: str) -> None:
        """Idempotent by key. Raises NotFound, PinLocked, PinWrong and the deposit's refusals."""
        wallet = self.records.wallet(customer_id)
        if wallet is None:
            raise NotFound(what="wallet")
        self.step_up.accept(self.step_up.check_pin(customer_id, pin))
        self.depositor.deposit(customer_id, Money(amount_minor, wallet.available.currency), key)

    def settle_deposits(self, older_than_seconds: int) -> int:
        """End the deposits that a crash left open; how many."""
        return self.depositor.settle_pending(older_than_seconds)

"""Money into the wallet."""

from dataclasses import dataclass

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import derived_id
from app.base.money import Money
from app.domain import postings
from app.domain.ledger import DepositOutOfBounds, Wallet, WalletNotBound
from app.domain.trace import TraceEvent
from app.service.ports import Bank
from app.service.units import Change, Insert, Unit, Writer, fingerprint

DEPOSIT_MAX_MINOR = 500_000


class DepositDeclined(Refusal):
    """The bank did not give the money."""

    code = "deposit_declined"


@dataclass(frozen=True, slots=True)
class Depositor:
    writer: Writer
    bank: Bank
    clock: Clock

    def deposit(self, customer_id: str, amount: Money, key: str) -> None:
        """Idempotent by key. Raises DepositOutOfBounds, DepositDeclined, WalletNotBound."""
        if not 0 < amount.minor <= DEPOSIT_MAX_MINOR:
            raise DepositOutOfBounds(maximum=Money(DEPOSIT_MAX_MINOR, amount.currency))
        deposit_id = derived_id("dep", customer_id, key)
        self.bank.charge(customer_id, amount, deposit_id)
        now = self.clock.now()
        self.writer.commit(
            Unit(
                key=f"deposit:{deposit_id}",
                fingerprint=fingerprint(customer_id, amount.minor, amount.currency),
                at=now,
                changes=(
                    Change(
                        Wallet,
                        customer_id,
                        expect={"bound": True, "currency": amount.currency},
                        add={"available": amount.minor},
                        refusal=WalletNotBound(),
                    ),
                ),
                inserts=tuple(map(Insert, postings.deposit(deposit_id, customer_id, amount, now))),
                trace=(
                    TraceEvent(
                        customer_id,
                        "deposited",
                        {"deposit": deposit_id, "amount": amount.minor, "currency": amount.currency},
                        now,
                    ),
                ),
            )
        )

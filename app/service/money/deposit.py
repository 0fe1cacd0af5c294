"""Money into the wallet: the wish is kept first, then the bank is asked, then the wallet is credited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.base.clock import Clock
from app.base.ids import derived_id
from app.base.money import Money
from app.domain import postings
from app.domain.deposit import Deposit
from app.domain.ledger import DepositOutOfBounds, Wallet, WalletNotBound
from app.domain.trace import TraceEvent
from app.service.ports import Bank, BankUnavailable, DepositDeclined, Records
from app.service.seals import moved
from app.service.units import Change, GuardFailed, Insert, Unit, Writer, fingerprint

DEPOSIT_MAX_MINOR = 500_000
NOTHING: Mapping[str, str | int] = {}


@dataclass(frozen=True, slots=True)
class Depositor:
    records: Records
    writer: Writer
    bank: Bank
    clock: Clock

    def deposit(self, customer_id: str, amount: Money, key: str) -> None:
        """Idempotent by key; the same key with another amount is an error, and the bank is not asked.

        Raises DepositOutOfBounds, WalletNotBound, KeyReused, DepositDeclined.
        """
        if not 0 < amount.minor <= DEPOSIT_MAX_MINOR:
            raise DepositOutOfBounds(maximum=Money(DEPOSIT_MAX_MINOR, amount.currency))
        deposit = Deposit(derived_id("dep", customer_id, key), customer_id, amount, "pending", self.clock.now())
        self.writer.commit(
            Unit(
                key=f"deposit:{deposit.id}",
                fingerprint=fingerprint(customer_id, amount.minor, amount.currency),
                at=deposit.at,
                changes=(Change(Wallet, customer_id, _bound(amount), put={"bound": True}, refusal=WalletNotBound()),),
                inserts=(Insert(deposit),),
                trace=(self._event("deposit_asked", deposit, deposit.at),),
            )
        )
        self.settle(deposit)

    def settle_pending(self, older_than_seconds: int) -> int:
        """Ask the bank about deposits that a crash left open, by the same id; how many were ended."""
        pending = self.records.pending_deposits(self.clock.now() - timedelta(seconds=older_than_seconds))
        ended = 0
        for deposit in pending:
            try:
                self.settle(deposit)
            except (DepositDeclined, BankUnavailable, GuardFailed) as refused:
                # One that can't be ended now must not keep the others waiting.
                ended += isinstance(refused, DepositDeclined)
                continue
            ended += 1
        return ended

    def settle(self, deposit: Deposit) -> None:
        """Charge the bank and credit the wallet, each once. Raises DepositDeclined."""
        try:
            self.bank.charge(deposit.customer_id, deposit.amount, deposit.id)
        except DepositDeclined:
            self._end(deposit, "declined")
            raise
        self._end(deposit, "completed")

    def _end(self, deposit: Deposit, state: str) -> None:
        now, amount = self.clock.now(), deposit.amount
        credited = Change(Wallet, deposit.customer_id, _bound(amount), add={"available": amount.minor})
        is_paid = state == "completed"
        transfers = postings.deposit(deposit.id, deposit.customer_id, amount, now) if is_paid else ()
        self.writer.commit(
            Unit(
                key=f"deposit-{state}:{deposit.id}",
                fingerprint=deposit.id,
                at=now,
                changes=(
                    Change(Deposit, deposit.id, expect={"state": "pending"}, put={"state": state}),
                    *((credited,) if is_paid else ()),
                ),
                inserts=tuple(map(Insert, transfers)),
                trace=(self._event(f"deposit_{state}", deposit, now, moved(transfers)),),
            )
        )

    def _event(self, kind: str, deposit: Deposit, at: datetime, also: Mapping[str, str | int] = NOTHING) -> TraceEvent:
        facts: dict[str, str | int] = {
            "deposit": deposit.id,
            "amount": deposit.amount.minor,
            "currency": deposit.amount.currency,
        }
        return TraceEvent(deposit.customer_id, kind, facts | dict(also), at)


def _bound(amount: Money) -> dict[str, object]:
    return {"bound": True, "currency": amount.currency}

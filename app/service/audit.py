"""Does the ledger hold? Wallets equal their transfers, every order's money adds up, every chain is whole."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.ledger import Transfer, Wallet, available_account, held_account
from app.domain.trace import GENESIS, TraceEvent, link_hash
from app.service.ports import Records


@dataclass(frozen=True, slots=True)
class AuditFault:
    """`kind` is a stable code; `detail` names accounts, orders and amounts in minor units, no personal text."""

    kind: str
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Audit:
    records: Records

    def check(self) -> list[AuditFault]:
        """Every fault found; empty when all is well."""
        transfers = self.records.transfers()
        faults = list(_wallets(self.records.wallets(), transfers))
        faults += _orders(transfers)
        for customer in self.records.customers():
            faults += self._chain(customer.id)
        return faults

    def _chain(self, customer_id: str) -> Iterator[AuditFault]:
        previous = GENESIS
        for place, link in enumerate(self.records.trace(customer_id), start=1):
            expected = link_hash(previous, place, TraceEvent(customer_id, link.kind, link.facts, link.at))
            if link.sequence != place or link.previous != previous or link.hash != expected:
                yield AuditFault("trace_broken", customer_id, f"link {place}")
                return
            previous = link.hash


def _wallets(wallets: list[Wallet], transfers: list[Transfer]) -> Iterator[AuditFault]:
    balances: dict[tuple[str, str], int] = defaultdict(int)
    for transfer in transfers:
        balances[transfer.target, transfer.amount.currency] += transfer.amount.minor
        balances[transfer.source, transfer.amount.currency] -= transfer.amount.minor
    for wallet in wallets:
        for account, stored in (
            (available_account(wallet.customer_id), wallet.available),
            (held_account(wallet.customer_id), wallet.held),
        ):
            summed = balances[account, stored.currency]
            if summed != stored.minor:
                yield AuditFault("wallet_differs", account, f"balance {stored.minor}, transfers {summed}")


def _orders(transfers: list[Transfer]) -> Iterator[AuditFault]:
    """No order takes more than it held, and what was held is taken, given back or still held."""
    moved: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for transfer in transfers:
        moved[transfer.cause][transfer.kind] += transfer.amount.minor
    for order_id, kinds in moved.items():
        if kinds["capture"] + kinds["void"] > kinds["hold"]:
            yield AuditFault("order_overdrawn", order_id, f"held {kinds['hold']}, moved {kinds['capture'] + kinds['void']}")

"""What is written down, read beside the running server: orders, money, cards. A page may say anything; this is what is true."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.domain.checkout import CheckoutSession
from app.domain.order import Order
from app.service.audit import Audit
from app.service.evidence import Evidence
from app.storage.database import Database
from app.storage.evidence_reads import StoredEvidence
from app.storage.mandate_reads import StoredMandates
from app.storage.reads import StoredRecords
from app.storage.refund_reads import StoredRefunds
from app.storage.settlement_reads import StoredSettlements
from app.storage.standing_reads import StoredStanding


@dataclass(frozen=True)
class Books:
    records: StoredRecords
    refunds: StoredRefunds
    settlements: StoredSettlements
    evidence: Evidence
    standing: StoredStanding
    mandates: StoredMandates

    def recurring(self, customer_id: str) -> list[tuple[str, str, int]]:
        """Each standing order's state, its mandate's, and the most that one run may cost, in minor units; oldest first."""
        orders = self.standing.standing_orders(customer_id)
        mandates = {order.id: self.mandates.mandate(order.mandate_id) for order in orders}
        return [(o.state, m.state if (m := mandates[o.id]) else "none", o.cap.minor) for o in orders]

    def orders(self, customer_id: str) -> list[Order]:
        """Newest first."""
        return self.records.orders(customer_id, 1_000)

    def only_order(self, customer_id: str) -> Order:
        [order] = self.orders(customer_id)
        return order

    def card(self, customer_id: str) -> CheckoutSession:
        """The newest version of the newest card."""
        card = self.records.last_checkout(customer_id)
        assert card is not None, "no card was made"
        return card

    def money(self, customer_id: str) -> tuple[int, int]:
        """Available and held, in minor units."""
        wallet = self.records.wallet(customer_id)
        assert wallet is not None
        return wallet.available.minor, wallet.held.minor

    def moved(self, order: Order) -> dict[str, int]:
        """Minor units by kind of transfer; a kind that happened twice fails."""
        transfers = self.records.transfers(order.id)
        kinds = {transfer.kind: transfer.amount.minor for transfer in transfers}
        assert len(kinds) == len(transfers), transfers
        return kinds

    def pin_failures(self, customer_id: str) -> int:
        credential = self.records.credential(customer_id)
        assert credential is not None
        return credential.pin_failures

    def check(self) -> None:
        """The server goes on writing: what was read before and after such a write is read once more."""
        audit = Audit(self.records, self.refunds, self.settlements, self.evidence)
        faults = audit.check()
        for _ in range(2):
            if faults:
                time.sleep(1)
                faults = audit.check()
        assert faults == [], faults


@contextmanager
def open_books(var: Path) -> Iterator[Books]:
    database = Database(f"sqlite:///{var / 'usual.db'}")
    try:
        records, refunds, mandates = StoredRecords(database), StoredRefunds(database), StoredMandates(database)
        evidence = Evidence(records, refunds, mandates, StoredEvidence(database))
        yield Books(records, refunds, StoredSettlements(database), evidence, StoredStanding(database), mandates)
    finally:
        database.close()

"""What the wallet's page reads of the ledger. Implemented on floor 7."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.deposit import Deposit
from app.domain.dispute import Dispute
from app.domain.ledger import TransferKind
from app.domain.order import Order, OrderedLine
from app.domain.refund import Refund
from app.service.approvers import Approver


@dataclass(frozen=True, slots=True)
class Selection:
    """Which orders: placed from `since` until before `until`; what is None or empty is any.

    `approved_by`: "pin", "passkey" or an agent's id. `merchant_id` and `mandate_id` as they are.
    """

    customer_id: str
    currency: str
    approved_by: str = ""
    merchant_id: str = ""
    mandate_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpentPart:
    """What was captured less what came back, of all orders that agree in the rest.

    `span` counts the beginnings that were given: 0 is before the first. `order_id`: one of the orders.
    """

    minor: int
    approver: Approver
    merchant_id: str
    lines: tuple[OrderedLine, ...]
    span: int
    order_id: str


@dataclass(frozen=True, slots=True)
class Spending:
    """An order with who approved it; `paid` and `returned` are the ledger's, in minor units."""

    order: Order
    approver: Approver
    paid: int
    returned: int


class WalletRecords(Protocol):
    def spent_parts(self, selection: Selection, begins: Sequence[datetime]) -> list[SpentPart]:
        """The selection's orders, each in the span between two of `begins` in which it was placed."""
        ...

    def spendings(self, selection: Selection, limit: int, before: Order | None = None) -> list[Spending]:
        """The newest first, those older than `before`; with orders that are held or were not taken."""
        ...

    def merchants_of(self, customer_id: str) -> list[str]: ...
    def words_of(self, customer_id: str, utterance_ids: Sequence[str]) -> dict[str, str]:
        """What was said or typed, by the utterance's id; what was tapped or erased is left out."""
        ...

    def moved(self, customer_id: str, currency: str) -> dict[TransferKind, int]:
        """What the wallet's own transfers came to by kind, in minor units."""
        ...

    def deposits(self, customer_id: str, limit: int) -> list[Deposit]:
        """The newest first."""
        ...

    def newest_refunds(self, customer_id: str, limit: int) -> list[Refund]:
        """The newest first."""
        ...

    def newest_disputes(self, customer_id: str, limit: int) -> list[Dispute]:
        """The newest first."""
        ...

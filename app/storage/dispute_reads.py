"""Disputes as they are stored."""

from typing import Any

from sqlalchemy import Row

from app.domain.dispute import CompensationMonth, Dispute
from app.storage.columns import table_of
from app.storage.dispute_tables import CompensationMonthRow, DisputeRow
from app.storage.select import Reads, where, with_money

LISTS = ("reasons", "evidence")
DISPUTE, MONTH = table_of(DisputeRow), table_of(CompensationMonthRow)

_DISPUTE, _MONTH = where(DISPUTE, "id"), where(MONTH, "id")
_OF_CUSTOMER = where(DISPUTE, "customer_id").order_by(DISPUTE.c.at, DISPUTE.c.id)


class StoredDisputes(Reads):
    """The service's `DisputeRecords`."""

    def dispute(self, dispute_id: str) -> Dispute | None:
        row = self._first(_DISPUTE, id=dispute_id)
        return None if row is None else dispute_in(row)

    def disputes(self, customer_id: str) -> list[Dispute]:
        return [dispute_in(row) for row in self._all(_OF_CUSTOMER, customer_id=customer_id)]

    def compensation_month(self, month_id: str) -> CompensationMonth | None:
        row = self._first(_MONTH, id=month_id)
        return None if row is None else CompensationMonth(**row._mapping)


def dispute_in(row: Row[Any]) -> Dispute:
    lists = {name: tuple(getattr(row, name).split()) for name in LISTS}
    return Dispute(**with_money(row, "amount") | lists)

"""Settlements as they are stored."""

from datetime import date

from sqlalchemy import bindparam, or_, select

from app.domain.ledger import Transfer
from app.domain.settlement import Settlement
from app.storage import tables
from app.storage.columns import table_of
from app.storage.mapping import SETTLEMENT
from app.storage.select import Reads, where, with_money
from app.storage.settlement_tables import SettledTransferRow, SettlementRow

TRANSFER = table_of(tables.TransferRow)
SETTLED, SETTLEMENTS = table_of(SettledTransferRow), table_of(SettlementRow)
# What a day is made of; fees and payouts are what it leads to.
SOLD = ("capture", "coupon", "refund", "coupon_return")

_UNSETTLED = (
    select(TRANSFER)
    .outerjoin(SETTLED, SETTLED.c.id == TRANSFER.c.id)
    .where(or_(TRANSFER.c.source == bindparam("account"), TRANSFER.c.target == bindparam("account")))
    .where(TRANSFER.c.kind.in_(SOLD), SETTLED.c.id.is_(None))
    .order_by(TRANSFER.c.at, TRANSFER.c.id)
)
_OF_DAY = where(SETTLEMENTS, "merchant_id", "day")
_OF_MERCHANT = where(SETTLEMENTS, "merchant_id").order_by(SETTLEMENTS.c.day)
_ALL = select(SETTLEMENTS).order_by(SETTLEMENTS.c.merchant_id, SETTLEMENTS.c.day)
_COUNTED = (
    select(TRANSFER).join(SETTLED, SETTLED.c.id == TRANSFER.c.id).where(SETTLED.c.settlement_id == bindparam("settlement_id"))
)


class StoredSettlements(Reads):
    """The service's `SettlementRecords`."""

    def unsettled(self, account: str) -> list[Transfer]:
        return [Transfer(**with_money(row, "amount")) for row in self._all(_UNSETTLED, account=account)]

    def settlement(self, merchant_id: str, day: date) -> Settlement | None:
        row = self._first(_OF_DAY, merchant_id=merchant_id, day=day.isoformat())
        return None if row is None else SETTLEMENT.validate_json(row.body)

    def settlements(self, merchant_id: str | None = None) -> list[Settlement]:
        rows = self._all(_ALL) if merchant_id is None else self._all(_OF_MERCHANT, merchant_id=merchant_id)
        return [SETTLEMENT.validate_json(row.body) for row in rows]

    def counted(self, settlement_id: str) -> list[Transfer]:
        return [Transfer(**with_money(row, "amount")) for row in self._all(_COUNTED, settlement_id=settlement_id)]

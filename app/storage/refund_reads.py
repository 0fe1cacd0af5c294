"""Refunds as they are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam

from app.base.money import Money
from app.domain.refund import Refund
from app.storage import tables
from app.storage.columns import table_of
from app.storage.mapping import REFUND_AMOUNTS, REFUNDED_LINES
from app.storage.select import Reads, where

REFUND = table_of(tables.RefundRow)

_REFUND = where(REFUND, "id")
_OF_ORDER = where(REFUND, "order_id").order_by(REFUND.c.number)
_OF_CUSTOMER = where(REFUND, "customer_id").order_by(REFUND.c.at, REFUND.c.order_id, REFUND.c.number)
_ASKED = where(REFUND, "state").where(REFUND.c.at <= bindparam("before", type_=REFUND.c.at.type)).order_by(REFUND.c.at)


class StoredRefunds(Reads):
    """The service's `RefundRecords`."""

    def refund(self, refund_id: str) -> Refund | None:
        row = self._first(_REFUND, id=refund_id)
        return None if row is None else refund_in(row)

    def refunds(self, order_id: str) -> list[Refund]:
        return [refund_in(row) for row in self._all(_OF_ORDER, order_id=order_id)]

    def refunds_of(self, customer_id: str) -> list[Refund]:
        return [refund_in(row) for row in self._all(_OF_CUSTOMER, customer_id=customer_id)]

    def asked_refunds(self, before: datetime) -> list[Refund]:
        return [refund_in(row) for row in self._all(_ASKED, state="asked", before=before)]


def refund_in(row: Row[Any]) -> Refund:
    values = dict(row._mapping)
    currency = values.pop("currency")
    amounts = {name: Money(values[name], currency) for name in REFUND_AMOUNTS}
    return Refund(**values | amounts | {"lines": REFUNDED_LINES.validate_json(row.lines)})

"""Standing orders and their occurrences as they are stored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select

from app.base.money import Money
from app.domain.order import CANCELED
from app.domain.standing import Occurrence, StandingOrder
from app.storage import tables
from app.storage.claims import Claims
from app.storage.columns import table_of
from app.storage.mapping import MOVING, STANDING
from app.storage.select import Reads, where

PLACED = table_of(tables.OrderRow)
ORDER, OCCURRENCE = table_of(tables.StandingOrderRow), table_of(tables.OccurrenceRow)
MOMENT = ORDER.c.next_due.type

_ORDER, _OCCURRENCE = where(ORDER, "id"), where(OCCURRENCE, "id")
_ORDERS = where(ORDER, "customer_id").order_by(ORDER.c.id)
_NOW = bindparam("now", type_=MOMENT)
_IS_DUE = and_(ORDER.c.state.in_(("active", "paused")), or_(ORDER.c.next_due <= _NOW, ORDER.c.notice_at <= _NOW))
_CLAIMS = Claims(ORDER, _IS_DUE, ORDER.c.next_due)
_OCCURRENCES = where(OCCURRENCE, "standing_order_id").order_by(OCCURRENCE.c.due.desc()).limit(bindparam("limit"))
_ASKED = where(OCCURRENCE, "state").where(OCCURRENCE.c.at <= bindparam("before", type_=MOMENT)).order_by(OCCURRENCE.c.at)
_UNDONE = (
    select(OCCURRENCE)
    .join(PLACED, PLACED.c.checkout_id == OCCURRENCE.c.checkout_id)
    .where(OCCURRENCE.c.state == "ordered", PLACED.c.state == "canceled")
    .where(PLACED.c.failure.is_distinct_from(CANCELED))
    .where(PLACED.c.settled_at >= bindparam("since", type_=MOMENT))
    .order_by(OCCURRENCE.c.at)
)
_SKIPPED = select(OCCURRENCE.c.due).where(
    OCCURRENCE.c.standing_order_id == bindparam("standing_order_id"), OCCURRENCE.c.state == "skipped"
)


class StoredStanding(Reads):
    """The service's `StandingRecords`."""

    def standing_order(self, standing_order_id: str) -> StandingOrder | None:
        row = self._first(_ORDER, id=standing_order_id)
        return None if row is None else _order(row)

    def standing_orders(self, customer_id: str) -> list[StandingOrder]:
        return [_order(row) for row in self._all(_ORDERS, customer_id=customer_id)]

    def claim_due(self, now: datetime, until: datetime, limit: int) -> list[StandingOrder]:
        return [_order(row) for row in _CLAIMS.claim(self._database, now, until, limit)]

    def release(self, standing_orders: Iterable[StandingOrder], until: datetime) -> None:
        _CLAIMS.release(self._database, [order.id for order in standing_orders], until)

    def occurrence(self, occurrence_id: str) -> Occurrence | None:
        row = self._first(_OCCURRENCE, id=occurrence_id)
        return None if row is None else _occurrence(row)

    def occurrences(self, standing_order_id: str, limit: int) -> list[Occurrence]:
        return [_occurrence(row) for row in self._all(_OCCURRENCES, standing_order_id=standing_order_id, limit=limit)]

    def undone(self, since: datetime) -> list[Occurrence]:
        return [_occurrence(row) for row in self._all(_UNDONE, since=since)]

    def asked_before(self, before: datetime) -> list[Occurrence]:
        return [_occurrence(row) for row in self._all(_ASKED, state="asked", before=before)]

    def skipped(self, standing_order_id: str) -> frozenset[datetime]:
        return frozenset(row.due for row in self._all(_SKIPPED, standing_order_id=standing_order_id))


def _order(row: Row[Any]) -> StandingOrder:
    return replace(STANDING.validate_json(row.body), **{name: getattr(row, name) for name in MOVING})


def _occurrence(row: Row[Any]) -> Occurrence:
    values = dict(row._mapping)
    currency = values.pop("currency")
    if values["total"] is not None:
        values["total"] = Money(values["total"], currency)
    return Occurrence(**values)

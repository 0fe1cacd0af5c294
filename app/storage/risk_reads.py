"""What risk looks at, as it is stored: the newest orders, who said that a card is meant, and the verdicts so far."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.domain.risk import RiskFacts, RiskRelease
from app.domain.risk_facts import Purchase, PurchasedLine, choice_of
from app.service.risk import PREFIX, Assessed
from app.storage import tables
from app.storage.columns import table_of
from app.storage.select import Reads, where, with_money

ORDER, TRACE, RELEASE = map(table_of, (tables.OrderRow, tables.TraceRow, tables.RiskReleaseRow))
LINES_KEPT = 4_096
# Risk needs little of an order: none is made whole.
_PURCHASES = (
    select(ORDER.c.merchant_id, ORDER.c.placed_at, ORDER.c.total, ORDER.c.lines, ORDER.c.destination_masked)
    .where(ORDER.c.customer_id == bindparam("customer_id"))
    .where(ORDER.c.state != "canceled")
    .order_by(ORDER.c.placed_at.desc(), ORDER.c.id.desc())
    .limit(bindparam("limit"))
)
_RELEASES = where(RELEASE, "digest").order_by(RELEASE.c.id)
_ASSESSED = (
    select(TRACE)
    .where(TRACE.c.kind.in_(("authorised", "risk")))
    .where(TRACE.c.at >= bindparam("since", type_=TRACE.c.at.type))
    .order_by(TRACE.c.at, TRACE.c.customer_id, TRACE.c.sequence)
)


class StoredRisk(Reads):
    """The service's `RiskRecords`."""

    def purchases(self, customer_id: str, limit: int) -> list[Purchase]:
        return [_purchase(row) for row in self._all(_PURCHASES, customer_id=customer_id, limit=limit)]

    def risk_releases(self, digest: str) -> list[RiskRelease]:
        return [RiskRelease(**with_money(row, "amount")) for row in self._all(_RELEASES, digest=digest)]

    def assessed(self, since: datetime) -> Iterator[Assessed | None]:
        for row in self._all(_ASSESSED, since=since):
            facts = json.loads(row.facts)
            if "risk" not in facts:
                yield None
                continue
            known = {name.removeprefix(PREFIX): value for name, value in facts.items() if name.startswith(PREFIX)}
            paid = row.kind == "authorised"
            yield Assessed(row.customer_id, facts["checkout"], paid, facts["risk"], RiskFacts.of_plain(known))


def _purchase(row: Row[Any]) -> Purchase:
    # Words of a customer's stay in no memory that their erasure does not reach.
    lines = _parsed(row.lines) if '"note":"' in row.lines else _lines(row.lines)
    return Purchase(row.merchant_id, row.placed_at, row.total, lines, row.destination_masked)


def _parsed(text: str) -> tuple[PurchasedLine, ...]:
    return tuple(
        PurchasedLine(
            product_id=line["product_id"],
            choice=choice_of(map(tuple, line["options"])),
            quantity=line["quantity"],
            unit_minor=line["unit_price"]["minor"],
            grams=line.get("grams"),
        )
        for line in json.loads(text)
    )


# What is ordered again and again is the same text.
_lines = lru_cache(LINES_KEPT)(_parsed)

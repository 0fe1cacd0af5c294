"""How an order gets on at the merchants that this process plays: a timeline from the moment they took it.

A minute of theirs can be made to last less than one, so that a demo shows a whole delivery while somebody watches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from app.base.clock import EPOCH, milliseconds
from app.domain.catalog import Catalog, FulfilmentKind
from app.domain.order import Order, Progress, TakenState

# When each state begins, in per cent of the time until the goods are there.
TIMELINES: Mapping[FulfilmentKind, tuple[tuple[int, TakenState], ...]] = {
    "delivery": ((0, "accepted"), (8, "preparing"), (45, "on_the_way"), (100, "delivered")),
    "pickup": ((0, "accepted"), (10, "preparing"), (100, "ready"), (300, "delivered")),
    "ride": ((0, "accepted"), (15, "on_the_way"), (100, "delivered")),
    "phone": ((0, "delivered"),),
    "booking": ((0, "accepted"),),
}
RIDE_MINUTES = 15
# One order in so many is late, by that much.
LATE_ONE_IN, LATE_PERCENT = 9, 40
# From when on a late order is known to be late.
TOLD_AT_PERCENT = 70


@dataclass(frozen=True, slots=True)
class Kitchen:
    """`minute_seconds`: how long one of its minutes lasts."""

    minute_seconds: int = 60

    def ticket(self, order: Order, catalog: Catalog, now: datetime) -> dict[str, Any]:
        """What is remembered of an order to tell later how far it is: plain JSON."""
        way = catalog.merchant.fulfilment_option(order.fulfilment_id)
        kind: FulfilmentKind = way.kind if way else "pickup"
        minutes = RIDE_MINUTES if kind == "ride" else way.eta_minutes[1] if way else 0
        is_late = kind in ("delivery", "pickup") and crc32(f"{order.placed_at} {order.lines}".encode()) % LATE_ONE_IN == 0
        begins = max(now, order.starts_at) if order.starts_at else now
        return {"at": milliseconds(begins), "kind": kind, "ms": minutes * self.minute_seconds * 1_000, "late": is_late}

    def progress(self, ticket: Mapping[str, Any], now: datetime) -> Progress | None:
        """How far the order is; None for a ticket without a timeline."""
        if "kind" not in ticket:
            return None
        whole, elapsed = int(ticket["ms"]), milliseconds(now) - int(ticket["at"])
        late = bool(ticket["late"]) and 100 * elapsed >= TOLD_AT_PERCENT * whole
        lasts = whole * (100 + LATE_PERCENT) // 100 if ticket["late"] else whole
        timeline = TIMELINES[ticket["kind"]]
        # Before it begins, a ride for later is as booked as it can be.
        reached = [state for percent, state in timeline if 100 * elapsed >= percent * lasts] or [timeline[0][1]]
        due_ms = int(ticket["at"]) + (lasts if late else whole)
        due = None if ticket["kind"] in ("phone", "booking") else EPOCH + timedelta(milliseconds=due_ms)
        return Progress(reached[-1], due, late)

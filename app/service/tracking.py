"""How far the merchants are with what they took: asked, recorded, told to whoever is looking."""

import logging
from dataclasses import dataclass

from app.base.clock import Clock
from app.base.errors import UsualError
from app.domain.order import FOLLOWED_FOR, Order, Progress
from app.domain.trace import TraceEvent
from app.service.news import News, NewsStand
from app.service.ports import Merchants, Records
from app.service.shortages import Shortages
from app.service.units import Change, Unit, Writer

LOGGER = logging.getLogger("usual.tracking")


@dataclass(frozen=True, slots=True)
class Tracking:
    records: Records
    writer: Writer
    merchants: Merchants
    shortages: Shortages
    news: NewsStand
    clock: Clock

    def follow(self) -> int:
        """Ask about every order that is under way; how many have moved."""
        return sum(map(self._follow, self.records.orders_under_way(self.clock.now() - FOLLOWED_FOR)))

    def _follow(self, order: Order) -> bool:
        status = self.merchants.status(order.merchant_id, order.id)
        return self.move(order, status.progress, status.missing)

    def move(self, order: Order, progress: Progress | None, missing: tuple[tuple[str, int], ...]) -> bool:
        """Take up what its merchant says of an order: how far it is, and what of it is lacking. Whether it has moved."""
        if missing and order.settled_at is not None:
            self._give_back(order, missing)
        if progress is None or not order.moves_to(progress):
            return False
        try:
            committed = self.writer.commit(self._moved(order, progress))
        except UsualError as refused:
            # Another worker was there first, or the database is away: the next round asks again.
            LOGGER.info("order %s could not be moved to %s: %s", order.id, progress.state, refused.code)
            return False
        if committed.replayed:
            # It went to and fro between two answers: what was told once is not told again.
            return False
        self.news.publish(order.customer_id, News("order", order.id))
        return True

    def _give_back(self, order: Order, missing: tuple[tuple[str, int], ...]) -> None:
        try:
            self.shortages.give_back(order, missing)
        except UsualError as refused:
            LOGGER.info("what order %s lacks could not be given back: %s", order.id, refused.code)

    def _moved(self, order: Order, progress: Progress) -> Unit:
        now, due = self.clock.now(), progress.due.isoformat() if progress.due else ""
        facts: dict[str, str | int] = {"order": order.id, "state": progress.state, "due": due, "late": int(progress.late)}
        return Unit(
            key=f"progress:{order.id}:{order.state}:{order.due}:{order.late}>{progress.state}:{due}:{progress.late}",
            fingerprint=f"{progress.state}:{due}:{progress.late}",
            at=now,
            changes=(
                Change(
                    Order,
                    order.id,
                    expect={"state": order.state, "due": order.due, "late": order.late},
                    put={"state": progress.state, "due": progress.due, "late": progress.late},
                ),
            ),
            trace=(TraceEvent(order.customer_id, "progress", facts, now),),
        )

"""The outbox: webhooks are kept in the unit that they tell of, and sent afterwards until they are heard."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.base.clock import Clock
from app.base.errors import UsualError
from app.base.ids import derived_id
from app.domain.webhook import ATTEMPTS_MAX, Webhook
from app.service.units import Change, Insert, Unit, Writer

AT_ONCE = 50
# Longer than that many systems take that are all slow to refuse.
CLAIMED_FOR = timedelta(minutes=10)


class WebhookRecords(Protocol):
    def claim_due(self, now: datetime, until: datetime, limit: int) -> list[Webhook]:
        """Those that wait and whose next try is due, oldest first. Until that moment, or until they are released, no other worker
        is given them."""
        ...

    def release(self, webhooks: Iterable[Webhook], until: datetime) -> None: ...
    def webhooks(self, merchant_id: str) -> list[Webhook]: ...


class WebhookSender(Protocol):
    def send(self, webhook: Webhook, at: datetime) -> bool:
        """Whether the merchant's system said that it heard. Never raises for a fault of that system."""
        ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """`url_of`: where a merchant wants to be told, None where it does not."""

    url_of: Callable[[str], str | None]

    def telling(self, kind: str, merchant_id: str, order_id: str, at: datetime, **facts: str | int) -> tuple[Insert, ...]:
        """What belongs into the unit that the message is about; its id follows from what happened."""
        url = self.url_of(merchant_id)
        if url is None:
            return ()
        cause = str(facts.get("refund", order_id))
        body = {"type": kind, "timestamp": at.isoformat(), "data": {"order": order_id, **facts}}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return (Insert(Webhook(derived_id("whk", kind, cause), merchant_id, url, text, "pending", 0, at, at)),)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """At least once: a process that ends between hearing and writing sends the same id again."""

    records: WebhookRecords
    writer: Writer
    sender: WebhookSender
    clock: Clock

    def send_due(self) -> int:
        """Try what is due; how many were heard."""
        now = self.clock.now()
        until = now + CLAIMED_FOR
        due = self.records.claim_due(now, until, AT_ONCE)
        try:
            return sum(self._try(webhook) for webhook in due)
        finally:
            if due:
                self.records.release(due, until)

    def _try(self, webhook: Webhook) -> bool:
        heard = self.sender.send(webhook, self.clock.now())
        attempts, now = webhook.attempts + 1, self.clock.now()
        state = "sent" if heard else "dead" if attempts >= ATTEMPTS_MAX else "pending"
        put = {"state": state, "attempts": attempts, "next_at": now + webhook.pause()}
        change = Change(Webhook, webhook.id, expect={"state": "pending", "attempts": webhook.attempts}, put=put)
        try:
            self.writer.commit(Unit(f"webhook:{webhook.id}:{attempts}", f"{webhook.id}:{state}", now, changes=(change,)))
        except UsualError:
            # Another worker tried it too; what it wrote stands.
            return False
        return heard

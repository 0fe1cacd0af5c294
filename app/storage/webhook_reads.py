"""Webhooks as they are stored."""

from datetime import datetime

from sqlalchemy import bindparam

from app.domain.webhook import Webhook
from app.storage import tables
from app.storage.columns import table_of
from app.storage.select import Reads, where

WEBHOOK = table_of(tables.WebhookRow)

_DUE = (
    where(WEBHOOK, "state")
    .where(WEBHOOK.c.next_at <= bindparam("now", type_=WEBHOOK.c.next_at.type))
    .order_by(WEBHOOK.c.next_at)
    .limit(bindparam("limit"))
)
_OF_MERCHANT = where(WEBHOOK, "merchant_id").order_by(WEBHOOK.c.at, WEBHOOK.c.id)


class StoredWebhooks(Reads):
    """The service's `WebhookRecords`."""

    def due_webhooks(self, now: datetime, limit: int) -> list[Webhook]:
        return [Webhook(**row._mapping) for row in self._all(_DUE, state="pending", now=now, limit=limit)]

    def webhooks(self, merchant_id: str) -> list[Webhook]:
        return [Webhook(**row._mapping) for row in self._all(_OF_MERCHANT, merchant_id=merchant_id)]

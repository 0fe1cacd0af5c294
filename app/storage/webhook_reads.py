"""Webhooks as they are stored."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam

from app.domain.webhook import Webhook
from app.storage import tables
from app.storage.claims import Claims
from app.storage.columns import table_of
from app.storage.select import Reads, where

WEBHOOK = table_of(tables.WebhookRow)

_IS_DUE = and_(WEBHOOK.c.state == "pending", WEBHOOK.c.next_at <= bindparam("now", type_=WEBHOOK.c.next_at.type))
_CLAIMS = Claims(WEBHOOK, _IS_DUE, WEBHOOK.c.next_at)
_OF_MERCHANT = where(WEBHOOK, "merchant_id").order_by(WEBHOOK.c.at, WEBHOOK.c.id)


class StoredWebhooks(Reads):
    """The service's `WebhookRecords`."""

    def claim_due(self, now: datetime, until: datetime, limit: int) -> list[Webhook]:
        return [_webhook(row) for row in _CLAIMS.claim(self._database, now, until, limit)]

    def release(self, webhooks: Iterable[Webhook], until: datetime) -> None:
        _CLAIMS.release(self._database, [webhook.id for webhook in webhooks], until)

    def webhooks(self, merchant_id: str) -> list[Webhook]:
        return [_webhook(row) for row in self._all(_OF_MERCHANT, merchant_id=merchant_id)]


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(**{field.name: getattr(row, field.name) for field in fields(Webhook)})

"""Webhooks over HTTP, signed as the Standard Webhooks specification has it."""

import logging
from collections.abc import Callable
from datetime import datetime

import httpx

from app.domain.webhook import Webhook, signature

TIMEOUT_SECONDS = 5
LOGGER = logging.getLogger("usual.webhooks")


class HttpWebhooks:
    """The service's `WebhookSender`. Any answer of the 200s is "heard"; a redirect is not followed."""

    def __init__(self, secret_of: Callable[[str], str]) -> None:
        self._secret_of = secret_of
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    def send(self, webhook: Webhook, at: datetime) -> bool:
        body = webhook.body.encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature(self._secret_of(webhook.merchant_id), webhook.id, at, body),
        }
        try:
            # The status is all that counts: a body of any length is left where it is.
            with self._client.stream("POST", webhook.url, content=body, headers=headers) as answer:
                return answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            LOGGER.info("webhook %s was not heard: %s", webhook.id, type(failed).__name__)
            return False

    def close(self) -> None:
        self._client.close()

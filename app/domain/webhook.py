"""Webhooks: what a merchant's own system is told, kept with what happened, sent until it says that it heard."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.base.clock import milliseconds
from app.base.errors import Refusal

WebhookState = Literal["pending", "sent", "dead"]
# The first pause after a failure; each one after that is twice as long, none longer than the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
# About three days of trying.
ATTEMPTS_MAX = 20
# How far the clocks of the two ends may be apart.
CLOCKS_APART = timedelta(minutes=5)
SECRET_PREFIX = "whsec_"  # noqa: S105 - what the specification begins every secret with


class SignatureInvalid(Refusal):
    """A call that the merchant's secret has not signed, or that was signed too long ago."""

    code = "signature_invalid"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One message. `id` is the same on every try, so that a receiver can tell a repeat; `body` is JSON without personal text."""

    id: str
    merchant_id: str
    url: str
    body: str
    state: WebhookState
    attempts: int
    next_at: datetime
    at: datetime

    def pause(self) -> timedelta:
        """How long to wait after the failure that comes next."""
        return min(FIRST_PAUSE * (1 << min(self.attempts, 20)), LONGEST_PAUSE)


def secret_of(key: str, merchant_id: str) -> str:
    """The secret that a merchant's webhooks and callbacks are signed with: one for each, out of one `key`."""
    digest = hmac.new(key.encode(), merchant_id.encode(), hashlib.sha256).digest()
    return SECRET_PREFIX + base64.b64encode(digest).decode()


def signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """As the Standard Webhooks specification has it: `v1,` and the HMAC-SHA256 over id, second and body, in base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{milliseconds(at) // 1_000}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_signature(secret: str, message_id: str, at: datetime, body: bytes, given: str, now: datetime) -> None:
    """`given` may hold several signatures with a blank between them: one that fits is enough. Raises SignatureInvalid."""
    expected = signature(secret, message_id, at, body).encode()
    fits = [hmac.compare_digest(expected, one.encode()) for one in given.split()]
    if not message_id or abs(now - at) > CLOCKS_APART or not any(fits):
        raise SignatureInvalid()

"""Passwords and PINs: argon2id over an HMAC with a pepper that is not in the database."""

import hashlib
import hmac

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# One of OWASP's equal argon2id sets, the one that takes the least CPU and memory here. The pepper and the lock after five tries
# carry a six-digit PIN, not the hash's cost.
HASHER = PasswordHasher(time_cost=5, memory_cost=7_168, parallelism=1)


class PepperedSecrets:
    """The service's `Secrets`. Without the pepper a stolen database gives no PIN away, however short it is."""

    def __init__(self, pepper: bytes, hasher: PasswordHasher | None = None) -> None:
        self._pepper = pepper
        self._hasher = hasher or PasswordHasher()
        self._nobody = self.hash("nobody")

    def hash(self, secret: str) -> str:
        return self._hasher.hash(self._peppered(secret))

    def matches(self, hashed: str | None, secret: str) -> bool:
        try:
            is_match = self._hasher.verify(hashed or self._nobody, self._peppered(secret))
        except (VerificationError, InvalidHashError):
            return False
        return is_match and hashed is not None

    def _peppered(self, secret: str) -> bytes:
        return hmac.new(self._pepper, secret.encode(), hashlib.sha256).digest()

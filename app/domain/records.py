"""Values that are kept beside the ones of the one way: personal texts, credentials, utterances, uses of coupons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

VaultKind = Literal["utterance", "reading", "address", "phone", "preference", "recipient", "card"]


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """A personal text. Erasing it leaves its salted hash in the trace."""

    id: str
    customer_id: str
    kind: VaultKind
    salt: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """How a customer proves to be one. The hashes are argon2's own strings."""

    customer_id: str
    username: str
    password_hash: str
    pin_hash: str | None
    pin_failures: int = 0
    pin_locked_until: datetime | None = None
    sign_in_failures: int = 0
    sign_in_locked_until: datetime | None = None
    passkey_failures: int = 0
    passkey_locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """One browser that a customer has signed in with; None: it is still open."""

    id: str
    customer_id: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words that came in by a face; the words and what they were read as are in the vault."""

    id: str
    conversation_id: str
    customer_id: str
    channel: str
    words_ref: str
    reading_ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CouponUse:
    """One use of a merchant's coupon. `slot` counts the uses a customer has, from 0; None once it was given back."""

    id: str
    customer_id: str
    merchant_id: str
    coupon_id: str
    slot: int | None
    checkout_id: str
    at: datetime

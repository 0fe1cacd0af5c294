"""Passkeys: keys that live in a customer's device, and the challenges that bind what is signed to what is being done."""

import hashlib
import ipaddress
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.checkout import CheckoutSession
from app.domain.consent import Consent

Purpose = Literal["enrol", "pay", "agree"]
PasskeyState = Literal["active", "blocked"]
NAME_LENGTH_MAX = 40
PER_CUSTOMER_MAX = 10
USUAL_PORTS = {"https": 443, "http": 80}


class PasskeyRefused(Refusal):
    """What was signed does not belong to this customer, device and card or terms, or was signed by no passkey that may pay."""

    code = "passkey_refused"


class PasskeyTooLate(Refusal):
    """It was signed after its challenge had expired."""

    code = "passkey_too_late"


class PasskeyCloned(Refusal):
    """The key's counter did not grow: a copy of it may be about. It is blocked."""

    code = "passkey_cloned"


class PasskeyLocked(Refusal):
    """Too many refused tries; `minutes` until the next one."""

    code = "passkey_locked"


class PasskeyMissing(Refusal):
    """The customer has no passkey that may pay."""

    code = "passkey_missing"


class PasskeyKnown(Refusal):
    """The device's passkey is on the list already."""

    code = "passkey_known"


class PasskeyUnfit(Refusal):
    """The device did not make a key that can be taken."""

    code = "passkey_unfit"


class PasskeyNameUnfit(Refusal):
    """No name for the device, or one of more than `maximum` characters."""

    code = "passkey_name_unfit"


class PasskeysTooMany(Refusal):
    """There can be `maximum` for each customer."""

    code = "passkeys_too_many"


class PasskeyNotHere(Refusal):
    """A passkey belongs to a name that is reached over https, or to localhost; this address is neither."""

    code = "passkey_not_here"


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that a customer has signed in with, and the address that it has open."""

    sign_in_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """To whom a passkey belongs: the origin of our pages and the name in it."""

    origin: str
    id: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key whose other half never leaves the device. Ids and keys are base64url; one that is removed has no row."""

    id: str
    customer_id: str
    credential_id: str
    public_key: str
    sign_count: int
    name: str
    at: datetime
    used_at: datetime | None = None
    state: PasskeyState = "active"

    def has_grown(self, sign_count: int) -> bool:
        """Whether a counter is higher than the last one. A device that counts nothing always says 0."""
        return sign_count > self.sign_count or sign_count == self.sign_count == 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What is being done, by whom and on which device: all that a signature must be for.

    `ref`: which version of a card or of terms.
    """

    purpose: Purpose
    customer_id: str
    sign_in_id: str
    ref: str = ""
    payee_id: str = ""
    digest: str = ""
    amount_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a device is asked to sign, once. What it is for is in the bytes and need not be kept."""

    id: str
    customer_id: str
    nonce: str
    expires_at: datetime
    used_at: datetime | None = None

    def bytes_for(self, subject: Subject) -> bytes:
        """SHA-256 over the nonce and the subject as it is now: signed for anything else, these are other bytes."""
        bound = {"challenge": self.id, "nonce": self.nonce, "expires": self.expires_at.isoformat(), **asdict(subject)}
        canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).digest()

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a passkey signed: the browser's credential as JSON, for a challenge, on a device."""

    challenge_id: str
    credential: str
    device: Device


def enrolling(customer_id: str, device: Device) -> Subject:
    return Subject("enrol", customer_id, device.sign_in_id)


def paying(checkout: CheckoutSession, device: Device) -> Subject:
    maximum: Money = checkout.totals.maximum
    return replace(
        Subject("pay", checkout.customer_id, device.sign_in_id),
        ref=checkout.ref,
        payee_id=checkout.merchant_id,
        digest=checkout.digest,
        amount_minor=maximum.minor,
        currency=maximum.currency,
    )


def agreeing(consent: Consent, device: Device) -> Subject:
    return replace(
        Subject("agree", consent.customer_id, device.sign_in_id),
        ref=consent.ref,
        payee_id=" ".join(sorted(consent.payees)),
        digest=consent.digest,
        amount_minor=consent.at_most.minor,
        currency=consent.at_most.currency,
    )


def fit_name(name: str) -> str:
    """The name without the spaces around it. Raises PasskeyNameUnfit."""
    kept = " ".join(name.split())
    if not kept or len(kept) > NAME_LENGTH_MAX or not kept.isprintable():
        raise PasskeyNameUnfit(maximum=NAME_LENGTH_MAX)
    return kept


def relying_party(address: str) -> RelyingParty | None:
    """Whose passkeys a page at this address can use; None where a browser gives none: at a bare number, or without https."""
    try:
        parts = urlsplit(address)
        name, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    is_local = name == "localhost" or name.endswith(".localhost")
    if not name or _is_number(name) or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        return None
    shown = "" if port in (None, USUAL_PORTS[parts.scheme]) else f":{port}"
    return RelyingParty(f"{parts.scheme}://{name}{shown}", name)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

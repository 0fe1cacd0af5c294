"""Customers, their addresses and their people. Full texts (streets, numbers) lie in the vault; here are references and masks."""

from dataclasses import dataclass

from app.base.errors import Refusal
from app.domain.allergen import Allergen
from app.domain.names import Lang

# What a customer's own number is labelled.
OWN = "self"


class NotFound(Refusal):
    """There is no such thing, or it is another customer's: the two are told apart nowhere."""

    code = "not_found"


@dataclass(frozen=True, slots=True)
class Customer:
    """`zone` is an IANA zone."""

    id: str
    display_name: str
    lang: Lang
    zone: str
    allergens: frozenset[Allergen] = frozenset()


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone with a phone number. `label` is what the customer calls them; OWN is the customer."""

    id: str
    customer_id: str
    label: str
    phone_ref: str
    phone_masked: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where things are delivered to. The first one saved is the default."""

    id: str
    customer_id: str
    label: str
    text_ref: str
    masked: str


def mask_phone(digits: str) -> str:
    """ "13812345678" → "138****5678"; short numbers keep two digits."""
    if len(digits) < 8:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def mask_name(name: str) -> str:
    """ "王丽" → "王*", "Wang Li" → "W*** L***"."""
    if name.isascii():
        return " ".join(f"{word[:1]}***" for word in name.split())
    return name[:1] + "*" * (len(name) - 1)


def mask_address(text: str) -> str:
    """The beginning stays so that the place is known again; house and door are hidden."""
    kept = max(len(text) * 2 // 5, 1)
    return f"{text[:kept].rstrip()}***"

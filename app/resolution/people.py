"""Whose number: the one that was said, a saved person's, or the customer's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.dialogue.reading import PersonValue, PhoneValue, SlotValue
from app.domain.customer import OWN, Contact


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number in the vault. `label` is what the customer calls its owner, empty for a number that was said."""

    ref: str
    masked: str
    label: str

    @property
    def is_own(self) -> bool:
        return self.label == OWN


@dataclass(frozen=True, slots=True)
class UnknownPerson:
    """Someone without a saved number; empty for the customer."""

    label: str


def whose_number(
    phone: SlotValue | None,
    person: SlotValue | None,
    contacts: Sequence[Contact],
    keep: Callable[[str], tuple[str, str]],
) -> KnownNumber | UnknownPerson:
    """A number that is said wins over a person; without either it is the customer's own."""
    if isinstance(phone, PhoneValue):
        ref, masked = keep(phone.digits)
        return KnownNumber(ref, masked, "")
    label = person.text if isinstance(person, PersonValue) else OWN
    wanted = label.casefold()
    for contact in contacts:
        if wanted in [name.strip().casefold() for name in contact.label.split("/")]:
            return KnownNumber(contact.phone_ref, contact.phone_masked, OWN if wanted == OWN else label)
    return UnknownPerson("" if wanted == OWN else label)

"""What the service asks about passkeys: what is stored, and what a device made or signed. Implemented on floor 7."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.domain.customer import Customer
from app.domain.passkey import Challenge, Passkey, RelyingParty

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MadeKey:
    credential_id: str
    public_key: str
    sign_count: int


class PasskeyRecords(Protocol):
    """What is stored, as of the last commit; lists are oldest first."""

    def passkeys(self, customer_id: str) -> list[Passkey]: ...
    def challenge(self, challenge_id: str) -> Challenge | None: ...
    def challenges(self, customer_id: str) -> list[Challenge]: ...


class Authenticators(Protocol):
    """The way to the customers' devices: what their browsers are asked, and whether the answer is genuine."""

    def relying_party(self, origin: str) -> RelyingParty:
        """Whose passkeys a page at this origin uses. Raises PasskeyNotHere."""
        ...

    def to_make(self, party: RelyingParty, customer: Customer, challenge: bytes, known: Sequence[Passkey]) -> Options:
        """For `navigator.credentials.create`."""
        ...

    def to_sign(self, party: RelyingParty, challenge: bytes, usable: Sequence[Passkey]) -> Options:
        """For `navigator.credentials.get`."""
        ...

    def made(self, party: RelyingParty, challenge: bytes, credential: str) -> MadeKey:
        """Raises PasskeyUnfit."""
        ...

    def credential_id(self, credential: str) -> str:
        """Which key a browser says has signed. Raises PasskeyRefused."""
        ...

    def signed(self, party: RelyingParty, challenge: bytes, credential: str, public_key: str) -> int:
        """The key's counter. Origin, name, signature and that the person was verified are checked; the counter is not.

        Raises PasskeyRefused.
        """
        ...

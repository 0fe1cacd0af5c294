"""Passkeys and challenges as they are stored."""

from app.domain.passkey import Challenge, Passkey
from app.storage.columns import table_of
from app.storage.passkey_tables import ChallengeRow, PasskeyRow
from app.storage.select import Reads, where

PASSKEY, CHALLENGE = table_of(PasskeyRow), table_of(ChallengeRow)
_PASSKEYS = where(PASSKEY, "customer_id").order_by(PASSKEY.c.at, PASSKEY.c.id)
_CHALLENGE = where(CHALLENGE, "id")
_CHALLENGES = where(CHALLENGE, "customer_id").order_by(CHALLENGE.c.expires_at, CHALLENGE.c.id)


class StoredPasskeys(Reads):
    """The service's `PasskeyRecords`."""

    def passkeys(self, customer_id: str) -> list[Passkey]:
        return [Passkey(**row._mapping) for row in self._all(_PASSKEYS, customer_id=customer_id)]

    def challenge(self, challenge_id: str) -> Challenge | None:
        row = self._first(_CHALLENGE, id=challenge_id)
        return None if row is None else Challenge(**row._mapping)

    def challenges(self, customer_id: str) -> list[Challenge]:
        return [Challenge(**row._mapping) for row in self._all(_CHALLENGES, customer_id=customer_id)]

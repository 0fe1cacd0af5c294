"""The PIN: chosen once, counted, checked, locked."""

import re
from dataclasses import dataclass
from itertools import pairwise

from app.base.errors import Refusal, UsualError
from app.domain.records import Credential
from app.service.attempts import Attempts, Limit
from app.service.ports import Records, Secrets
from app.service.units import Change, Unit

PIN_LIMIT = Limit("pin", tries_max=5, lock_seconds=15 * 60)
PIN_SHAPE = re.compile(r"[0-9]{6}", re.ASCII)


class PinWrong(Refusal):
    """Not the customer's PIN. `left` counts the tries before it is locked."""

    code = "pin_wrong"


class PinLocked(Refusal):
    """Too many wrong tries; `minutes` until the next one."""

    code = "pin_locked"


class PinUnfit(Refusal):
    """A new PIN that is not six digits, or too easy to guess."""

    code = "pin_unfit"


@dataclass(frozen=True, slots=True)
class StepUp:
    attempts: Attempts
    records: Records
    secrets: Secrets

    def check_pin(self, customer_id: str, pin: str) -> Unit:
        """What is still to be saved so that the tries begin anew: with the effect that the PIN allows, or by `accept`.

        Raises PinLocked or PinWrong; what it was tried with is kept nowhere.
        """
        counted = self.attempts.count(customer_id, PIN_LIMIT)
        if counted.left is None:
            raise PinLocked(minutes=-(-counted.wait_seconds // 60))
        credential = self.records.credential(customer_id)
        if not self.secrets.matches(credential.pin_hash if credential else None, _peppered(customer_id, pin)):
            if counted.left == 0:
                raise PinLocked(minutes=PIN_LIMIT.lock_seconds // 60)
            raise PinWrong(count=counted.left)
        return self.attempts.clearing(customer_id, PIN_LIMIT)

    def allow(self, customer_id: str, pin: str, unit: Unit) -> None:
        """Save what the right PIN allows. The PIN was right whatever is wrong with the unit. Raises PinLocked, PinWrong."""
        self.save(self.check_pin(customer_id, pin), unit)

    def save(self, accepted: Unit, unit: Unit) -> None:
        """Save what evidence allows together with its use, which stands where the unit is refused."""
        try:
            self.attempts.writer.commit(unit.with_all_of(accepted))
        except UsualError:
            self.accept(accepted)
            raise

    def accept(self, accepted: Unit) -> None:
        self.attempts.writer.commit(accepted)

    def new_pin(self, customer_id: str, pin: str) -> Change:
        """The change that gives a customer their first PIN. Raises PinUnfit."""
        if not PIN_SHAPE.fullmatch(pin) or _is_easy(pin):
            raise PinUnfit()
        hashed = self.secrets.hash(_peppered(customer_id, pin))
        return Change(Credential, customer_id, expect={"pin_hash": None}, put={"pin_hash": hashed})


def _peppered(customer_id: str, pin: str) -> str:
    # Two customers with the same PIN must not share a hash input even if a salt were reused.
    return f"{customer_id}\x1f{pin}"


def _is_easy(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return steps <= {0} or steps in ({1}, {9})

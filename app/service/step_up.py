"""The PIN: counted, checked, locked. An attempt is counted before it is checked, so that no number of parallel tries gets more."""

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import Ids
from app.domain.records import Credential
from app.domain.trace import TraceEvent
from app.service.ports import Records, Secrets
from app.service.units import Change, GuardFailed, Unit, Writer

PIN_TRIES_MAX = 5
PIN_LOCK_SECONDS = 15 * 60
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
    records: Records
    writer: Writer
    secrets: Secrets
    clock: Clock
    ids: Ids

    def check_pin(self, customer_id: str, pin: str) -> None:
        """Raises PinLocked or PinWrong; what it was tried with is kept nowhere."""
        credential = self._counted(customer_id)
        if not self.secrets.matches(credential.pin_hash, _peppered(customer_id, pin)):
            left = PIN_TRIES_MAX - credential.pin_failures
            if left <= 0:
                raise PinLocked(minutes=PIN_LOCK_SECONDS // 60)
            raise PinWrong(count=left)
        self._save(customer_id, {}, {"pin_failures": 0, "pin_locked_until": None}, "pin_accepted")

    def new_pin(self, customer_id: str, pin: str) -> Change:
        """The change that gives a customer their first PIN. Raises PinUnfit."""
        if not PIN_SHAPE.fullmatch(pin) or _is_easy(pin):
            raise PinUnfit()
        hashed = self.secrets.hash(_peppered(customer_id, pin))
        return Change(Credential, customer_id, expect={"pin_hash": None}, put={"pin_hash": hashed})

    def _counted(self, customer_id: str) -> Credential:
        """The credential with this attempt counted."""
        while True:
            credential = self.records.credential(customer_id)
            if credential is None:
                raise PinWrong(count=0)
            now = self.clock.now()
            locked_until, failures = credential.pin_locked_until, credential.pin_failures
            if locked_until is not None and now < locked_until:
                raise PinLocked(minutes=-(-int((locked_until - now).total_seconds()) // 60))
            counted = 1 if locked_until is not None else failures + 1
            locks = now + timedelta(seconds=PIN_LOCK_SECONDS) if counted >= PIN_TRIES_MAX else None
            try:
                self._save(
                    customer_id,
                    {"pin_failures": failures, "pin_locked_until": locked_until},
                    {"pin_failures": counted, "pin_locked_until": locks},
                    "pin_tried",
                )
            except GuardFailed:
                continue
            return Credential(customer_id, credential.username, credential.password_hash, credential.pin_hash, counted, locks)

    def _save(self, customer_id: str, expect: dict[str, object], put: dict[str, object], kind: str) -> None:
        now = self.clock.now()
        self.writer.commit(
            Unit(
                key=f"{kind}:{self.ids.new('pin')}",
                fingerprint=kind,
                at=now,
                changes=(Change(Credential, customer_id, expect=expect, put=put),),
                trace=(TraceEvent(customer_id, kind, {}, now),),
            )
        )


def _peppered(customer_id: str, pin: str) -> str:
    # Two customers with the same PIN must not share a hash input even if a salt were reused.
    return f"{customer_id}\x1f{pin}"


def _is_easy(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return steps <= {0} or steps in ({1}, {9})

"""Attempts at a secret: each is counted before it is checked, so that no number of parallel tries gets more."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from app.base.clock import Clock
from app.base.ids import Ids
from app.domain.records import Credential
from app.domain.trace import TraceEvent
from app.service.ports import Records
from app.service.units import Change, GuardFailed, Unit, Writer


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in a row, then none for a while. `kind` names the credential's columns."""

    kind: Literal["pin", "sign_in", "passkey"]
    tries_max: int
    lock_seconds: int


@dataclass(frozen=True, slots=True)
class Counted:
    """`left` tries after this one; None when this one is not to be checked at all, `wait_seconds` until the next may be."""

    left: int | None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Attempts:
    records: Records
    writer: Writer
    clock: Clock
    ids: Ids

    def count(self, customer_id: str, limit: Limit) -> Counted:
        while True:
            credential = self.records.credential(customer_id)
            if credential is None:
                return Counted(None)
            now = self.clock.now()
            failures: int = getattr(credential, f"{limit.kind}_failures")
            locked_until = getattr(credential, f"{limit.kind}_locked_until")
            if locked_until is not None and now < locked_until:
                return Counted(None, -(-(locked_until - now) // timedelta(seconds=1)))
            counted = 1 if locked_until is not None else failures + 1
            locks = now + timedelta(seconds=limit.lock_seconds) if counted >= limit.tries_max else None
            try:
                self.writer.commit(self._unit(customer_id, limit, (failures, locked_until), (counted, locks), "tried"))
            except GuardFailed:
                # Another attempt was counted in between: count this one after it.
                continue
            return Counted(limit.tries_max - counted)

    def clear(self, customer_id: str, limit: Limit) -> None:
        """The secret was right: the count begins anew."""
        self.writer.commit(self.clearing(customer_id, limit))

    def clearing(self, customer_id: str, limit: Limit) -> Unit:
        """What `clear` saves, for an effect that the right secret allows and that is saved with it."""
        return self._unit(customer_id, limit, None, (0, None), "accepted")

    def _unit(
        self, customer_id: str, limit: Limit, before: tuple[object, object] | None, after: tuple[object, object], what: str
    ) -> Unit:
        columns = (f"{limit.kind}_failures", f"{limit.kind}_locked_until")
        kind, now = f"{limit.kind}_{what}", self.clock.now()
        expect = dict(zip(columns, before, strict=True)) if before is not None else {}
        change = Change(Credential, customer_id, expect=expect, put=dict(zip(columns, after, strict=True)))
        trace = (TraceEvent(customer_id, kind, {}, now),)
        return Unit(key=f"{kind}:{self.ids.new('try')}", fingerprint=kind, at=now, changes=(change,), trace=trace)

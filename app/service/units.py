"""A unit of work as a value: its key, guards, rows and trace. It holds no session; the writer commits it whole or not at all."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from app.base.errors import Misuse, Refusal, UsualError
from app.base.money import Money
from app.domain.trace import TraceEvent

Result = Mapping[str, str | int]


class KeyReused(Misuse):
    """The same idempotency key with other input."""

    code = "key_reused"


class GuardFailed(Misuse):
    """A row was no longer as a unit expected it, and the unit named no refusal of its own."""

    code = "guard_failed"


class ChainClosed(Misuse):
    """Something that happens to a customer who was erased."""

    code = "chain_closed"


class StorageUnavailable(UsualError):
    """The database can't be written or read now: full, read-only, locked or gone. Nothing of the unit was kept."""

    code = "storage_unavailable"


class OutcomeUnknown(StorageUnavailable):
    """The connection was lost in the midst of a commit and stayed away: it was done, or it was not. The same key tells."""

    code = "outcome_unknown"


class BackupExists(Refusal):
    """No backup is written over another file."""

    code = "backup_exists"


class BackupElsewhere(Refusal):
    """A database server is backed up by its own programs."""

    code = "backup_elsewhere"


class DatabaseOutdated(UsualError):
    """The database was made by another version of Usual; it was left as it is."""

    code = "database_outdated"


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row. `refusal` is raised when a row with its unique values is there already."""

    value: object
    refusal: UsualError | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A guarded change of one row.

    The row `id` of `record` must hold `expect`; columns in `put` are set; columns in `add` change by that much and must not
    fall below zero; `whole` is a value of the record's kind that takes the row's place. `refusal` is raised when no row fits.
    `owner`: whose chain tells of it, where the unit's events are not all of one customer.
    """

    record: type
    id: str
    expect: Mapping[str, Any] = field(default_factory=dict)
    put: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    whole: object | None = None
    refusal: UsualError | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A row that goes. One that is gone already is as good."""

    record: type
    id: str


@dataclass(frozen=True, slots=True)
class Cap:
    """What a mandate's uses since a moment, None for ever, come to with `adds` must not be more than `limit`.

    Summed from the ledger in the unit's own transaction; a change of the mandate's row, before it, keeps every other use waiting.
    """

    mandate_id: str
    since: datetime | None
    adds: Money
    limit: Money
    refusal: UsualError


@dataclass(frozen=True, slots=True)
class Unit:
    """What belongs together. Changes are applied in order, then caps are checked, then come the inserts, removals last.

    `key` is committed with the effect. `fingerprint` is over the input: the same key with another fingerprint is an error, with
    the same one it gives back `result` and does nothing. `erases` names a customer whose personal texts go, with all that is known
    of the person; the unit's trace is the last that their chain takes.
    """

    key: str
    fingerprint: str
    at: datetime
    changes: tuple[Change, ...] = ()
    inserts: tuple[Insert, ...] = ()
    trace: tuple[TraceEvent, ...] = ()
    result: Result = field(default_factory=dict)
    erases: str | None = None
    removals: tuple[Removal, ...] = ()
    caps: tuple[Cap, ...] = ()

    def with_all_of(self, other: "Unit") -> "Unit":
        """This unit, under its own key, that does first what the other would."""
        return replace(
            self,
            changes=(*other.changes, *self.changes),
            inserts=(*other.inserts, *self.inserts),
            trace=(*other.trace, *self.trace),
            removals=(*other.removals, *self.removals),
            caps=(*other.caps, *self.caps),
        )


@dataclass(frozen=True, slots=True)
class Committed:
    """`replayed`: the key was there already and this is the first commit's result."""

    result: Result
    replayed: bool = False


class Writer(Protocol):
    """The only way to change what is stored."""

    def commit(self, unit: Unit) -> Committed:
        """Return once the unit is durable. Raises the failed guard's refusal, KeyReused or StorageUnavailable."""
        ...


def fingerprint(*parts: object) -> str:
    """A hash over a unit's input; parts are plain values."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def together(key: str, at: datetime, units: Sequence[Unit]) -> Unit:
    """One unit that does what several would, in their order."""
    return Unit(
        key=key,
        fingerprint=fingerprint(*(unit.fingerprint for unit in units)),
        at=at,
        changes=tuple(change for unit in units for change in unit.changes),
        inserts=tuple(insert for unit in units for insert in unit.inserts),
        trace=tuple(event for unit in units for event in unit.trace),
        removals=tuple(removal for unit in units for removal in unit.removals),
        caps=tuple(cap for unit in units for cap in unit.caps),
    )

"""The one writer of a process: it commits many units of work at once.

Callers hand in a unit and wait. The writer's thread takes all that wait, applies them in set-based statements under one
savepoint and commits once. When a guard fails, the batch is replayed singly, each under a savepoint of its own, so that only
the unit that broke a rule is refused.

Where several processes write, each locks the chains of a batch's customers first, in their order: what happens to one customer
happens one after the other. What still collides, or loses its connection, is tried again: the units' keys tell what was done.
"""

import json
import logging
import os
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Table, Update, bindparam, delete, select, update
from sqlalchemy import Insert as Insertion
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.base.clock import EPOCH
from app.domain.trace import GENESIS, TraceEvent, link_hash
from app.service.meters import BATCH, COMMIT_SECONDS, EVENTS, UNITS
from app.service.units import (
    Cap,
    ChainClosed,
    Change,
    Committed,
    GuardFailed,
    Insert,
    KeyReused,
    OutcomeUnknown,
    StorageUnavailable,
    Unit,
)
from app.storage import tables
from app.storage.bindings import bound, owners, touched
from app.storage.columns import table_of
from app.storage.database import CommitLost, Database, may_succeed_again
from app.storage.erasure import erase
from app.storage.mandate_reads import USED
from app.storage.mapping import MAPPED

BATCH_MAX = 256
TRIES = 4
# A commit whose answer was lost is looked for, by its keys, for so long.
TRIES_UNKNOWN, UNKNOWN_PAUSE_SECONDS = 40, 0.25
LOGGER = logging.getLogger("usual.writer")
EVENT_LOG = logging.getLogger("usual.events")
EFFECT, TRACE, TRACE_HEAD = map(table_of, (tables.EffectRow, tables.TraceRow, tables.TraceHeadRow))

# Statements are built once: building one costs more than running it.
KNOWN_EFFECTS = select(EFFECT.c.key, EFFECT.c.fingerprint, EFFECT.c.result).where(
    EFFECT.c.key.in_(bindparam("keys", expanding=True))
)
HEADS = (
    select(TRACE_HEAD)
    .where(TRACE_HEAD.c.customer_id.in_(bindparam("customers", expanding=True)))
    .order_by(TRACE_HEAD.c.customer_id)
    .with_for_update()
)
MOVE_HEAD = (
    update(TRACE_HEAD)
    .where(TRACE_HEAD.c.customer_id == bindparam("_customer"))
    .values(sequence=bindparam("_sequence"), hash=bindparam("_hash"))
)


class _BatchFailed(Exception):
    """Some unit of the batch did not hold; which one, the single replay tells."""


class _Overtaken(Exception):
    """Another process wrote the same key, or the same link of a chain, in this moment."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    unit: Unit
    done: Future[Committed] = field(default_factory=Future)


class GroupWriter:
    """Commits units of work through one thread. `close` waits for what was handed in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="usual-writer", daemon=True)
        self._closing = threading.Lock()
        self._closed = False
        self._thread.start()

    def commit(self, unit: Unit) -> Committed:
        waiting = _Waiting(unit)
        with self._closing:
            if self._closed:
                raise StorageUnavailable(cause="the writer is closed")
            self._queue.put(waiting)
        return waiting.done.result()

    def close(self) -> None:
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, stop = self._gather(first)
            self._commit_batch(batch)
            if stop:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < BATCH_MAX:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit_batch(self, batch: Sequence[_Waiting]) -> None:
        BATCH.observe(len(batch))
        with COMMIT_SECONDS.time():
            outcomes = self._outcomes([waiting.unit for waiting in batch])
        if any(waiting.unit.erases or waiting.unit.removals for waiting in batch):
            self._forget()
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Exception):
                waiting.done.set_exception(outcome)
            else:
                waiting.done.set_result(outcome)
        # Nobody waits for what is told of it.
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _tell(waiting.unit, outcome)

    def _outcomes(self, units: Sequence[Unit]) -> Sequence[Committed | Exception]:
        failed: Exception = _Overtaken()
        tries, lost, outcomes = 0, None, []
        while tries < (TRIES if lost is None else TRIES_UNKNOWN):
            try:
                with self._database.writing() as connection:
                    outcomes = _apply_all(connection, units)
                return outcomes if lost is None else list(map(_as_first_told, lost, outcomes))
            except _Overtaken as overtaken:
                failed = overtaken
            except CommitLost:
                lost = lost or outcomes
            except DBAPIError as again:
                failed = again
                if lost is None and not may_succeed_again(again):
                    break
            except Exception as fault:  # noqa: BLE001 - the thread must outlive any fault, and every caller must hear of it
                failed = fault
                break
            tries += 1
            # Two that collided must not do so again and again; a server that is gone needs its time to come back.
            time.sleep(UNKNOWN_PAUSE_SECONDS if lost is not None else tries * (1 + os.getpid() % 8) / 1_000)
        return [_refusal(failed, unit) if lost is None else OutcomeUnknown(key=unit.key) for unit in units]

    def _forget(self) -> None:
        """What was committed is durable whatever becomes of the log, so no caller hears of a fault here."""
        try:
            self._database.forget()
        except Exception:
            LOGGER.exception("the log could not be emptied now; it is at the next start")


def _as_first_told(lost: Committed | Exception, found: Committed | Exception) -> Committed | Exception:
    """Of a commit whose answer was lost: what is found done was done by it, and is no repeat."""
    return lost if isinstance(found, Committed) and found.replayed else found


def _tell(unit: Unit, outcome: Committed | Exception) -> None:
    """What was committed, to the meters and the log: an event's facts are ids, codes and amounts, never a text of a person's."""
    if isinstance(outcome, Exception):
        UNITS.labels(getattr(outcome, "code", "fault")).inc()
        return
    UNITS.labels("replayed" if outcome.replayed else "done").inc()
    if outcome.replayed:
        return
    for event in unit.trace:
        EVENTS.labels(event.kind).inc()
        EVENT_LOG.info(event.kind, extra={"ids": {"customer": event.customer_id, **event.facts}})


def _apply_all(connection: Connection, units: Sequence[Unit]) -> list[Committed | Exception]:
    """Each unit's outcome, in order; what is to be kept has been executed, not yet committed. A lone unit's refusal is raised."""
    if len(units) == 1:
        return _apply(connection, units, alone=True)
    # All in one order and before the savepoint, whose end would let them go.
    _heads(connection, {customer_id for unit in units for customer_id in _customers(unit)})
    if len({unit.key for unit in units}) == len(units):
        savepoint = connection.begin_nested()
        try:
            outcomes = _apply(connection, units)
            savepoint.commit()
            return outcomes
        except (OperationalError, _Overtaken):
            raise
        except Exception as failed:  # noqa: BLE001 - which unit it was, the single replay tells
            _raise_if_lost(failed)
            savepoint.rollback()
    return [_apply_alone(connection, unit) for unit in units]


def _apply_alone(connection: Connection, unit: Unit) -> Committed | Exception:
    savepoint = connection.begin_nested()
    try:
        (outcome,) = _apply(connection, [unit], alone=True)
        savepoint.commit()
        return outcome
    except (OperationalError, _Overtaken):
        raise
    except Exception as failed:  # noqa: BLE001 - whatever is wrong with one unit must not fail the others
        _raise_if_lost(failed)
        savepoint.rollback()
        return _refusal(failed, unit)


def _raise_if_lost(failed: Exception) -> None:
    if isinstance(failed, DBAPIError) and failed.connection_invalidated:
        raise failed


def _refusal(failed: Exception, unit: Unit) -> Exception:
    """What the caller of a unit is told of a fault that is no refusal of its own."""
    if isinstance(failed, IntegrityError | _Overtaken):
        return GuardFailed(record="row", id=unit.key)
    if isinstance(failed, PoolTimeout):
        return StorageUnavailable(cause="no connection was free")
    return StorageUnavailable(cause=str(failed.orig)) if isinstance(failed, DBAPIError) else failed


def _apply(connection: Connection, units: Sequence[Unit], *, alone: bool = False) -> list[Committed | Exception]:
    heads = _heads(connection, {customer_id for unit in units for customer_id in _customers(unit)})
    known = _known_effects(connection, units)
    fresh = [unit for unit in units if unit.key not in known]
    # First of all that is written: who tries the same key at the same moment waits here, and finds it known.
    _record(connection, EFFECT, [_effect(unit) for unit in sorted(fresh, key=lambda unit: unit.key)])
    rows = Counter(row for unit in fresh for row in set(touched(unit)))
    if not alone and rows.total() > len(rows):
        # Of two units that set columns of one row, the trace has to tell the second one last.
        raise _BatchFailed
    for shape, changes in _by_shape(fresh, in_order=not alone):
        _change(connection, shape, changes, alone=alone)
    _check_caps(connection, [cap for unit in fresh for cap in unit.caps], alone=alone)
    for table, inserts in _by_table(fresh).items():
        _insert(connection, table, inserts, alone=alone)
    for removal in (removal for unit in fresh for removal in unit.removals):
        table = MAPPED[removal.record].table
        connection.execute(delete(table).where(table.c.id == removal.id))
    erased = {place: erase(connection, unit.erases, unit.at) for place, unit in enumerate(fresh) if unit.erases is not None}
    _append_trace(connection, list(bound(fresh, erased)), heads)
    for unit in fresh:
        if unit.erases is not None:
            connection.execute(update(TRACE_HEAD).where(TRACE_HEAD.c.customer_id == unit.erases).values(closed=True))
    return [known.get(unit.key) or Committed(unit.result) for unit in units]


def _effect(unit: Unit) -> dict[str, Any]:
    return {"key": unit.key, "fingerprint": unit.fingerprint, "result": json.dumps(dict(unit.result)), "at": unit.at}


def _customers(unit: Unit) -> Iterable[str]:
    """Whose chains it goes on with: where it tells no event, those whose rows it writes."""
    return [event.customer_id for event in unit.trace] or owners(unit)


def _heads(connection: Connection, customers: AbstractSet[str]) -> dict[str, Row[Any] | None]:
    """The ends of the customers' chains, which nobody else can move until this transaction ends; None for a new chain's."""
    if not customers:
        return {}
    found = {row.customer_id: row for row in connection.execute(HEADS, {"customers": list(customers)})}
    return {customer_id: found.get(customer_id) for customer_id in customers}


def _record(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows whose keys are the writer's own: only another process can have written them. Raises _Overtaken."""
    if not rows:
        return
    try:
        connection.execute(_insertion(table), rows)
    except IntegrityError:
        raise _Overtaken from None


def _known_effects(connection: Connection, units: Sequence[Unit]) -> dict[str, Committed]:
    fingerprints = {unit.key: unit.fingerprint for unit in units}
    rows = connection.execute(KNOWN_EFFECTS, {"keys": list(fingerprints)})
    known = {}
    for key, fingerprint, result in rows:
        if fingerprint != fingerprints[key]:
            raise KeyReused(key=key)
        known[key] = Committed(json.loads(result), replayed=True)
    return known


_Shape = tuple[type, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _by_shape(units: Sequence[Unit], *, in_order: bool) -> list[tuple[_Shape, list[Change]]]:
    """Changes of one form together, so that each form is one statement however many units there are.

    `in_order`: as every process has it, so that no two wait for each other's rows.
    """
    shapes: dict[_Shape, list[Change]] = {}
    for unit in units:
        for change in unit.changes:
            shape = (change.record, tuple(sorted(change.expect)), tuple(sorted(_put(change))), tuple(sorted(change.add)))
            shapes.setdefault(shape, []).append(change)
    if not in_order:
        return list(shapes.items())
    ordered = sorted(shapes.items(), key=lambda one: (one[0][0].__name__, one[0][1:]))
    return [(shape, sorted(changes, key=lambda change: change.id)) for shape, changes in ordered]


def _change(connection: Connection, shape: _Shape, changes: Sequence[Change], *, alone: bool) -> None:
    statement = _statement(shape)
    if alone:
        for change in changes:
            if connection.execute(statement, _parameters(change)).rowcount != 1:
                raise change.refusal or GuardFailed(record=change.record.__name__, id=change.id)
    elif connection.execute(statement, [_parameters(change) for change in changes]).rowcount != len(changes):
        raise _BatchFailed


@lru_cache(maxsize=256)
def _statement(shape: _Shape) -> Update:
    record, expected, put, added = shape
    table = MAPPED[record].table
    statement = update(table).where(table.c.id == bindparam("_id"))
    for name in expected:
        statement = statement.where(table.c[name].is_not_distinct_from(bindparam(f"_is_{name}", type_=table.c[name].type)))
    for name in added:
        statement = statement.where(table.c[name] + bindparam(f"_by_{name}") >= 0)
    values: dict[str, Any] = {name: bindparam(f"_put_{name}") for name in put}
    values |= {name: table.c[name] + bindparam(f"_by_{name}") for name in added}
    return statement.values(values)


def _put(change: Change) -> Mapping[str, Any]:
    return change.put if change.whole is None else MAPPED[change.record].to_row(change.whole)


def _parameters(change: Change) -> dict[str, Any]:
    return (
        {"_id": change.id}
        | {f"_is_{name}": value for name, value in change.expect.items()}
        | {f"_put_{name}": value for name, value in _put(change).items()}
        | {f"_by_{name}": value for name, value in change.add.items()}
    )


def _check_caps(connection: Connection, caps: Sequence[Cap], *, alone: bool) -> None:
    if not alone and len({cap.mandate_id for cap in caps}) < len(caps):
        # Two uses of one mandate: the second counts only when the first is written.
        raise _BatchFailed
    for cap in caps:
        used = connection.execute(USED, {"mandate_id": cap.mandate_id, "since": cap.since or EPOCH}).scalar_one()
        if used + cap.adds.minor > cap.limit.minor:
            raise cap.refusal


def _by_table(units: Sequence[Unit]) -> Mapping[Table, list[Insert]]:
    grouped: dict[Table, list[Insert]] = {}
    for unit in units:
        for insert in unit.inserts:
            grouped.setdefault(MAPPED[type(insert.value)].table, []).append(insert)
    return grouped


@cache
def _insertion(table: Table) -> Insertion:
    return table.insert()


def _insert(connection: Connection, table: Table, inserts: Sequence[Insert], *, alone: bool) -> None:
    rows = [dict(MAPPED[type(insert.value)].to_row(insert.value)) for insert in inserts]
    if not alone:
        connection.execute(_insertion(table), rows)
        return
    for insert, row in zip(inserts, rows, strict=True):
        try:
            connection.execute(_insertion(table), row)
        except IntegrityError:
            raise insert.refusal or GuardFailed(record=table.name, id=str(row.get("id"))) from None


def _append_trace(connection: Connection, events: Sequence[TraceEvent], found: Mapping[str, Row[Any] | None]) -> None:
    if not events:
        return
    # Whose rows a unit writes without an event of theirs.
    found = {**found, **_heads(connection, {event.customer_id for event in events} - found.keys())}
    for event in events:
        head = found[event.customer_id]
        if head is not None and head.closed:
            raise ChainClosed(customer=event.customer_id)
    stored = {customer_id: (row.sequence, row.hash) for customer_id, row in found.items() if row is not None}
    heads, links = dict(stored), []
    for event in events:
        sequence, previous = heads.get(event.customer_id, (0, GENESIS))
        linked = link_hash(previous, sequence + 1, event)
        links.append(
            {
                "customer_id": event.customer_id,
                "sequence": sequence + 1,
                "kind": event.kind,
                "facts": json.dumps(dict(event.facts), sort_keys=True, ensure_ascii=False),
                "at": event.at,
                "previous": previous,
                "hash": linked,
                "rows": event.rows,
            }
        )
        heads[event.customer_id] = (sequence + 1, linked)
    _record(connection, TRACE, links)
    _move_heads(connection, stored, heads)


def _move_heads(connection: Connection, stored: Mapping[str, tuple[int, str]], heads: Mapping[str, tuple[int, str]]) -> None:
    new = [{"customer_id": c, "sequence": s, "hash": h} for c, (s, h) in heads.items() if c not in stored]
    moved = [{"_customer": c, "_sequence": s, "_hash": h} for c, (s, h) in heads.items() if stored.get(c, (s, h)) != (s, h)]
    if new:
        _record(connection, TRACE_HEAD, new)
    if moved:
        connection.execute(MOVE_HEAD, moved)

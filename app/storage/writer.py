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
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.base.clock import EPOCH
from app.service.meters import BATCH, COMMIT_SECONDS, EVENTS, UNITS
from app.service.units import (
    Cap,
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
from app.storage.chains import TRACE_HEAD, Overtaken, append_trace, heads_of, insertion, record
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
EFFECT = table_of(tables.EffectRow)

# Statements are built once: building one costs more than running it.
KNOWN_EFFECTS = select(EFFECT.c.key, EFFECT.c.fingerprint, EFFECT.c.result).where(
    EFFECT.c.key.in_(bindparam("keys", expanding=True))
)


class _BatchFailed(Exception):
    """Some unit of the batch did not hold; which one, the single replay tells."""


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
        failed: Exception = Overtaken()
        tries, lost, outcomes = 0, None, []
        while tries < (TRIES if lost is None else TRIES_UNKNOWN):
            try:
                with self._database.writing() as connection:
                    outcomes = _apply_all(connection, units)
                return outcomes if lost is None else list(map(_as_first_told, lost, outcomes))
            except Overtaken as overtaken:
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
    heads_of(connection, {customer_id for unit in units for customer_id in _customers(unit)})
    if len({unit.key for unit in units}) == len(units):
        savepoint = connection.begin_nested()
        try:
            outcomes = _apply(connection, units)
            savepoint.commit()
            return outcomes
        except (OperationalError, Overtaken):
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
    except (OperationalError, Overtaken):
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
    if isinstance(failed, IntegrityError | Overtaken):
        return GuardFailed(record="row", id=unit.key)
    if isinstance(failed, PoolTimeout):
        return StorageUnavailable(cause="no connection was free")
    return StorageUnavailable(cause=str(failed.orig)) if isinstance(failed, DBAPIError) else failed


def _apply(connection: Connection, units: Sequence[Unit], *, alone: bool = False) -> list[Committed | Exception]:
    heads = heads_of(connection, {customer_id for unit in units for customer_id in _customers(unit)})
    known = _known_effects(connection, units)
    fresh = [unit for unit in units if unit.key not in known]
    # First of all that is written: who tries the same key at the same moment waits here, and finds it known.
    record(connection, EFFECT, [_effect(unit) for unit in sorted(fresh, key=lambda unit: unit.key)])
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
    append_trace(connection, list(bound(fresh, erased)), heads)
    for unit in fresh:
        if unit.erases is not None:
            connection.execute(update(TRACE_HEAD).where(TRACE_HEAD.c.customer_id == unit.erases).values(closed=True))
    return [known.get(unit.key) or Committed(unit.result) for unit in units]


def _effect(unit: Unit) -> dict[str, Any]:
    return {"key": unit.key, "fingerprint": unit.fingerprint, "result": json.dumps(dict(unit.result)), "at": unit.at}


def _customers(unit: Unit) -> Iterable[str]:
    """Whose chains it goes on with: where it tells no event, those whose rows it writes."""
    return [event.customer_id for event in unit.trace] or owners(unit)


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


def _insert(connection: Connection, table: Table, inserts: Sequence[Insert], *, alone: bool) -> None:
    rows = [dict(MAPPED[type(insert.value)].to_row(insert.value)) for insert in inserts]
    if not alone:
        connection.execute(insertion(table), rows)
        return
    for insert, row in zip(inserts, rows, strict=True):
        try:
            connection.execute(insertion(table), row)
        except IntegrityError:
            raise insert.refusal or GuardFailed(record=table.name, id=str(row.get("id"))) from None

"""The ends of the customers' hash chains, and what the writer's transaction adds to them."""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select, update
from sqlalchemy import Insert as Insertion
from sqlalchemy.exc import IntegrityError

from app.domain.trace import GENESIS, TraceEvent, link_hash
from app.service.units import ChainClosed
from app.storage import tables
from app.storage.columns import table_of

TRACE, TRACE_HEAD = map(table_of, (tables.TraceRow, tables.TraceHeadRow))

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


class Overtaken(Exception):
    """Another process wrote the same key, or the same link of a chain, in this moment."""


def heads_of(connection: Connection, customers: AbstractSet[str]) -> dict[str, Row[Any] | None]:
    """The ends of the customers' chains, which nobody else can move until this transaction ends; None for a new chain's."""
    if not customers:
        return {}
    found = {row.customer_id: row for row in connection.execute(HEADS, {"customers": list(customers)})}
    return {customer_id: found.get(customer_id) for customer_id in customers}


def record(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows whose keys are the writer's own: only another process can have written them. Raises Overtaken."""
    if not rows:
        return
    try:
        connection.execute(insertion(table), rows)
    except IntegrityError:
        raise Overtaken from None


@cache
def insertion(table: Table) -> Insertion:
    return table.insert()


def append_trace(connection: Connection, events: Sequence[TraceEvent], found: Mapping[str, Row[Any] | None]) -> None:
    """Links for the events, each on its customer's chain. `found`: ends that are known already. Raises ChainClosed, Overtaken."""
    if not events:
        return
    # Whose rows a unit writes without an event of theirs.
    found = {**found, **heads_of(connection, {event.customer_id for event in events} - found.keys())}
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
    record(connection, TRACE, links)
    _moveheads_of(connection, stored, heads)


def _moveheads_of(connection: Connection, stored: Mapping[str, tuple[int, str]], heads: Mapping[str, tuple[int, str]]) -> None:
    new = [{"customer_id": c, "sequence": s, "hash": h} for c, (s, h) in heads.items() if c not in stored]
    moved = [{"_customer": c, "_sequence": s, "_hash": h} for c, (s, h) in heads.items() if stored.get(c, (s, h)) != (s, h)]
    if new:
        record(connection, TRACE_HEAD, new)
    if moved:
        connection.execute(MOVE_HEAD, moved)

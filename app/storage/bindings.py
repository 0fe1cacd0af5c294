"""What a link of the trace tells of the rows that were written with it, so that no column of evidence can change unseen.

A row is told when it comes, by one hash over what of it never changes and one for each column that may; from then on, each
change tells the columns that it sets. Read from the beginning, a chain says how each of its rows has to stand.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from app.base.errors import Misuse
from app.domain.erasure import trip_without_home, without_names
from app.domain.ledger import merchant_account
from app.domain.trace import TraceEvent
from app.service.bindings import GONE, STORED, WHOLE, Cells, Entry
from app.service.units import Change, Unit
from app.storage.columns import METADATA, Codes, Moment
from app.storage.mapping import MAPPED, STANDING, TRIP

DIGEST_BYTES = 15
DIALECT = sqlite.dialect()


class Unbound(Misuse):
    """A unit changes evidence that it says nothing of: whose it is, or that the column may change at all."""

    code = "unbound"


@dataclass(frozen=True, slots=True)
class Kept:
    """`moves`: the columns that may change. `apart`: those that are no part of it, being the person's own or held to otherwise."""

    moves: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    # The column that says whose it is.
    owner: str = "customer_id"


TRIED = ("failures", "locked_until")
KEPT: Mapping[str, Kept] = {
    "customer": Kept(("lang", "zone"), ("display_name", "allergens"), "id"),
    "credential": Kept(
        ("password_hash", "pin_hash", *(f"{kind}_{what}" for kind in ("pin", "sign_in", "passkey") for what in TRIED)),
        ("username",),
        "id",
    ),
    "sign_in": Kept(("ended_at",)),
    "contact": Kept(("phone_ref",), ("label", "phone_masked")),
    "address": Kept(("text_ref",), ("label", "masked")),
    "wallet": Kept(("bound",), ("available", "held"), "id"),
    # The body of a card has a seal of its own, and its other columns are held to the body.
    "checkout": Kept(("state",), ("body", "digest", "expires_at")),
    "authorisation": Kept(("state",)),
    "orders": Kept(
        ("state", "total", "settled_at", "failure", "due", "late", "refunds", "refundable", "trip"),
        # What was bought has a seal of its own, which leaves out what the customer wrote.
        ("lines", "destination_masked"),
    ),
    "refund": Kept(("state", "settled_at", "why", "amount", "fee")),
    "deposit": Kept(("state",)),
    "coupon_use": Kept(("slot",)),
    "claim": Kept(),
    "agent": Kept(("key_hash", "removed_at"), ("name",)),
    "mandate": Kept(("version", "state", "constraints", "granted_at", "granted_by", "digest", "used_at")),
    "standing_order": Kept(("version", "state", "next_due", "notice_at", "left", "paused_until", "body"), ("claimed_until",)),
    "occurrence": Kept(("state", "reason", "total")),
    "risk_release": Kept(),
    "utterance": Kept(),
    "guardianship": Kept(("version", "ended_at"), (), "id"),
    "guardian_request": Kept(("state", "decided_at"), (), "child_id"),
    "passkey": Kept(("sign_count", "used_at", "state"), ("name",)),
    "dispute": Kept(),
    "compensation_month": Kept(("left",)),
    "settlement": Kept((), (), "merchant_id"),
    "settled_transfer": Kept((), (), ""),
}
# Columns that are counted up and down: told as numbers.
COUNTED = {("orders", "refundable"), ("standing_order", "left"), ("compensation_month", "left")}


def _trip(stored: str) -> str:
    trip = trip_without_home(TRIP.validate_json(stored))
    return TRIP.dump_json(trip).decode() if trip else ""


def _standing(stored: str) -> str:
    order = STANDING.validate_json(stored)
    return STANDING.dump_json(replace(order, drafts=tuple(map(without_names, order.drafts)))).decode()


# No hash over what a person wrote may outlive it: it could be guessed.
WORDLESS: Mapping[tuple[str, str], Callable[[str], str]] = {("orders", "trip"): _trip, ("standing_order", "body"): _standing}


def cells_of(table: Table, row: Mapping[str, Any]) -> Cells:
    """All that is told of a row as it stands; a column that is empty is left out."""
    kept, name = KEPT[table.name], table.name
    fixed = {
        column: _plain(table, column, value)
        for column, value in row.items()
        if value is not None and column not in ("id", *kept.moves, *kept.apart)
    }
    moving = ((column, row.get(column)) for column in kept.moves)
    told = {column: _told(table, str(row["id"]), column, value) for column, value in moving if value is not None}
    return {WHOLE: _hash([name, str(row["id"]), fixed]), **told}


def bound(units: Iterable[Unit], erased: Mapping[int, list[tuple[str, Entry]]]) -> Iterator[TraceEvent]:
    """The units' events, each telling of the rows that its unit has written of its customer's. `erased`: what erasures did."""
    for place, unit in enumerate(units):
        told: dict[str, list[Entry]] = {}
        for owner, entry in (*_written(unit), *erased.get(place, ())):
            told.setdefault(owner, []).append(entry)
        last = {event.customer_id: at for at, event in enumerate(unit.trace)}
        for owner in told.keys() - last.keys():
            yield TraceEvent(owner, STORED, {}, unit.at, _json(told[owner]))
        for at, event in enumerate(unit.trace):
            entries = told.get(event.customer_id, []) if last[event.customer_id] == at else []
            yield replace(event, rows=_json(entries)) if entries else event


def owners(unit: Unit) -> set[str]:
    """Whose evidence a unit writes; of a unit that says it wrongly nobody's, as it is refused."""
    try:
        return {owner for owner, _ in _written(unit)}
    except Misuse:
        return set()


def touched(unit: Unit) -> Iterator[tuple[str, str]]:
    """The rows of evidence that a unit changes."""
    for change in unit.changes:
        table = MAPPED[change.record].table
        if table.name in KEPT and (change.whole is not None or {*change.put, *change.add} & set(KEPT[table.name].moves)):
            yield table.name, change.id


def _written(unit: Unit) -> Iterator[tuple[str, Entry]]:
    for change in unit.changes:
        table = MAPPED[change.record].table
        if table.name in KEPT and (cells := _changed(table, change)):
            yield change.owner or _owner(unit, table, change.id), (table.name, change.id, cells)
    for insert in unit.inserts:
        mapped = MAPPED[type(insert.value)]
        if mapped.table.name in KEPT:
            row = mapped.to_row(insert.value)
            yield _owner(unit, mapped.table, str(row["id"]), row), (mapped.table.name, str(row["id"]), cells_of(mapped.table, row))
    for removal in unit.removals:
        table = MAPPED[removal.record].table
        if table.name in KEPT:
            yield _owner(unit, table, removal.id), (table.name, removal.id, {GONE: ""})


def _changed(table: Table, change: Change) -> Cells:
    if change.whole is not None:
        row = MAPPED[change.record].to_row(change.whole)
        # A column that is no part of the value stays as it was.
        return {column: "" for column in KEPT[table.name].moves if column in row} | dict(cells_of(table, row))
    return put_in(table, change.id, change.put) | {
        column: f"{by:+}" for column, by in change.add.items() if column not in KEPT[table.name].apart
    }


def put_in(table: Table, row_id: str, put: Mapping[str, Any]) -> dict[str, str]:
    """What is told of columns that are set. Raises Unbound."""
    kept = KEPT[table.name]
    columns = [column for column in put if column not in kept.apart]
    for column in columns:
        if column not in kept.moves:
            raise Unbound(record=f"{table.name}.{column}", id=row_id)
    return {column: "" if put[column] is None else _told(table, row_id, column, put[column]) for column in columns}


def _owner(unit: Unit, table: Table, row_id: str, row: Mapping[str, Any] | None = None) -> str:
    column = KEPT[table.name].owner
    if column == "id":
        return row_id
    if row is not None and column:
        return merchant_account(row[column]) if column == "merchant_id" else str(row[column])
    owners = {event.customer_id for event in unit.trace}
    if len(owners) != 1:
        raise Unbound(record=table.name, id=row_id)
    return owners.pop()


def _told(table: Table, row_id: str, column: str, value: Any) -> str:
    plain = _plain(table, column, value)
    return f"={plain}" if (table.name, column) in COUNTED else _hash([table.name, row_id, column, plain])


def _plain(table: Table, column: str, value: Any) -> object:
    kind = table.c[column].type
    if isinstance(kind, Codes | Moment):
        value = kind.process_bind_param(value, DIALECT)
    wordless = WORDLESS.get((table.name, column))
    return int(value) if isinstance(value, bool) else wordless(value) if wordless else value


def _hash(said: object) -> str:
    digest = hashlib.sha256(_json(said).encode()).digest()[:DIGEST_BYTES]
    return base64.b32encode(digest).decode()


def _json(said: object) -> str:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


BOUND_TABLES: tuple[Table, ...] = tuple(METADATA.tables[name] for name in KEPT)

"""Whatever column of evidence is changed by hand, in whatever table, the audit finds it: also one that comes tomorrow."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from sqlalchemy import Column, Table, text

from app.base.errors import UsualError
from app.replay.stage import Stage
from app.storage.columns import METADATA, Codes, Moment
from tests.trace.living import PERSON, live
from tests.trace.tampering import with_the_file

Key = dict[str, Any]
# A row's key, and what stood in the column.
Before = tuple[Key, Any]
# What is no evidence, each for a reason: whole tables, and columns of the others.
NO_EVIDENCE_TABLES = {
    "effect": "remembers keys, so that nothing is done twice; what was done has its own records",
    "webhook": "the outbox to the merchants' systems: it repeats what is bound already",
    "conversation": "where a conversation stands; its words and cards are evidence by themselves",
    "challenge": "good for three minutes and once: what it allowed is in the trace",
    "campaign_stock": "a counter that claims have to pass; the claims are evidence",
    "preference": "what the assistant remembers; it pays for nothing, and its texts are bound",
}
PERSONAL = "the person's own: it goes with them, and no hash of what can be guessed may stay"
DRAFTS = ("checkout.body.draft", "standing_order.body.drafts")
NO_EVIDENCE_COLUMNS = {
    "customer.display_name": PERSONAL,
    "customer.allergens": PERSONAL,
    "credential.username": PERSONAL,
    "contact.label": PERSONAL,
    "contact.phone_masked": PERSONAL,
    "address.label": PERSONAL,
    "address.masked": PERSONAL,
    "agent.name": PERSONAL,
    "passkey.name": PERSONAL,
    "orders.destination_masked": PERSONAL,
    "orders.lines.note": PERSONAL,
    "standing_order.claimed_until": "a worker's lease, gone in a minute",
    "checkout.body.note_salt": "of a card without a note it salts nothing; of one with a note, the card's digest is over both",
    **{
        f"checkout.body.{place}.{who}_masked": PERSONAL for place in ("draft", "fulfilment") for who in ("destination", "recipient")
    },
    **{f"{draft}.lines.{what}": PERSONAL for draft in DRAFTS for what in ("accepted_allergens", "preferred")},
    **{f"standing_order.body.drafts.{who}_masked": PERSONAL for who in ("destination", "recipient")},
}


def test_every_column_of_evidence_is_held_to(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(**PERSON)
    live(stage)
    assert stage.usual.audit.check() == []
    unseen: list[str] = []
    tried: set[str] = set()
    for table in evidence():
        for column in table.columns:
            for what, before, after in changes(stage, table, column):
                tried.add(table.name)
                if what not in NO_EVIDENCE_COLUMNS and not is_found(stage, table, column, before, after):
                    unseen.append(what)
    assert sorted(unseen) == []
    # A book without a row of some table would hold whatever became of it.
    assert tried == {table.name for table in evidence()}
    assert stage.usual.audit.check() == []


def evidence() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in NO_EVIDENCE_TABLES]


def is_found(stage: Stage, table: Table, column: Column[Any], before: Before, after: Any) -> bool:
    row, kept = before
    put(stage, table, column, row, after)
    try:
        return bool(stage.usual.audit.check() or list(stage.usual.checkpoints.faults()))
    except (ValueError, KeyError, UsualError):
        # What is no value of the record's any more can't be read.
        return True
    finally:
        put(stage, table, column, row | ({column.name: after} if column.name in row else {}), kept)


def put(stage: Stage, table: Table, column: Column[Any], row: Key, value: Any) -> None:
    """`row`: its key's columns as they stand now."""
    found = " AND ".join(f'"{name}" = :key_{name}' for name in row)
    with with_the_file(stage) as connection:
        statement = text(f'UPDATE "{table.name}" SET "{column.name}" = :value WHERE {found}')
        assert connection.execute(statement, {"value": value, **{f"key_{k}": v for k, v in row.items()}}).rowcount == 1


def changes(stage: Stage, table: Table, column: Column[Any]) -> Iterator[tuple[str, Before, Any]]:
    """What is changed, the row with what stood there, and what is put there: of one that is filled, and of one that is empty."""
    name = f"{table.name}.{column.name}"
    with stage.usual.database.engine.connect() as connection:
        keys = [key.name for key in table.primary_key.columns]
        names = ", ".join(f'"{key}"' for key in keys)
        found = connection.exec_driver_sql(f'SELECT {names}, "{column.name}" AS changed FROM "{table.name}" ORDER BY {names}').all()
        rows = [(dict(zip(keys, row, strict=False)), row.changed) for row in found]
    filled, empty = [row for row in rows if row[1] is not None], [row for row in rows if row[1] is None]
    if empty:
        is_number = isinstance(column.type, Moment) or column.type.python_type is int
        yield name, (empty[-1][0], None), 1 if is_number else "x"
    if not filled:
        return
    row, value = filled[-1]
    if isinstance(value, int):
        # A flag has but one other value.
        yield name, (row, value), not value if column.type.python_type is bool else value + 1
    elif isinstance(column.type, Codes):
        yield name, (row, value), json.dumps(sorted({*json.loads(value), "other"}))
    elif value[:1] in ("{", "["):
        longest = max(filled, key=lambda one: len(one[1]))
        yield from ((f"{name}{path}", tuple(longest), changed) for path, changed in leaves(json.loads(longest[1])))
    else:
        yield name, (row, value), another(value)


def leaves(said: Any) -> Iterator[tuple[str, str]]:
    """The JSON with one of its values changed, one of each name in its turn, and which one that is."""
    for path in {tuple(step for step in path if isinstance(step, str)): path for path in paths(said)}.values():
        changed = deepcopy(said)
        at = changed
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = other(at[path[-1]])
        yield "".join(f".{step}" for step in path if isinstance(step, str)), json.dumps(changed)


def paths(said: Any) -> Iterator[tuple[str | int, ...]]:
    steps = said.items() if isinstance(said, dict) else enumerate(said)
    for step, value in steps:
        if isinstance(value, dict | list) and value:
            yield from ((step, *rest) for rest in paths(value))
        else:
            yield (step,)


def other(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    return value + 1 if isinstance(value, int | float) else another(value) if isinstance(value, str) else ["x"]


def another(value: str) -> str:
    """Of a currency, another one that there is."""
    return "USD" if value == "CNY" else f"{value}x"

"""An attacker with the file: changes what is stored behind the service's back, the triggers dropped first."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from app.base.money import Money
from app.domain.mandate import Constraints
from app.domain.refund import RefundedLine
from app.domain.trace import GENESIS, TraceEvent, link_hash
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage
from app.storage.columns import METADATA
from app.storage.reads import TRACE

PIN = "258036"
Rows = list[dict[str, Any]]


@contextmanager
def with_the_file(stage: Stage) -> Iterator[Connection]:
    """As who holds the database could change it: past its own guards, which stand again afterwards."""
    database = stage.usual.database
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            return
        guards = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _, guard in guards:
            connection.exec_driver_sql(guard)


@contextmanager
def tampered(stage: Stage, *statements: str) -> Iterator[None]:
    """Each statement is carried out; afterwards every table is as it was, for the audit at the end of the test."""
    kept = _all(stage)
    try:
        with with_the_file(stage) as connection:
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount > 0, statement
        yield
    finally:
        with with_the_file(stage) as connection:
            for table in METADATA.sorted_tables:
                connection.execute(table.delete())
                if kept[table.name]:
                    connection.execute(table.insert(), kept[table.name])


def rewrite_tail(stage: Stage, first: int, facts: dict[str, str | int]) -> None:
    """Every link from `first` on is computed anew, as if `facts` had been told there, and the head with them."""
    links = stage.usual.records.trace(CUSTOMER_ID)
    previous = GENESIS if first == 1 else links[first - 2].hash
    with with_the_file(stage) as connection:
        for link in links[first - 1 :]:
            body = {**link.facts, **facts} if link.sequence == first else dict(link.facts)
            linked = link_hash(previous, link.sequence, TraceEvent(CUSTOMER_ID, link.kind, body, link.at, link.rows))
            connection.execute(
                TRACE.update().where(TRACE.c.customer_id == CUSTOMER_ID, TRACE.c.sequence == link.sequence),
                {"facts": _json(body), "previous": previous, "hash": linked},
            )
            previous = linked
        connection.exec_driver_sql(f"UPDATE trace_head SET hash = '{previous}' WHERE customer_id = '{CUSTOMER_ID}'")


def lived(stage: Stage) -> str:
    """An order with a note, paid and partly refunded, and a standing permission; the order's id."""
    usual = stage.usual
    usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, "two large oat lattes with a heart drawn on top")
    card = usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    usual.payments.pay(CUSTOMER_ID, card.id, card.version, PIN, "en")
    (order,) = usual.records.orders(CUSTOMER_ID, 10)
    (line,) = card.lines
    lines = (RefundedLine(line.id, 1),)
    offer = usual.refunds.offer(CUSTOMER_ID, order.id, "short", lines)
    assert usual.refunds.confirm(CUSTOMER_ID, order.id, "short", lines, offer.digest).state == "done"
    agent, _ = usual.mandates.add_agent(CUSTOMER_ID, "Errands")
    usual.mandates.propose(CUSTOMER_ID, agent.id, Constraints(Money(5_000, "CNY"), "Asia/Shanghai"))
    return order.id


def _all(stage: Stage) -> dict[str, Rows]:
    with stage.usual.database.engine.connect() as connection:
        return {table.name: [dict(row._mapping) for row in connection.execute(select(table))] for table in METADATA.sorted_tables}


def _json(facts: dict[str, str | int]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)

"""Whatever single record is changed, taken out, put in or moved behind the service's back is found, and named."""

from collections.abc import Callable

import pytest

from app.domain.order import Progress
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.audit import AuditFault
from app.storage.columns import METADATA
from tests.trace.tampering import lived, rewrite_tail, tampered

ONE = "WHERE id = (SELECT max(id) FROM {table})"


def faults(stage: Stage) -> dict[str, str]:
    """Code by subject."""
    return {fault.subject: fault.kind for fault in stage.usual.audit.check()}


def newest(stage: Stage, table: str, column: str = "id") -> str:
    with stage.usual.database.engine.connect() as connection:
        return str(connection.exec_driver_sql(f"SELECT {column} FROM {table} {ONE.format(table=table)}").scalar())


CHANGES = {
    "transfer": ("amount = amount + 1", "kind = 'void'", "source = 'bank:deposits'", "at = at + 1", "cause = 'ord_x'"),
    "approval": ("maximum = maximum + 1", "method = 'mandate'", "at = at + 1", "digest = 'd'", "agent_id = 'agt_x'"),
    "checkout": (
        "body = replace(body, 'Large', 'Small')", "body = replace(body, '\"quantity\":2', '\"quantity\":3')",
        "digest = 'd'", "conversation_id = 'con_x'",
    ),
    "refund": ("amount = amount - 1", "lines = '[]'", "state = 'refused'", "why = 'late'", "at = at + 1", "reason = 'wrong'"),
    "mandate_terms": ("digest = 'd'", "constraints = replace(constraints, 'per_order', 'per_day')", "at = at + 1"),
    "vault": ("text = text || '!'", "salt = 's'"),
    "utterance": ("words_ref = 'vlt_x'",),
}  # fmt: skip


@pytest.fixture
def order_id(stage: Stage) -> str:
    return lived(stage)


def test_an_untouched_file_holds(stage: Stage, order_id: str) -> None:
    assert order_id
    assert stage.usual.audit.check() == []


def test_every_change_of_one_record_names_it(stage: Stage, order_id: str) -> None:
    missed = []
    for table, changes in CHANGES.items():
        subject = newest(stage, table)
        for change in changes:
            with tampered(stage, f"UPDATE {table} SET {change} {ONE.format(table=table)}"):
                try:
                    named = faults(stage)
                except ValueError:
                    named = {subject: "unreadable"}
            # An utterance that points elsewhere leaves its own words without an owner.
            if subject not in named and not (table == "utterance" and "vlt_x" in named):
                missed.append((table, change, named))
    assert missed == []
    assert order_id


def test_an_orders_amounts_and_what_never_changes_of_it_are_held_to(stage: Stage, order_id: str) -> None:
    for change in ("total = total + 1", "refundable = refundable + 1", "number = 'X'", "merchant_id = 'x'"):
        with tampered(stage, f"UPDATE orders SET {change}"):
            assert order_id in faults(stage), change


def test_every_record_that_is_taken_out_is_missed(stage: Stage, order_id: str) -> None:
    for table in (*CHANGES, "orders"):
        subject = newest(stage, table)
        with tampered(stage, f"DELETE FROM {table} {ONE.format(table=table)}"):
            assert faults(stage)[subject] in ("record_missing", "order_differs"), table
    assert order_id


def test_every_record_that_is_put_in_is_found(stage: Stage, order_id: str) -> None:
    unique = {"id": "'new'", "number": "number + 7", "version": "version + 7"}
    for table in CHANGES:
        columns = METADATA.tables[table].columns.keys()
        chosen = ", ".join(unique.get(name, name) for name in columns)
        put_in = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} {ONE.format(table=table)}"
        with tampered(stage, put_in):
            # A card's columns are not those of the body it was copied with.
            assert faults(stage)["new"] in ("record_unbound", "record_changed"), table
    assert order_id


LAST = "FROM trace ORDER BY sequence DESC LIMIT 1"
LINKS = {
    "changed": ("UPDATE trace SET facts = replace(facts, 'pin', 'mandate') WHERE kind = 'authorised'",),
    "moved in time": ("UPDATE trace SET at = at + 1 WHERE kind = 'captured'",),
    "taken out": ("DELETE FROM trace WHERE kind = 'captured'",),
    "its end taken out": ("DELETE FROM trace WHERE sequence = (SELECT max(sequence) FROM trace)",),
    "two changed round": (
        "UPDATE trace SET sequence = -1 WHERE kind = 'authorised'",
        "UPDATE trace SET sequence = sequence - 1 WHERE kind = 'captured'",
        "UPDATE trace SET sequence = (SELECT sequence + 1 FROM trace WHERE kind = 'captured') WHERE sequence = -1",
    ),
    "put in": ("INSERT INTO trace SELECT customer_id, sequence + 1, kind, facts, at, hash, hash, rows " + LAST,),
    "all of it": ("DELETE FROM trace",),
    "all of it, and the head": ("DELETE FROM trace", "DELETE FROM trace_head"),
    "the head": ("DELETE FROM trace_head",),
    "closed": ("UPDATE trace_head SET closed = true",),
}  # fmt: skip


def test_every_meddling_with_the_chain_names_the_customer(stage: Stage, order_id: str) -> None:
    for what, statements in LINKS.items():
        with tampered(stage, *statements):
            assert faults(stage)[CUSTOMER_ID].startswith("trace_"), what
    assert order_id


def test_a_customer_taken_off_the_list_hides_no_chain(stage: Stage, order_id: str) -> None:
    with tampered(stage, f"DELETE FROM customer WHERE id = '{CUSTOMER_ID}'"):
        assert faults(stage)[CUSTOMER_ID] == "customer_missing"
    assert order_id


def test_links_told_otherwise_are_found_by_the_records_they_bind(stage: Stage, order_id: str) -> None:
    """A tail computed anew is whole in itself: what it says of a record that is there gives it away."""
    link = next(link for link in stage.usual.records.trace(CUSTOMER_ID) if link.kind == "authorised")
    with tampered(stage, "UPDATE wallet SET bound = bound"):
        rewrite_tail(stage, link.sequence, {"order_seal": "0" * 64})
        assert [str(fault) for fault in stage.usual.audit.check()] == [f"record_changed: {order_id}: order"]


def test_an_erased_customers_chain_and_what_is_left_still_hold(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(wallet="0.00")
    usual = stage.usual
    usual.assistant.turn(CUSTOMER_ID, "con_1", "a latte with a heart drawn on top")
    card = usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    usual.wallets.deposit(CUSTOMER_ID, card.totals.total.minor, "258036", "deposit", "en")
    usual.payments.pay(CUSTOMER_ID, card.id, card.version, "258036", "en")
    (order,) = usual.records.orders(CUSTOMER_ID, 10)
    usual.tracking.move(order, Progress("delivered"), ())
    usual.erasures.erase(CUSTOMER_ID, "258036")
    assert usual.audit.check() == []
    assert usual.records.vault(CUSTOMER_ID) == {}
    with tampered(stage, "UPDATE checkout SET body = replace(body, 'Latte', 'Mocha')"):
        assert AuditFault("record_changed", card.ref, "checkout") in usual.audit.check()

"""Erasing a customer: personal texts go, the evidence keeps its amounts, ids and hashes. Within the writer's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, exists, or_, select, update

from app.domain.erasure import OrderUnderWay, line_without_words, trip_without_home, without_words
from app.domain.order import FOLLOWED_FOR, UNDER_WAY
from app.service.bindings import GONE as LEFT
from app.service.bindings import Entry
from app.service.units import GuardFailed
from app.storage import tables
from app.storage.bindings import KEPT, put_in
from app.storage.chat_tables import ELEMENTS, STEPS, THREADS, USERS
from app.storage.columns import table_of
from app.storage.guardian_tables import GuardianshipRow
from app.storage.mapping import CHECKOUT, ORDERED_LINES, TRIP
from app.storage.passkey_tables import ChallengeRow, PasskeyRow

CUSTOMER, CREDENTIAL = table_of(tables.CustomerRow), table_of(tables.CredentialRow)
CHECKOUTS, ORDERS = table_of(tables.CheckoutRow), table_of(tables.OrderRow)
DEPOSIT, AUTHORISATION = table_of(tables.DepositRow), table_of(tables.AuthorisationRow)
REFUND, GUARDIANSHIP = table_of(tables.RefundRow), table_of(GuardianshipRow)
# Nothing of these is evidence.
GONE = (
    table_of(tables.VaultRow),
    table_of(tables.ContactRow),
    table_of(tables.AddressRow),
    table_of(tables.SignInRow),
    table_of(PasskeyRow),
    table_of(ChallengeRow),
    table_of(tables.ConversationRow),
    table_of(tables.PreferenceRow),
    table_of(tables.StandingOrderRow),
)
MANDATE, AGENT, OCCURRENCE = table_of(tables.MandateRow), table_of(tables.AgentRow), table_of(tables.OccurrenceRow)
NOBODY = {"display_name": "", "lang": "en", "zone": "UTC", "allergens": frozenset()}
OPEN_STATES = ("incomplete", "requires_escalation", "ready_for_complete")


def erase(connection: Connection, customer_id: str, at: datetime) -> list[tuple[str, Entry]]:
    """What was done to rows of evidence, each with whose it is. Raises OrderUnderWay, GuardFailed."""
    _check_nothing_is_open(connection, customer_id, at)
    gone = [entry for table in GONE for entry in _delete(connection, table, table.c.customer_id == customer_id)]
    gone += _delete(connection, CREDENTIAL, CREDENTIAL.c.id == customer_id)
    nobody = _put(connection, CUSTOMER, CUSTOMER.c.id == customer_id, NOBODY)
    if not nobody:
        raise GuardFailed(record="Customer", id=customer_id)
    ended = _end_permissions(connection, customer_id, at)
    open_cards = and_(_of(CHECKOUTS, customer_id), CHECKOUTS.c.state.in_(OPEN_STATES))
    canceled = _put(connection, CHECKOUTS, open_cards, {"state": "canceled"})
    theirs = [(customer_id, entry) for entry in (*gone, *nobody, *ended, *canceled)]
    # Of a guardian's, each is the child's own.
    theirs += [(entry[1], entry) for entry in _end_guardianships(connection, customer_id, at)]
    _strip_cards(connection, customer_id)
    _strip_orders(connection, customer_id)
    _forget_chats(connection, customer_id)
    return theirs


def _check_nothing_is_open(connection: Connection, customer_id: str, at: datetime) -> None:
    for table, state in ((DEPOSIT, "pending"), (AUTHORISATION, "held"), (REFUND, "asked")):
        is_open = exists().where(table.c.customer_id == customer_id, table.c.state == state)
        if connection.execute(select(is_open)).scalar():
            raise OrderUnderWay()
    on_its_way = exists().where(_of(ORDERS, customer_id), ORDERS.c.state.in_(UNDER_WAY), ORDERS.c.placed_at > at - FOLLOWED_FOR)
    if connection.execute(select(on_its_way)).scalar():
        raise OrderUnderWay()


def _end_permissions(connection: Connection, customer_id: str, at: datetime) -> list[Entry]:
    """Nothing may be paid for nobody: mandates are revoked, agents lose their keys and names, no run waits for an answer."""
    nameless = {"name": "", "key_hash": None, "removed_at": at}
    waiting = and_(_of(OCCURRENCE, customer_id), OCCURRENCE.c.state == "asked")
    return [
        *_put(connection, MANDATE, _of(MANDATE, customer_id), {"state": "revoked"}),
        *_put(connection, AGENT, _of(AGENT, customer_id), nameless),
        *_put(connection, OCCURRENCE, waiting, {"state": "unanswered"}),
    ]


def _end_guardianships(connection: Connection, customer_id: str, at: datetime) -> list[Entry]:
    """A child whose guardian is gone could ask nobody: what they pay is theirs again."""
    either = or_(GUARDIANSHIP.c.id == customer_id, GUARDIANSHIP.c.guardian_id == customer_id)
    return _put(connection, GUARDIANSHIP, and_(either, GUARDIANSHIP.c.ended_at.is_(None)), {"ended_at": at})


def _put(connection: Connection, table: Table, which: Any, values: Mapping[str, Any]) -> list[Entry]:
    ids = [str(row.id) for row in connection.execute(select(table.c.id).where(which))]
    connection.execute(update(table).where(which).values(dict(values)))
    return [(table.name, row_id, put_in(table, row_id, values)) for row_id in ids]


def _delete(connection: Connection, table: Table, which: Any) -> list[Entry]:
    ids = [str(row.id) for row in connection.execute(select(table.c.id).where(which))]
    connection.execute(delete(table).where(which))
    return [(table.name, row_id, {LEFT: ""}) for row_id in ids] if table.name in KEPT else []


def _strip_cards(connection: Connection, customer_id: str) -> None:
    rows = connection.execute(select(CHECKOUTS.c.id, CHECKOUTS.c.body).where(_of(CHECKOUTS, customer_id)))
    stripped = [
        {
            "_id": row.id,
            "body": CHECKOUT.dump_json(without_words(CHECKOUT.validate_json(row.body))).decode(),
        }
        for row in rows
    ]
    _rewrite(connection, CHECKOUTS, stripped)


def _strip_orders(connection: Connection, customer_id: str) -> None:
    rows = connection.execute(select(ORDERS.c.id, ORDERS.c.lines, ORDERS.c.trip).where(_of(ORDERS, customer_id)))
    stripped = [
        {
            "_id": row.id,
            "lines": ORDERED_LINES.dump_json(tuple(map(line_without_words, ORDERED_LINES.validate_json(row.lines)))).decode(),
            "destination_masked": "",
            "trip": _trip_without_home(row.trip),
        }
        for row in rows
    ]
    _rewrite(connection, ORDERS, stripped)


def _trip_without_home(trip: str | None) -> str | None:
    stripped = trip_without_home(TRIP.validate_json(trip)) if trip else None
    return TRIP.dump_json(stripped).decode() if stripped else None


def _forget_chats(connection: Connection, customer_id: str) -> None:
    # First of all: what the history is writing now is done before it, and deleted; what it writes later finds them erased.
    connection.execute(update(USERS).where(USERS.c.id == customer_id).values(display_name=None, erased=True))
    theirs = select(THREADS.c.id).where(THREADS.c.user_id == customer_id)
    for table in (STEPS, ELEMENTS):
        connection.execute(delete(table).where(table.c.thread_id.in_(theirs)))
    connection.execute(delete(THREADS).where(THREADS.c.user_id == customer_id))


def _of(table: Table, customer_id: str) -> Any:
    return table.c.customer_id == customer_id


def _rewrite(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "_id"}
        connection.execute(update(table).where(table.c.id == bindparam("_id")).values(columns), rows)

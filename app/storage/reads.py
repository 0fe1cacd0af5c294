"""Rows → domain values. Every method is one read of the last commit."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, select

from app.base.money import Money
from app.dialogue.state import ConversationState
from app.domain.checkout import Approval, CheckoutSession
from app.domain.customer import Address, Contact, Customer
from app.domain.ledger import Transfer, Wallet
from app.domain.order import Authorisation, Order
from app.domain.records import CouponUse, Credential
from app.service.ports import TraceLink
from app.storage import tables
from app.storage.database import Database
from app.storage.mapping import CHECKOUT, CONVERSATION, ORDERED_LINES


def _table(row: type) -> Table:
    return tables.METADATA.tables[str(row.__tablename__)]  # type: ignore[attr-defined]


CUSTOMER, CREDENTIAL = _table(tables.CustomerRow), _table(tables.CredentialRow)
CONTACT, ADDRESS, VAULT = _table(tables.ContactRow), _table(tables.AddressRow), _table(tables.VaultRow)
WALLET, TRANSFER, TRACE = _table(tables.WalletRow), _table(tables.TransferRow), _table(tables.TraceRow)
CHECKOUTS, APPROVAL = _table(tables.CheckoutRow), _table(tables.ApprovalRow)
AUTHORISATION, ORDER = _table(tables.AuthorisationRow), _table(tables.OrderRow)
COUPON_USE, CONVERSATIONS = _table(tables.CouponUseRow), _table(tables.ConversationRow)


class StoredRecords:
    """The service's `Records`, read from a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def customers(self) -> list[Customer]:
        return [_customer(row) for row in self._all(select(CUSTOMER).order_by(CUSTOMER.c.id))]

    def customer(self, customer_id: str) -> Customer | None:
        row = self._first(select(CUSTOMER).where(CUSTOMER.c.id == customer_id))
        return None if row is None else _customer(row)

    def credential(self, customer_id: str) -> Credential | None:
        return self._credential(select(CREDENTIAL).where(CREDENTIAL.c.id == customer_id))

    def credential_by_username(self, username: str) -> Credential | None:
        return self._credential(select(CREDENTIAL).where(CREDENTIAL.c.username == username))

    def contacts(self, customer_id: str) -> list[Contact]:
        rows = self._all(select(CONTACT).where(CONTACT.c.customer_id == customer_id).order_by(CONTACT.c.id))
        return [Contact(**row._mapping) for row in rows]

    def addresses(self, customer_id: str) -> list[Address]:
        rows = self._all(select(ADDRESS).where(ADDRESS.c.customer_id == customer_id).order_by(ADDRESS.c.id))
        return [Address(**row._mapping) for row in rows]

    def vault_text(self, customer_id: str, vault_id: str) -> str | None:
        row = self._first(select(VAULT.c.text).where(VAULT.c.id == vault_id, VAULT.c.customer_id == customer_id))
        return None if row is None else str(row.text)

    def wallet(self, customer_id: str) -> Wallet | None:
        row = self._first(select(WALLET).where(WALLET.c.id == customer_id))
        return None if row is None else _wallet(row)

    def wallets(self) -> list[Wallet]:
        return [_wallet(row) for row in self._all(select(WALLET).order_by(WALLET.c.id))]

    def checkout(self, checkout_id: str, version: int | None = None) -> CheckoutSession | None:
        query = select(CHECKOUTS).where(CHECKOUTS.c.checkout_id == checkout_id)
        if version is not None:
            query = query.where(CHECKOUTS.c.version == version)
        row = self._first(query.order_by(CHECKOUTS.c.version.desc()).limit(1))
        return None if row is None else _checkout(row)

    def last_checkout(self, customer_id: str) -> CheckoutSession | None:
        mine = select(CHECKOUTS).where(CHECKOUTS.c.customer_id == customer_id)
        row = self._first(mine.order_by(CHECKOUTS.c.checkout_id.desc(), CHECKOUTS.c.version.desc()).limit(1))
        return None if row is None else _checkout(row)

    def conversation(self, conversation_id: str) -> ConversationState | None:
        row = self._first(select(CONVERSATIONS.c.body).where(CONVERSATIONS.c.id == conversation_id))
        return None if row is None else CONVERSATION.validate_json(row.body)

    def approval(self, approval_id: str) -> Approval | None:
        row = self._first(select(APPROVAL).where(APPROVAL.c.id == approval_id))
        return None if row is None else Approval(**_with_money(row, "maximum"))

    def authorisation(self, order_id: str) -> Authorisation | None:
        row = self._first(select(AUTHORISATION).where(AUTHORISATION.c.order_id == order_id))
        return None if row is None else Authorisation(**_with_money(row, "amount"))

    def held_since(self, before: datetime) -> list[Authorisation]:
        held = select(AUTHORISATION).where(AUTHORISATION.c.state == "held", AUTHORISATION.c.at < before)
        return [Authorisation(**_with_money(row, "amount")) for row in self._all(held.order_by(AUTHORISATION.c.at))]

    def order(self, order_id: str) -> Order | None:
        row = self._first(select(ORDER).where(ORDER.c.id == order_id))
        return None if row is None else _order(row)

    def order_of_checkout(self, checkout_id: str) -> Order | None:
        row = self._first(select(ORDER).where(ORDER.c.checkout_id == checkout_id))
        return None if row is None else _order(row)

    def orders(self, customer_id: str, limit: int) -> list[Order]:
        mine = select(ORDER).where(ORDER.c.customer_id == customer_id)
        newest = mine.order_by(ORDER.c.placed_at.desc(), ORDER.c.id.desc()).limit(limit)
        return [_order(row) for row in self._all(newest)]

    def transfers(self, cause: str | None = None) -> list[Transfer]:
        query = select(TRANSFER).order_by(TRANSFER.c.at, TRANSFER.c.id)
        if cause is not None:
            query = query.where(TRANSFER.c.cause == cause)
        return [Transfer(**_with_money(row, "amount")) for row in self._all(query)]

    def coupon_uses(self, customer_id: str) -> list[CouponUse]:
        counted = (COUPON_USE.c.customer_id == customer_id) & COUPON_USE.c.slot.is_not(None)
        return [CouponUse(**row._mapping) for row in self._all(select(COUPON_USE).where(counted).order_by(COUPON_USE.c.id))]

    def coupon_uses_of(self, checkout_id: str) -> list[CouponUse]:
        uses = select(COUPON_USE).where(COUPON_USE.c.checkout_id == checkout_id).order_by(COUPON_USE.c.id)
        return [CouponUse(**row._mapping) for row in self._all(uses)]

    def trace(self, customer_id: str) -> list[TraceLink]:
        rows = self._all(select(TRACE).where(TRACE.c.customer_id == customer_id).order_by(TRACE.c.sequence))
        return [TraceLink(r.sequence, r.kind, json.loads(r.facts), r.at, r.previous, r.hash) for r in rows]

    def _credential(self, query: Select[Any]) -> Credential | None:
        row = self._first(query)
        if row is None:
            return None
        values = dict(row._mapping)
        return Credential(customer_id=values.pop("id"), **values)

    def _first(self, query: Select[Any]) -> Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(query).first()

    def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return connection.execute(query).all()


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.id, row.display_name, row.lang, row.zone, frozenset(json.loads(row.allergens)))


def _wallet(row: Row[Any]) -> Wallet:
    return Wallet(row.id, Money(row.available, row.currency), Money(row.held, row.currency), row.bound)


def _checkout(row: Row[Any]) -> CheckoutSession:
    # The body is frozen as it was sealed; only the state moves on, in a column of its own.
    return CHECKOUT.validate_json(row.body).with_state(row.state)


def _order(row: Row[Any]) -> Order:
    values = _with_money(row, "total")
    return Order(**{**values, "lines": ORDERED_LINES.validate_json(row.lines)})


def _with_money(row: Row[Any], name: str) -> dict[str, Any]:
    values = dict(row._mapping)
    values[name] = Money(values[name], values.pop("currency"))
    return values

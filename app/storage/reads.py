"""Rows → domain values. Every method is one read of the last commit."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, exists, func, literal, or_, select

from app.base.money import Money
from app.dialogue.state import ConversationState
from app.domain.checkout import Approval, CheckoutSession
from app.domain.claim import CampaignStock, Claim
from app.domain.customer import Address, Contact, Customer
from app.domain.deposit import Deposit
from app.domain.ledger import CAME_BACK, Transfer, Wallet, available_account, held_account
from app.domain.memory import Preference
from app.domain.order import UNDER_WAY, Authorisation, Order
from app.domain.records import CouponUse, Credential, SignIn, Utterance, VaultEntry
from app.service.ports import TraceLink
from app.storage import tables
from app.storage.columns import table_of
from app.storage.mapping import CHECKOUT, CONVERSATION, ORDERED_LINES, TRIP
from app.storage.select import Reads, where, with_money

CUSTOMER, CREDENTIAL = table_of(tables.CustomerRow), table_of(tables.CredentialRow)
CONTACT, ADDRESS, VAULT = table_of(tables.ContactRow), table_of(tables.AddressRow), table_of(tables.VaultRow)
EFFECT = table_of(tables.EffectRow)
WALLET, TRANSFER, TRACE = table_of(tables.WalletRow), table_of(tables.TransferRow), table_of(tables.TraceRow)
CHECKOUTS, APPROVAL = table_of(tables.CheckoutRow), table_of(tables.ApprovalRow)
AUTHORISATION, ORDER = table_of(tables.AuthorisationRow), table_of(tables.OrderRow)
DEPOSIT, UTTERANCE = table_of(tables.DepositRow), table_of(tables.UtteranceRow)
COUPON_USE, CONVERSATIONS = table_of(tables.CouponUseRow), table_of(tables.ConversationRow)


_CUSTOMERS, _CUSTOMER = select(CUSTOMER).order_by(CUSTOMER.c.id), where(CUSTOMER, "id")
_CREDENTIAL, _BY_USERNAME = where(CREDENTIAL, "id"), where(CREDENTIAL, "username")
_SIGN_IN = where(table_of(tables.SignInRow), "id")
_CONTACTS = where(CONTACT, "customer_id").order_by(CONTACT.c.id)
_ADDRESSES = where(ADDRESS, "customer_id").order_by(ADDRESS.c.id)
_VAULT = where(VAULT, "id", "customer_id")
_WHOLE_VAULT = where(VAULT, "customer_id")
_UTTERANCES = where(UTTERANCE, "customer_id").order_by(UTTERANCE.c.at, UTTERANCE.c.id)
_CHECKOUTS = where(CHECKOUTS, "customer_id").order_by(CHECKOUTS.c.checkout_id, CHECKOUTS.c.version)
_OPEN_DEPOSIT = where(DEPOSIT, "customer_id", "state").limit(1)
_WALLETS, _WALLET = select(WALLET).order_by(WALLET.c.id), where(WALLET, "id")
_NEWEST_CHECKOUT = where(CHECKOUTS, "checkout_id").order_by(CHECKOUTS.c.version.desc()).limit(1)
_CHECKOUT = where(CHECKOUTS, "checkout_id", "version")
_LAST_CHECKOUT = where(CHECKOUTS, "customer_id").order_by(CHECKOUTS.c.checkout_id.desc(), CHECKOUTS.c.version.desc()).limit(1)
_OPEN_CHECKOUTS = (
    select(CHECKOUTS)
    .where(CHECKOUTS.c.state.in_(("ready_for_complete", "requires_escalation")))
    .where(CHECKOUTS.c.expires_at > bindparam("now", type_=CHECKOUTS.c.expires_at.type))
    .order_by(CHECKOUTS.c.checkout_id)
)
_UTTERANCE = select(UTTERANCE.c.id).where(UTTERANCE.c.id == bindparam("id"))
_CONVERSATION, _APPROVAL = where(CONVERSATIONS, "id"), where(APPROVAL, "id")
_AUTHORISATIONS = select(AUTHORISATION).order_by(AUTHORISATION.c.at)
_AUTHORISATION = where(AUTHORISATION, "order_id")
_HELD = (
    where(AUTHORISATION, "state")
    .where(AUTHORISATION.c.at < bindparam("before", type_=AUTHORISATION.c.at.type))
    .order_by(AUTHORISATION.c.at)
)
_PENDING_DEPOSITS = (
    where(DEPOSIT, "state").where(DEPOSIT.c.at < bindparam("before", type_=DEPOSIT.c.at.type)).order_by(DEPOSIT.c.at)
)
_ORDER, _ORDER_OF_CHECKOUT = where(ORDER, "id"), where(ORDER, "checkout_id")
_ORDER_OF_NUMBER = where(ORDER, "number").order_by(ORDER.c.placed_at.desc(), ORDER.c.id.desc())
_ORDERS = where(ORDER, "customer_id").order_by(ORDER.c.placed_at.desc(), ORDER.c.id.desc()).limit(bindparam("limit"))
_UNDER_WAY = (
    select(ORDER)
    .where(ORDER.c.state.in_(UNDER_WAY))
    .where(ORDER.c.placed_at > bindparam("since", type_=ORDER.c.placed_at.type))
    .order_by(ORDER.c.placed_at)
)
_TRANSFERS = select(TRANSFER).order_by(TRANSFER.c.at, TRANSFER.c.id)
_TRANSFERS_OF = where(TRANSFER, "cause").order_by(TRANSFER.c.at, TRANSFER.c.id)
_AVAILABLE_AT = (
    select(func.sum(case((TRANSFER.c.target == bindparam("account"), TRANSFER.c.amount), else_=-TRANSFER.c.amount)).label("minor"))
    .where(or_(TRANSFER.c.source == bindparam("account"), TRANSFER.c.target == bindparam("account")))
    .where(TRANSFER.c.currency == bindparam("currency"))
    .where(TRANSFER.c.at <= bindparam("at", type_=TRANSFER.c.at.type))
)
_SPENT = (
    select(TRANSFER)
    .where(
        or_(
            and_(TRANSFER.c.source == bindparam("held"), TRANSFER.c.kind == "capture"),
            and_(TRANSFER.c.target == bindparam("available"), TRANSFER.c.kind.in_(CAME_BACK)),
        )
    )
    .where(TRANSFER.c.at >= bindparam("since", type_=TRANSFER.c.at.type))
    .where(TRANSFER.c.at < bindparam("until", type_=TRANSFER.c.at.type))
    .order_by(TRANSFER.c.at, TRANSFER.c.id)
)
_COUPON_USES = where(COUPON_USE, "customer_id").where(COUPON_USE.c.slot.is_not(None)).order_by(COUPON_USE.c.id)
_COUPON_USES_AT = _COUPON_USES.where(COUPON_USE.c.merchant_id == bindparam("merchant_id"))
_COUPON_USES_OF = where(COUPON_USE, "checkout_id").order_by(COUPON_USE.c.id)
_CLAIMS = where(table_of(tables.ClaimRow), "customer_id").order_by(table_of(tables.ClaimRow).c.id)
_PREFERENCES = where(table_of(tables.PreferenceRow), "customer_id").order_by(table_of(tables.PreferenceRow).c.id)
_CAMPAIGN_STOCK = where(table_of(tables.CampaignStockRow), "id")
_TRACE_HEAD = where(table_of(tables.TraceHeadRow), "customer_id")
_TRACE = where(TRACE, "customer_id").order_by(TRACE.c.sequence)
_UNTOLD = _TRACE.where(
    TRACE.c.kind.in_(bindparam("kinds", expanding=True)),
    TRACE.c.at >= bindparam("since", type_=TRACE.c.at.type),
    ~exists().where(EFFECT.c.key == literal("told:").concat(TRACE.c.hash)),
)


class StoredRecords(Reads):
    """The service's `Records`, read from a database."""

    def customers(self) -> list[Customer]:
        return [_customer(row) for row in self._all(_CUSTOMERS)]

    def customer(self, customer_id: str) -> Customer | None:
        row = self._first(_CUSTOMER, id=customer_id)
        return None if row is None else _customer(row)

    def credential(self, customer_id: str) -> Credential | None:
        return _credential(self._first(_CREDENTIAL, id=customer_id))

    def credential_by_username(self, username: str) -> Credential | None:
        return _credential(self._first(_BY_USERNAME, username=username))

    def sign_in(self, sign_in_id: str) -> SignIn | None:
        row = self._first(_SIGN_IN, id=sign_in_id)
        return None if row is None else SignIn(**row._mapping)

    def contacts(self, customer_id: str) -> list[Contact]:
        return [Contact(**row._mapping) for row in self._all(_CONTACTS, customer_id=customer_id)]

    def addresses(self, customer_id: str) -> list[Address]:
        return [Address(**row._mapping) for row in self._all(_ADDRESSES, customer_id=customer_id)]

    def vault_text(self, customer_id: str, vault_id: str) -> str | None:
        row = self._first(_VAULT, id=vault_id, customer_id=customer_id)
        return None if row is None else str(row.text)

    def wallet(self, customer_id: str) -> Wallet | None:
        row = self._first(_WALLET, id=customer_id)
        return None if row is None else _wallet(row)

    def wallets(self) -> list[Wallet]:
        return [_wallet(row) for row in self._all(_WALLETS)]

    def checkout(self, checkout_id: str, version: int | None = None) -> CheckoutSession | None:
        if version is None:
            row = self._first(_NEWEST_CHECKOUT, checkout_id=checkout_id)
        else:
            row = self._first(_CHECKOUT, checkout_id=checkout_id, version=version)
        return None if row is None else _checkout(row)

    def open_checkouts(self, now: datetime) -> list[CheckoutSession]:
        return [_checkout(row) for row in self._all(_OPEN_CHECKOUTS, now=now)]

    def last_checkout(self, customer_id: str) -> CheckoutSession | None:
        row = self._first(_LAST_CHECKOUT, customer_id=customer_id)
        return None if row is None else _checkout(row)

    def utterances(self, customer_id: str) -> list[Utterance]:
        return [Utterance(**row._mapping) for row in self._all(_UTTERANCES, customer_id=customer_id)]

    def vault(self, customer_id: str) -> dict[str, str]:
        return {row.id: row.text for row in self._all(_WHOLE_VAULT, customer_id=customer_id)}

    def vault_entries(self, customer_id: str) -> list[VaultEntry]:
        return [VaultEntry(**row._mapping) for row in self._all(_WHOLE_VAULT, customer_id=customer_id)]

    def checkouts(self, customer_id: str) -> list[CheckoutSession]:
        return [_checkout(row) for row in self._all(_CHECKOUTS, customer_id=customer_id)]

    def has_open_deposit(self, customer_id: str) -> bool:
        return self._first(_OPEN_DEPOSIT, customer_id=customer_id, state="pending") is not None

    def has_utterance(self, utterance_id: str) -> bool:
        return self._first(_UTTERANCE, id=utterance_id) is not None

    def conversation(self, conversation_id: str) -> ConversationState | None:
        row = self._first(_CONVERSATION, id=conversation_id)
        return None if row is None else CONVERSATION.validate_json(row.body)

    def approval(self, approval_id: str) -> Approval | None:
        row = self._first(_APPROVAL, id=approval_id)
        return None if row is None else Approval(**with_money(row, "maximum"))

    def authorisation(self, order_id: str) -> Authorisation | None:
        row = self._first(_AUTHORISATION, order_id=order_id)
        return None if row is None else Authorisation(**with_money(row, "amount"))

    def authorisations(self) -> list[Authorisation]:
        return [Authorisation(**with_money(row, "amount")) for row in self._all(_AUTHORISATIONS)]

    def held_since(self, before: datetime) -> list[Authorisation]:
        rows = self._all(_HELD, state="held", before=before)
        return [Authorisation(**with_money(row, "amount")) for row in rows]

    def pending_deposits(self, before: datetime) -> list[Deposit]:
        rows = self._all(_PENDING_DEPOSITS, state="pending", before=before)
        return [Deposit(**with_money(row, "amount")) for row in rows]

    def order(self, order_id: str) -> Order | None:
        row = self._first(_ORDER, id=order_id)
        return None if row is None else order_of(row)

    def order_of_checkout(self, checkout_id: str) -> Order | None:
        row = self._first(_ORDER_OF_CHECKOUT, checkout_id=checkout_id)
        return None if row is None else order_of(row)

    def orders(self, customer_id: str, limit: int) -> list[Order]:
        return [order_of(row) for row in self._all(_ORDERS, customer_id=customer_id, limit=limit)]

    def order_of_number(self, number: str) -> Order | None:
        row = self._first(_ORDER_OF_NUMBER, number=number)
        return None if row is None else order_of(row)

    def orders_under_way(self, since: datetime) -> list[Order]:
        return [order_of(row) for row in self._all(_UNDER_WAY, since=since)]

    def transfers(self, cause: str | None = None) -> list[Transfer]:
        rows = self._all(_TRANSFERS) if cause is None else self._all(_TRANSFERS_OF, cause=cause)
        return [Transfer(**with_money(row, "amount")) for row in rows]

    def available_at(self, customer_id: str, at: datetime, currency: str) -> Money:
        row = self._first(_AVAILABLE_AT, account=available_account(customer_id), at=at, currency=currency)
        return Money(int(row.minor or 0) if row else 0, currency)

    def spent(self, customer_id: str, since: datetime, until: datetime) -> list[Transfer]:
        accounts = {"held": held_account(customer_id), "available": available_account(customer_id)}
        rows = self._all(_SPENT, **accounts, since=since, until=until)
        return [Transfer(**with_money(row, "amount")) for row in rows]

    def coupon_uses(self, customer_id: str, merchant_id: str | None = None) -> list[CouponUse]:
        if merchant_id is None:
            return [CouponUse(**row._mapping) for row in self._all(_COUPON_USES, customer_id=customer_id)]
        rows = self._all(_COUPON_USES_AT, customer_id=customer_id, merchant_id=merchant_id)
        return [CouponUse(**row._mapping) for row in rows]

    def coupon_uses_of(self, checkout_id: str) -> list[CouponUse]:
        return [CouponUse(**row._mapping) for row in self._all(_COUPON_USES_OF, checkout_id=checkout_id)]

    def claims(self, customer_id: str) -> list[Claim]:
        return [Claim(**row._mapping) for row in self._all(_CLAIMS, customer_id=customer_id)]

    def preferences(self, customer_id: str) -> list[Preference]:
        return [Preference(**row._mapping) for row in self._all(_PREFERENCES, customer_id=customer_id)]

    def campaign_stock(self, campaign_id: str) -> CampaignStock | None:
        row = self._first(_CAMPAIGN_STOCK, id=campaign_id)
        return None if row is None else CampaignStock(**row._mapping)

    def trace(self, customer_id: str) -> list[TraceLink]:
        return [_link(row) for row in self._all(_TRACE, customer_id=customer_id)]

    def untold(self, customer_id: str, kinds: Sequence[str], since: datetime) -> list[TraceLink]:
        return [_link(row) for row in self._all(_UNTOLD, customer_id=customer_id, kinds=list(kinds), since=since)]

    def is_erased(self, customer_id: str) -> bool:
        row = self._first(_TRACE_HEAD, customer_id=customer_id)
        return row is not None and bool(row.closed)

    def trace_head(self, customer_id: str) -> str | None:
        row = self._first(_TRACE_HEAD, customer_id=customer_id)
        return None if row is None else str(row.hash)


def _credential(row: Row[Any] | None) -> Credential | None:
    if row is None:
        return None
    values = dict(row._mapping)
    return Credential(customer_id=values.pop("id"), **values)


def _link(row: Row[Any]) -> TraceLink:
    return TraceLink(row.sequence, row.kind, json.loads(row.facts), row.at, row.previous, row.hash, row.rows)


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.id, row.display_name, row.lang, row.zone, row.allergens)


def _wallet(row: Row[Any]) -> Wallet:
    return Wallet(row.id, Money(row.available, row.currency), Money(row.held, row.currency), row.bound)


def _checkout(row: Row[Any]) -> CheckoutSession:
    # The body is frozen as it was sealed; only the state moves on, in a column of its own.
    return CHECKOUT.validate_json(row.body).with_state(row.state)


def order_of(row: Row[Any]) -> Order:
    values = with_money(row, "total")
    trip = None if row.trip is None else TRIP.validate_json(row.trip)
    return Order(**{**values, "lines": ORDERED_LINES.validate_json(row.lines), "trip": trip})

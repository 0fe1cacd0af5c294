"""What was spent, by order and in sums, as the wallet's page asks for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, func, literal, or_, select, text

from app.domain.deposit import Deposit
from app.domain.dispute import Dispute
from app.domain.ledger import CAME_BACK, TransferKind, available_account, held_account
from app.domain.order import Order
from app.domain.refund import Refund
from app.service.approvers import Approver
from app.service.wallet_ports import Selection, Spending, SpentPart
from app.storage import tables
from app.storage.columns import table_of
from app.storage.dispute_reads import DISPUTE, dispute_in
from app.storage.mapping import ORDERED_LINES
from app.storage.refund_reads import refund_in
from app.storage.select import Reads, where, with_money

ORDER, TRANSFER = table_of(tables.OrderRow), table_of(tables.TransferRow)
AUTHORISATION, APPROVAL = table_of(tables.AuthorisationRow), table_of(tables.ApprovalRow)
REFUND, DEPOSIT = table_of(tables.RefundRow), table_of(tables.DepositRow)
UTTERANCE, VAULT = table_of(tables.UtteranceRow), table_of(tables.VaultRow)

_BY = (APPROVAL.c.method, APPROVAL.c.agent_id, AUTHORISATION.c.mandate_id)
_APPROVED = ORDER.join(AUTHORISATION, AUTHORISATION.c.order_id == ORDER.c.id).join(
    APPROVAL, APPROVAL.c.id == AUTHORISATION.c.approval_id
)
_NET = func.sum(case((TRANSFER.c.kind == "capture", TRANSFER.c.amount), else_=-TRANSFER.c.amount))
_DEPOSITS = where(DEPOSIT, "customer_id").order_by(DEPOSIT.c.at.desc(), DEPOSIT.c.id.desc()).limit(bindparam("limit"))
_REFUNDS = where(REFUND, "customer_id").order_by(REFUND.c.at.desc(), REFUND.c.id.desc()).limit(bindparam("limit"))
_DISPUTES = where(DISPUTE, "customer_id").order_by(DISPUTE.c.at.desc(), DISPUTE.c.id.desc()).limit(bindparam("limit"))
_MERCHANTS = select(ORDER.c.merchant_id).where(ORDER.c.customer_id == bindparam("customer_id")).distinct()
_MOVED = (
    select(TRANSFER.c.kind, func.sum(TRANSFER.c.amount).label("minor"))
    .where(or_(TRANSFER.c.target == bindparam("available"), TRANSFER.c.source == bindparam("held")))
    .where(TRANSFER.c.currency == bindparam("currency"))
    .group_by(TRANSFER.c.kind)
)
_WORDS = (
    select(UTTERANCE.c.id, VAULT.c.text)
    .join(VAULT, and_(VAULT.c.id == UTTERANCE.c.words_ref, VAULT.c.customer_id == UTTERANCE.c.customer_id))
    .where(UTTERANCE.c.customer_id == bindparam("customer_id"))
    .where(UTTERANCE.c.id.in_(bindparam("ids", expanding=True)))
    .where(UTTERANCE.c.channel != "tap")
)


class StoredSpendings(Reads):
    """The service's `WalletRecords`."""

    def spent_parts(self, selection: Selection, begins: Sequence[datetime]) -> list[SpentPart]:
        # The latest beginning that an order is not before.
        spans = [(ORDER.c.placed_at >= begin, literal(number)) for number, begin in reversed(list(enumerate(begins, start=1)))]
        span = case(*spans, else_=literal(0)) if spans else literal(0)
        same = (*_BY, ORDER.c.merchant_id, ORDER.c.lines)
        query = (
            select(_NET.label("minor"), *same, span.label("span"), func.min(ORDER.c.id).label("order_id"))
            .select_from(_APPROVED.join(TRANSFER, TRANSFER.c.cause == ORDER.c.id))
            .where(TRANSFER.c.kind.in_(("capture", *CAME_BACK)), TRANSFER.c.currency == selection.currency)
            .group_by(*same, text("span"))
        )
        rows = self._all(_selected(query, selection))
        # What is ordered again and again is parsed once.
        lines = {text: ORDERED_LINES.validate_json(text) for text in {row.lines for row in rows}}
        return [
            SpentPart(int(row.minor), _approver(row), row.merchant_id, lines[row.lines], row.span, row.order_id) for row in rows
        ]

    def spendings(self, selection: Selection, limit: int, before: Order | None = None) -> list[Spending]:
        query = select(ORDER, *_BY, _moved("capture").label("paid"), _moved(*CAME_BACK).label("returned")).select_from(_APPROVED)
        query = _selected(query, selection).order_by(ORDER.c.placed_at.desc(), ORDER.c.id.desc()).limit(limit)
        if before is not None:
            same_moment = and_(ORDER.c.placed_at == before.placed_at, ORDER.c.id < before.id)
            query = query.where(or_(ORDER.c.placed_at < before.placed_at, same_moment))
        return [_spending(row) for row in self._all(query)]

    def merchants_of(self, customer_id: str) -> list[str]:
        return [row.merchant_id for row in self._all(_MERCHANTS, customer_id=customer_id)]

    def words_of(self, customer_id: str, utterance_ids: Sequence[str]) -> dict[str, str]:
        rows = self._all(_WORDS, customer_id=customer_id, ids=list(utterance_ids))
        return {row.id: row.text for row in rows}

    def moved(self, customer_id: str, currency: str) -> dict[TransferKind, int]:
        accounts = {"available": available_account(customer_id), "held": held_account(customer_id)}
        return {row.kind: int(row.minor) for row in self._all(_MOVED, currency=currency, **accounts)}

    def deposits(self, customer_id: str, limit: int) -> list[Deposit]:
        return [Deposit(**with_money(row, "amount")) for row in self._all(_DEPOSITS, customer_id=customer_id, limit=limit)]

    def newest_refunds(self, customer_id: str, limit: int) -> list[Refund]:
        return [refund_in(row) for row in self._all(_REFUNDS, customer_id=customer_id, limit=limit)]

    def newest_disputes(self, customer_id: str, limit: int) -> list[Dispute]:
        return [dispute_in(row) for row in self._all(_DISPUTES, customer_id=customer_id, limit=limit)]


def _selected(query: Select[Any], selection: Selection) -> Select[Any]:
    query = query.where(ORDER.c.customer_id == selection.customer_id, ORDER.c.currency == selection.currency)
    if selection.approved_by in ("pin", "passkey"):
        query = query.where(APPROVAL.c.method == selection.approved_by)
    elif selection.approved_by:
        query = query.where(APPROVAL.c.agent_id == selection.approved_by)
    if selection.merchant_id:
        query = query.where(ORDER.c.merchant_id == selection.merchant_id)
    if selection.mandate_id:
        query = query.where(AUTHORISATION.c.mandate_id == selection.mandate_id)
    if selection.since is not None:
        query = query.where(ORDER.c.placed_at >= selection.since)
    if selection.until is not None:
        query = query.where(ORDER.c.placed_at < selection.until)
    return query


def _moved(*kinds: TransferKind) -> Any:
    """What an order's transfers of these kinds come to."""
    moved = select(func.coalesce(func.sum(TRANSFER.c.amount), 0)).where(TRANSFER.c.cause == ORDER.c.id, TRANSFER.c.kind.in_(kinds))
    return moved.scalar_subquery()


def _spending(row: Row[Any]) -> Spending:
    values = with_money(row, "total")
    for name in ("method", "agent_id", "mandate_id", "paid", "returned"):
        del values[name]
    order = Order(**{**values, "lines": ORDERED_LINES.validate_json(row.lines)})
    return Spending(order, _approver(row), int(row.paid), int(row.returned))


def _approver(row: Row[Any]) -> Approver:
    return Approver(row.method, row.agent_id, row.mandate_id)

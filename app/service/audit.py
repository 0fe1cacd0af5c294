"""Does the ledger hold? Wallets equal their transfers, every order's money adds up, every chain is whole."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.checkout import checkout_digest
from app.domain.ledger import Transfer, Wallet, available_account, held_account
from app.domain.order import TAKEN, Authorisation, Order
from app.service.bindings import Standing, row_faults, tell
from app.service.chains import ERASED, chain_faults
from app.service.evidence import Evidence, Rows, bound_transfers, transfer_faults
from app.service.ports import Records, RefundRecords, TraceLink
from app.service.settlement_audit import settlement_faults
from app.service.settlements import SettlementRecords

# What the trace holds right before an authorisation, by the method of its approval: both are saved by one unit.
EVIDENCE = {"pin": "pin_accepted", "passkey": "passkey_used", "mandate": "mandate_used"}


@dataclass(frozen=True, slots=True)
class AuditFault:
    """`kind` is a stable code; `detail` names accounts, orders and amounts in minor units, no personal text."""

    kind: str
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Audit:
    records: Records
    refunds: RefundRecords
    settlements: SettlementRecords
    evidence: Evidence

    def check(self) -> list[AuditFault]:
        """Every fault found; empty when all is well."""
        transfers = self.records.transfers()
        faults = list(_wallets(self.records.wallets(), transfers))
        faults += self._authorisations(transfers)
        faults += [AuditFault("settlement_differs", *found) for found in settlement_faults(self.settlements, transfers)]
        faults += self._chains(transfers)
        return faults

    def _chains(self, transfers: list[Transfer]) -> Iterator[AuditFault]:
        """Every chain, also one whose customer is gone from the list, and what its links bind."""
        stored, authorisations = self.evidence.stored, self.records.authorisations()
        found = stored.rows()
        rows = Rows.of(stored, authorisations, transfers)
        heads = {head.customer_id: head for head in stored.heads()}
        known = {customer.id for customer in self.records.customers()}
        bound: dict[str, str] = {}
        standing: Standing = {}
        told: list[AuditFault] = []
        for customer_id in sorted({*known, *heads, *stored.chained(), *rows.orders, *rows.approvals, *rows.authorisations}):
            trace, head = self.records.trace(customer_id), heads.get(customer_id)
            if customer_id not in known and trace and trace[0].kind == "account_opened":
                told.append(AuditFault("customer_missing", customer_id, "a chain without its customer"))
            told += [AuditFault(code, customer_id, detail) for code, detail in chain_faults(customer_id, trace, head)]
            told += _unproved(rows.authorisations.get(customer_id, ()), trace)
            erased = bool(trace) and trace[-1].kind == ERASED
            told += [AuditFault(*fault) for fault in self.evidence.faults(customer_id, trace, rows, erased=erased)]
            bound |= bound_transfers(trace)
            tell(standing, trace)
        changed = [AuditFault(*fault) for fault in row_faults(standing, found)]
        named = {(fault.kind, fault.subject) for fault in changed}
        yield from (*changed, *(fault for fault in told if (fault.kind, fault.subject) not in named))
        yield from (AuditFault(*fault) for fault in transfer_faults(bound, rows.transfers))

    def _authorisations(self, transfers: list[Transfer]) -> Iterator[AuditFault]:
        """Each hold was taken, given back or still stands, for what its order cost and its customer approved."""
        moved: dict[str, Counter[str]] = defaultdict(Counter)
        for transfer in transfers:
            moved[transfer.cause][transfer.kind] += transfer.amount.minor
        for authorisation in self.records.authorisations():
            order_id = authorisation.order_id
            order = self.records.order(order_id)
            fault = _unbalanced(authorisation, order, moved[order_id])
            if fault is not None or order is None:
                yield AuditFault("order_differs", order_id, fault or "no order")
                continue
            yield from self._approved(authorisation, order, moved[order_id])
            yield from self._refunds(order, moved[order_id])

    def _refunds(self, order: Order, moved: Mapping[str, int]) -> Iterator[AuditFault]:
        """What was refunded is what its refunds say, and what can still come back is the rest."""
        done = [refund for refund in self.refunds.refunds(order.id) if refund.state == "done"]
        said, captured = sum(refund.amount.minor for refund in done), moved.get("capture", 0)
        back = moved.get("refund", 0) + moved.get("compensation", 0)
        if not moved.get("refund", 0) and any(refund.reason == "canceled" for refund in done):
            # It was canceled while its money was only held: that never was the merchant's.
            back, captured = moved.get("void", 0) + moved.get("release", 0), 0
        rest = captured - sum(refund.amount.minor + refund.fee.minor for refund in done) if captured else 0
        if said != back or order.refundable != rest:
            yield AuditFault(
                "refund_differs", order.id, f"refunds {said}, ledger {back}; refundable {order.refundable}, left {rest}"
            )

    def _approved(self, authorisation: Authorisation, order: Order, moved: Mapping[str, int]) -> Iterator[AuditFault]:
        approval = self.records.approval(authorisation.approval_id)
        version = approval.checkout_version if approval else None
        checkout = self.records.checkout(authorisation.checkout_id, version)
        if approval is None or checkout is None or approval.digest != checkout_digest(checkout):
            yield AuditFault("approval_differs", authorisation.order_id, "its digest is not the checkout's")
            return
        if not approval.maximum.covers(authorisation.amount):
            yield AuditFault("approval_exceeded", authorisation.order_id, f"approved {approval.maximum.minor}")
        funded = sum(c.discount.minor for c in checkout.coupons if c.funder == "platform")
        paid = moved.get("coupon", 0)
        # Goods that came to less than their coupons take off need less of them.
        fits = paid == funded or (checkout.totals.is_estimate and paid < funded) or (order.is_undone and paid == 0)
        if authorisation.state == "captured" and not fits:
            yield AuditFault("coupon_differs", authorisation.order_id, f"funded {paid}, card {funded}")


def _unproved(authorisations: Iterable[Authorisation], trace: Sequence[TraceLink]) -> Iterator[AuditFault]:
    """No hold without the PIN, the passkey or the mandate that its approval names, right before it."""
    shown = {
        str(link.facts["approval"])
        for before, link in pairwise(trace)
        if link.kind == "authorised" and before.kind == EVIDENCE.get(str(link.facts["method"]))
    }
    for authorisation in authorisations:
        if authorisation.approval_id not in shown:
            yield AuditFault("evidence_missing", authorisation.order_id, "nothing in the trace allowed it")


def _wallets(wallets: list[Wallet], transfers: list[Transfer]) -> Iterator[AuditFault]:
    balances: dict[tuple[str, str], int] = defaultdict(int)
    for transfer in transfers:
        balances[transfer.target, transfer.amount.currency] += transfer.amount.minor
        balances[transfer.source, transfer.amount.currency] -= transfer.amount.minor
    for wallet in wallets:
        for account, stored in (
            (available_account(wallet.customer_id), wallet.available),
            (held_account(wallet.customer_id), wallet.held),
        ):
            summed = balances[account, stored.currency]
            if summed != stored.minor:
                yield AuditFault("wallet_differs", account, f"balance {stored.minor}, transfers {summed}")


def _unbalanced(authorisation: Authorisation, order: Order | None, moved: Mapping[str, int]) -> str | None:
    """What is wrong between an authorisation, its order and what the ledger moved for them; None when nothing is."""
    amount = authorisation.amount.minor
    captured, voided, released, refunded = (moved.get(kind, 0) for kind in ("capture", "void", "release", "refund"))
    whole = {"held": 0, "captured": captured + released, "voided": voided}[authorisation.state]
    ended = 0 if authorisation.state == "held" else amount
    if moved.get("hold", 0) != amount or captured + voided + released != ended or whole != ended:
        return f"{authorisation.state} {amount}, ledger {dict(moved)}"
    if order is None or not authorisation.amount.covers(order.total):
        return f"authorised {amount}, order {order.total.minor if order else None}"
    if authorisation.state == "captured" and order.total.minor != captured:
        return f"captured {captured}, order {order.total.minor}"
    if refunded > captured or moved.get("coupon_return", 0) > moved.get("coupon", 0):
        return f"captured {captured}, refunded {refunded}"
    undone = ("canceled", "refunded") if order.is_undone else ()
    states = {"held": ("placed", "unknown", *TAKEN), "captured": (*TAKEN, *undone), "voided": ("canceled",)}[authorisation.state]
    return None if order.state in states else f"{authorisation.state}, order {order.state}"

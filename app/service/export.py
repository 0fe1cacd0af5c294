"""Everything that is known of a customer, for the customer: plain values in one structure, with no hash of a secret.

Numbers and addresses are masked wherever they stand, as on cards: the file may come into other hands.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.base.clock import Clock
from app.base.money import Money
from app.domain.checkout import CheckoutSession
from app.domain.customer import NotFound, mask_address, mask_phone
from app.domain.dispute import Dispute
from app.domain.guardianship import GuardianRequest
from app.domain.ledger import Transfer, Wallet, available_account, held_account
from app.domain.mandate import Mandate, plain
from app.domain.order import Order
from app.domain.passkey import Passkey
from app.domain.records import VaultEntry
from app.domain.refund import Refund
from app.domain.standing import StandingOrder
from app.service.disputes import DisputeRecords
from app.service.guardians import GuardianRecords
from app.service.mandate_ports import MandateRecords
from app.service.passkey_ports import PasskeyRecords
from app.service.ports import Records, RefundRecords
from app.service.standing_ports import StandingRecords
from app.understanding.phones import callable_numbers_in

ORDERS_MAX = 1_000_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exports:
    records: Records
    standing: StandingRecords
    refunds: RefundRecords
    mandates: MandateRecords
    passkeys: PasskeyRecords
    disputes: DisputeRecords
    guardians: GuardianRecords
    clock: Clock

    def of(self, customer_id: str) -> Json:
        """Raises NotFound."""
        records = self.records
        customer, credential = records.customer(customer_id), records.credential(customer_id)
        if customer is None or credential is None:
            raise NotFound(what=customer_id)
        entries = records.vault_entries(customer_id)
        mask = _Mask(entries)
        texts = {entry.id: mask.json(entry.text) if entry.kind == "reading" else mask(entry.text) for entry in entries}
        orders = records.orders(customer_id, ORDERS_MAX)
        return {
            "made_at": _moment(self.clock.now()),
            "profile": {
                "id": customer.id,
                "called": customer.display_name,
                "sign_in_name": credential.username,
                "language": customer.lang,
                "time_zone": customer.zone,
                "has_pin": credential.pin_hash is not None,
            },
            "allergens": sorted(customer.allergens),
            "preferences": [{"kind": p.kind, "text": texts.get(p.text_ref, "")} for p in records.preferences(customer_id)],
            "addresses": [{"label": a.label, "text": texts.get(a.text_ref, "")} for a in records.addresses(customer_id)],
            "contacts": [{"label": c.label, "number": texts.get(c.phone_ref, "")} for c in records.contacts(customer_id)],
            "wallet": _wallet(records.wallet(customer_id)),
            "conversations": self._conversations(customer_id, texts),
            "cards": [_card(checkout, texts, mask) for checkout in records.checkouts(customer_id)],
            "orders": [_order(order, texts, mask) for order in orders],
            "refunds": [_refund(refund) for refund in self.refunds.refunds_of(customer_id)],
            "disputes": [_dispute(dispute) for dispute in self.disputes.disputes(customer_id)],
            "transfers": self._transfers(customer_id, orders),
            "coupons_used": [
                {"merchant": u.merchant_id, "coupon": u.coupon_id, "checkout": u.checkout_id}
                for u in records.coupon_uses(customer_id)
            ],
            "coupons_claimed": [
                {"coupon": claim.campaign_id, "at": _moment(claim.at), "good_until": _moment(claim.expires_at)}
                for claim in records.claims(customer_id)
            ],
            "standing_orders": [self._standing(order, mask) for order in self.standing.standing_orders(customer_id)],
            "permissions": [_mandate(mandate) for mandate in self.mandates.mandates(customer_id)],
            "agents": [
                {"id": a.id, "name": a.name, "added_at": _moment(a.at), "removed": a.removed_at is not None}
                for a in self.mandates.agents(customer_id)
            ],
            "passkeys": [_passkey(passkey, mask) for passkey in self.passkeys.passkeys(customer_id)],
            "guardian_requests": [
                _guardian_request(one, customer_id) for one in self.guardians.guardian_requests_about(customer_id)
            ],
            "trace": [
                {"sequence": t.sequence, "what": t.kind, "facts": dict(t.facts), "at": _moment(t.at), "hash": t.hash}
                for t in records.trace(customer_id)
            ],
        }

    def _standing(self, order: StandingOrder, mask: "_Mask") -> Json:
        runs = self.standing.occurrences(order.id, ORDERS_MAX)
        lines = [
            {"product": line.product_id, "quantity": line.quantity, "note": mask(line.note) if line.note else None}
            for draft in order.drafts
            for line in draft.lines
        ]
        return {
            "id": order.id,
            "title": order.title.display("en"),
            "state": order.state,
            "lines": lines,
            "destination": order.drafts[0].destination_masked,
            "schedule": plain(order.schedule),
            "time_zone": order.zone,
            "at_most": order.cap.plain(),
            "currency": order.cap.currency,
            "mode": order.mode,
            "mandate": order.mandate_id,
            "runs": [{"due": _moment(r.due), "state": r.state, "reason": r.reason, "checkout": r.checkout_id} for r in runs],
        }

    def _conversations(self, customer_id: str, texts: dict[str, str]) -> list[Json]:
        said: dict[str, list[Json]] = defaultdict(list)
        for utterance in self.records.utterances(customer_id):
            said[utterance.conversation_id].append(
                {
                    "at": _moment(utterance.at),
                    "by": utterance.channel,
                    "words": texts.get(utterance.words_ref, ""),
                    "read_as": texts.get(utterance.reading_ref, ""),
                }
            )
        return [{"id": conversation_id, "said": words} for conversation_id, words in said.items()]

    def _transfers(self, customer_id: str, orders: list[Order]) -> list[Json]:
        own = {available_account(customer_id), held_account(customer_id)}
        causes = {order.id for order in orders}
        found = [t for t in self.records.transfers() if own & {t.source, t.target} or t.cause in causes]
        return [_transfer(transfer) for transfer in found]


def _refund(refund: Refund) -> Json:
    return {
        "id": refund.id,
        "order": refund.order_id,
        "reason": refund.reason,
        "state": refund.state,
        "lines": [{"line": line.line_id, "quantity": line.quantity} for line in refund.lines],
        "amount": refund.amount.plain(),
        "fee": refund.fee.plain(),
        "currency": refund.amount.currency,
        "at": _moment(refund.at),
    }


def _dispute(dispute: Dispute) -> Json:
    return {
        "id": dispute.id,
        "order": dispute.order_id,
        "line": dispute.line_id,
        "claim": dispute.claim,
        "verdict": dispute.verdict,
        "reasons": list(dispute.reasons),
        "evidence": list(dispute.evidence),
        "compensated": _money(dispute.amount),
        "at": _moment(dispute.at),
    }


def _mandate(mandate: Mandate) -> Json:
    return {
        "id": mandate.id,
        "agent": mandate.agent_id,
        "state": mandate.state,
        "version": mandate.version,
        "granted_at": _moment(mandate.granted_at) if mandate.granted_at else None,
        "granted_with": mandate.granted_by,
        "constraints": plain(mandate.constraints),
    }


def _passkey(passkey: Passkey, mask: "_Mask") -> Json:
    return {
        "id": passkey.id,
        "name": mask(passkey.name),
        "state": passkey.state,
        "added_at": _moment(passkey.at),
        "used_at": _moment(passkey.used_at) if passkey.used_at else None,
    }


def _guardian_request(request: GuardianRequest, customer_id: str) -> Json:
    """A guardian reads of the other's card what they were shown when they were asked."""
    return {
        "id": request.id,
        "asked_by": "me" if request.child_id == customer_id else request.child_id,
        "answered_by": "me" if request.guardian_id == customer_id else request.guardian_id,
        "card": f"{request.checkout_id}.{request.checkout_version}",
        "shop": request.payee_id,
        "amount": _money(request.amount),
        "state": request.state,
        "asked_at": _moment(request.at),
        "decided_at": _moment(request.decided_at) if request.decided_at else None,
    }


class _Mask:
    """Masks every number, and every address of the customer's, in any text."""

    def __init__(self, entries: Sequence[VaultEntry]) -> None:
        saved = {entry.text for entry in entries if entry.kind == "address"}
        said = {address for entry in entries if entry.kind == "reading" for address in _addresses_in(json.loads(entry.text))}
        self._addresses = sorted(saved | said, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for address in self._addresses:
            text = text.replace(address, mask_address(address))
        for start, end, written in reversed(list(callable_numbers_in(text))):
            text = text[:start] + mask_phone(re.sub(r"\D", "", written)) + text[end:]
        return text

    def json(self, text: str) -> str:
        return json.dumps(self._within(json.loads(text)), ensure_ascii=False)

    def _within(self, value: Any) -> Any:
        """A number may have been taken for an amount or a count."""
        if isinstance(value, dict):
            return {name: self._within(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._within(part) for part in value]
        is_number = isinstance(value, int) and self(str(value)) != str(value)
        return self(str(value)) if is_number or isinstance(value, str) else value


def _addresses_in(reading: Any) -> Iterator[str]:
    """Those that were said and not kept: what they were said for could not be brought there."""
    if isinstance(reading, dict):
        if reading.get("is_address") and isinstance(reading.get("label"), str):
            yield reading["label"]
        for part in reading.values():
            yield from _addresses_in(part)
    elif isinstance(reading, list):
        for part in reading:
            yield from _addresses_in(part)


def _wallet(wallet: Wallet | None) -> Json | None:
    if wallet is None:
        return None
    return {"available": _money(wallet.available), "held": _money(wallet.held), "connected": wallet.bound}


def _transfer(transfer: Transfer) -> Json:
    return {
        "id": transfer.id,
        "kind": transfer.kind,
        "from": transfer.source,
        "to": transfer.target,
        "amount": _money(transfer.amount),
        "cause": transfer.cause,
        "at": _moment(transfer.at),
    }


def _card(checkout: CheckoutSession, texts: dict[str, str], mask: _Mask) -> Json:
    return {
        "id": checkout.id,
        "version": checkout.version,
        "state": checkout.state,
        "shop": checkout.payee.display("en"),
        "lines": [
            {
                "product": line.names.display("en"),
                "quantity": line.quantity,
                "options": [option.names.display("en") for option in line.options],
                "note": mask(line.note or ""),
                "amount": _money(line.total),
            }
            for line in checkout.lines
        ],
        "total": _money(checkout.totals.total),
        "to": _destination(checkout.fulfilment.destination_ref, texts),
        "for": _destination(checkout.fulfilment.recipient_ref, texts),
        "made_at": _moment(checkout.created_at),
    }


def _order(order: Order, texts: dict[str, str], mask: _Mask) -> Json:
    return {
        "id": order.id,
        "number": order.number,
        "checkout": order.checkout_id,
        "shop": order.merchant_id,
        "state": order.state,
        "total": _money(order.total),
        "lines": [{**asdict(line), "unit_price": _money(line.unit_price), "note": mask(line.note or "")} for line in order.lines],
        "to": _destination(order.destination_ref, texts),
        "placed_at": _moment(order.placed_at),
        "settled_at": _moment(order.settled_at) if order.settled_at else None,
    }


def _destination(ref: str | None, texts: dict[str, str]) -> str | None:
    return None if ref is None else texts.get(ref)


def _money(amount: Money) -> Json:
    return {"amount": amount.plain(), "currency": amount.currency}


def _moment(moment: datetime) -> str:
    return moment.isoformat()

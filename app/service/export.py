"""Everything that is known of a customer, for the customer: plain values in one structure, in full, with no hash of a secret."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.base.clock import Clock
from app.base.money import Money
from app.domain.checkout import CheckoutSession
from app.domain.customer import NotFound
from app.domain.ledger import Transfer, Wallet, available_account, held_account
from app.domain.order import Order
from app.service.ports import Records

ORDERS_MAX = 1_000_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exports:
    records: Records
    clock: Clock

    def of(self, customer_id: str) -> Json:
        """Raises NotFound."""
        records = self.records
        customer, credential = records.customer(customer_id), records.credential(customer_id)
        if customer is None or credential is None:
            raise NotFound(what=customer_id)
        texts = records.vault(customer_id)
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
            "cards": [_card(checkout, texts) for checkout in records.checkouts(customer_id)],
            "orders": [_order(order, texts) for order in orders],
            "transfers": self._transfers(customer_id, orders),
            "coupons_used": [
                {"merchant": u.merchant_id, "coupon": u.coupon_id, "checkout": u.checkout_id}
                for u in records.coupon_uses(customer_id)
            ],
            "coupons_claimed": [
                {"coupon": claim.campaign_id, "at": _moment(claim.at), "good_until": _moment(claim.expires_at)}
                for claim in records.claims(customer_id)
            ],
            "trace": [
                {"sequence": t.sequence, "what": t.kind, "facts": dict(t.facts), "at": _moment(t.at), "hash": t.hash}
                for t in records.trace(customer_id)
            ],
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


def _card(checkout: CheckoutSession, texts: dict[str, str]) -> Json:
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
                "note": line.note,
                "amount": _money(line.total),
            }
            for line in checkout.lines
        ],
        "total": _money(checkout.totals.total),
        "to": _destination(checkout.fulfilment.destination_ref, texts),
        "for": _destination(checkout.fulfilment.recipient_ref, texts),
        "made_at": _moment(checkout.created_at),
    }


def _order(order: Order, texts: dict[str, str]) -> Json:
    return {
        "id": order.id,
        "number": order.number,
        "checkout": order.checkout_id,
        "shop": order.merchant_id,
        "state": order.state,
        "total": _money(order.total),
        "lines": [{**asdict(line), "unit_price": _money(line.unit_price)} for line in order.lines],
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

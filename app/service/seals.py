"""Seals: what a link of the trace binds of a record. A hash over all of it that never changes and is nobody's personal text."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from pydantic import TypeAdapter

from app.domain.checkout import Approval, CheckoutSession
from app.domain.erasure import line_without_words, without_words
from app.domain.ledger import Transfer
from app.domain.order import Authorisation, Order
from app.domain.refund import Refund

Sealed = Approval | Authorisation | CheckoutSession | Order | Refund | Transfer
Facts = dict[str, str | int]

ADAPTERS: Mapping[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in get_args(Sealed)}
# What of a record moves on, or goes when its customer is erased.
MOVING: Mapping[type, set[str]] = {
    Authorisation: {"state"},
    CheckoutSession: {"state"},
    Order: {
        "state", "total", "settled_at", "failure", "due", "late", "refunds", "refundable", "trip", "destination_masked",
    },
    Refund: {"state", "settled_at", "why"},
}  # fmt: skip


def seal(record: Sealed) -> str:
    """SHA-256, in hex. The same before and after an erasure, and whatever defaults a record has gained since."""
    kept = _kept(record)
    said = ADAPTERS[type(kept)].dump_python(kept, mode="json", exclude_defaults=True, exclude=MOVING.get(type(kept)))
    return _hashed(said)


def moved(transfers: Sequence[Transfer]) -> Facts:
    """The facts by which an event binds the transfers that were written with it: their ids and, in that order, their seals."""
    if not transfers:
        return {}
    ordered = sorted(transfers, key=lambda transfer: transfer.id)
    return {"transfers": " ".join(t.id for t in ordered), "moved": " ".join(map(seal, ordered))}


def _kept(record: Sealed) -> Sealed:
    if isinstance(record, CheckoutSession):
        return without_words(record)
    if isinstance(record, Order):
        return replace(record, lines=tuple(map(line_without_words, record.lines)))
    return record


def _hashed(said: object) -> str:
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()

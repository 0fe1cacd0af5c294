"""The trace: a hash chain per customer over what happened. It holds hashes of personal text, never the text."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.records import VaultEntry

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """Something that happened to a customer's money or words. `facts` are ids, codes, amounts and hashes.

    `rows`: how the rows stand that were written with it, told by whoever writes them; empty where there are none.
    """

    customer_id: str
    kind: str
    facts: Mapping[str, str | int]
    at: datetime
    rows: str = ""


def link_hash(previous: str, sequence: int, event: TraceEvent) -> str:
    """The chain's next hash, over the previous one and the whole event."""
    body = [previous, sequence, event.customer_id, event.kind, dict(event.facts), event.at.isoformat(), event.rows]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def text_kept(entry: VaultEntry) -> TraceEvent:
    """That a personal text came into the vault: without it, who has the file could put another text in its place."""
    facts = {"text": entry.id, "kind": entry.kind, "hash": text_hash(entry.salt, entry.text)}
    return TraceEvent(entry.customer_id, "text_kept", facts, entry.at)


def text_hash(salt: str, text: str) -> str:
    """A hash that proves a text without revealing it once its vault entry, which holds the salt, is erased."""
    return hashlib.sha256(f"{salt}\x1f{text}".encode()).hexdigest()

"""A checkpoint: a signed statement of where every chain stands. Kept elsewhere, it gives a tail away that was computed anew."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import Misuse

FIRST = "0" * 64
# By customer: how many links, and the last one's hash.
Heads = Mapping[str, tuple[int, str]]


class CheckpointBroken(Misuse):
    """A line that is no checkpoint."""

    code = "checkpoint_broken"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`moved`: the chains that are not where the checkpoint before left them. `previous` is that one's digest.

    `heads_hash` is over where all chains stood; `customers` and `links` count them. `key` and `signature` are in hex.
    """

    number: int
    at: datetime
    previous: str
    moved: Heads
    heads_hash: str
    customers: int
    links: int
    key: str = ""
    signature: str = ""

    @property
    def statement(self) -> str:
        """What is signed."""
        moved = sorted([customer, *head] for customer, head in self.moved.items())
        stated = [self.number, self.at.isoformat(), self.previous, moved, self.heads_hash, self.customers, self.links, self.key]
        return json.dumps(stated, separators=(",", ":"), ensure_ascii=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.statement.encode()).hexdigest()

    def to_json(self, heads: Heads | None = None) -> str:
        """One line. With `heads`, where all chains stood, it can name whose was changed without any other checkpoint."""
        line = {
            "number": self.number,
            "at": self.at.isoformat(),
            "previous": self.previous,
            "moved": {customer: list(head) for customer, head in self.moved.items()},
            "heads_hash": self.heads_hash,
            "customers": self.customers,
            "links": self.links,
            "key": self.key,
            "signature": self.signature,
        }
        if heads is not None:
            line["heads"] = {customer: list(head) for customer, head in heads.items()}
        return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(line: str) -> tuple[Checkpoint, Heads]:
    """The checkpoint, and the heads that its line names: all, or those that had moved. Raises CheckpointBroken."""
    try:
        said = json.loads(line)
        moved, heads = _heads(said["moved"]), _heads(said.get("heads") or {})
        checkpoint = Checkpoint(
            int(said["number"]),
            datetime.fromisoformat(said["at"]),
            str(said["previous"]),
            moved,
            str(said["heads_hash"]),
            int(said["customers"]),
            int(said["links"]),
            str(said["key"]),
            str(said["signature"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise CheckpointBroken() from None
    if heads and heads_hash(heads) != checkpoint.heads_hash:
        raise CheckpointBroken()
    return checkpoint, heads or moved


def heads_hash(heads: Heads) -> str:
    canonical = json.dumps(sorted([customer, *head] for customer, head in heads.items()), separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def following(last: Checkpoint | None, known: Heads, heads: Heads, at: datetime, key: str) -> Checkpoint:
    """The next checkpoint, not signed yet. `known`: what of the heads the ones before state already."""
    return Checkpoint(
        number=last.number + 1 if last else 1,
        at=at,
        previous=last.digest if last else FIRST,
        moved={customer: head for customer, head in heads.items() if known.get(customer) != head},
        heads_hash=heads_hash(heads),
        customers=len(heads),
        links=sum(sequence for sequence, _ in heads.values()),
        key=key,
    )


def latest(checkpoints: Iterable[Checkpoint]) -> dict[str, tuple[int, str]]:
    """Where these, in their order, say that the chains stand."""
    heads: dict[str, tuple[int, str]] = {}
    for checkpoint in checkpoints:
        heads.update(checkpoint.moved)
    return heads


def _heads(said: Mapping[str, tuple[int, str]]) -> Heads:
    return {str(customer): (int(sequence), str(hashed)) for customer, (sequence, hashed) in said.items()}

"""Checkpoints of all chains: made now and then, kept beside the chains and, by whoever wants to be sure, elsewhere."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from app.base.clock import Clock
from app.base.errors import UsualError
from app.domain.checkpoint import FIRST, Checkpoint, Heads, following, heads_hash, latest
from app.service.chains import ChainHead
from app.service.units import Insert, Unit, Writer

EVERY = timedelta(hours=1)
# Every so many state all heads: what moved since is told by no more than those after it.
WHOLE_EVERY = 24
LOGGER = logging.getLogger("usual.checkpoints")
Fault = tuple[str, str, str]


class CheckpointRecords(Protocol):
    """Checkpoints and what they are about, as of the last commit."""

    def heads(self) -> list[ChainHead]: ...
    def checkpoints(self, after: int = 0) -> list[Checkpoint]:
        """Those with higher numbers, in their order."""
        ...

    def misnumbered(self) -> list[int]:
        """Those whose columns are not those of their bodies."""
        ...

    def last_checkpoint(self) -> Checkpoint | None: ...
    def link_hashes(self, places: Mapping[str, Sequence[int]]) -> Mapping[tuple[str, int], str]:
        """The stored hashes of these links, by customer and place."""
        ...


class Signer(Protocol):
    @property
    def key(self) -> str: ...
    def sign(self, statement: str) -> str: ...
    def is_signed(self, key: str, statement: str, signature: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Checkpoints:
    records: CheckpointRecords
    writer: Writer
    signer: Signer
    clock: Clock
    # When the next one is due: nothing is read before.
    _due: list[datetime] = field(default_factory=list)

    def make(self) -> tuple[Checkpoint, Heads]:
        """The checkpoint of this moment, saved, and where all chains stand in it."""
        heads = {head.customer_id: (head.sequence, head.hash) for head in self.records.heads()}
        last = self.records.last_checkpoint()
        since = self.records.checkpoints(last.number - last.number % WHOLE_EVERY) if last else []
        unsigned = following(last, latest(since), heads, self.clock.now(), self.signer.key)
        made = replace(unsigned, signature=self.signer.sign(unsigned.statement))
        self.writer.commit(Unit(f"checkpoint:{made.number}", made.digest, made.at, inserts=(Insert(made),)))
        return made, heads

    def make_due(self) -> bool:
        """Whether one was due, and made; where no chain has moved, none is."""
        now = self.clock.now()
        if self._due and now < self._due[0]:
            return False
        try:
            last = self.records.last_checkpoint()
            is_early = last is not None and now < last.at + EVERY
            self._due[:] = [last.at + EVERY if last and is_early else now + EVERY]
            heads = {head.customer_id: (head.sequence, head.hash) for head in self.records.heads()}
            if is_early or heads_hash(heads) == (last.heads_hash if last else heads_hash({})):
                return False
            self.make()
        except UsualError as refused:
            # Another worker was there first, or the database is away: the next round sees what is left.
            LOGGER.info("no checkpoint could be made: %s", refused.code)
            return False
        return True

    def faults(self, given: Iterable[tuple[Checkpoint, Heads]] = ()) -> Iterator[Fault]:
        """What of the chains is not as the stored checkpoints and the given ones state; a given one is believed."""
        stored, previous = self.records.checkpoints(), FIRST
        stated: list[tuple[str, Heads]] = []
        for place, checkpoint in enumerate(stored, start=1):
            name = f"checkpoint {checkpoint.number}"
            if checkpoint.number != place or checkpoint.previous != previous:
                yield "checkpoint_broken", name, "it does not follow from the one before"
            if not self._is_ours(checkpoint):
                yield "checkpoint_forged", name, "its signature is not ours"
            previous = checkpoint.digest
            stated.append((name, checkpoint.moved))
        for number in self.records.misnumbered():
            yield "checkpoint_broken", f"checkpoint {number}", "its columns are not those of its body"
        for checkpoint, heads in given:
            name = f"checkpoint {checkpoint.number} kept elsewhere"
            if not self._is_ours(checkpoint):
                yield "checkpoint_forged", name, "its signature is not ours"
                continue
            kept = stored[checkpoint.number - 1] if 0 < checkpoint.number <= len(stored) else None
            if kept is None or kept.digest != checkpoint.digest:
                yield "checkpoint_differs", name, "what is stored under its number is another, or gone"
            stated.append((name, heads))
        yield from self._chains(stated)

    def _is_ours(self, checkpoint: Checkpoint) -> bool:
        is_signed = self.signer.is_signed(checkpoint.key, checkpoint.statement, checkpoint.signature)
        return is_signed and checkpoint.key == self.signer.key

    def _chains(self, stated: Sequence[tuple[str, Heads]]) -> Iterator[Fault]:
        places: dict[str, set[int]] = {}
        for _, heads in stated:
            for customer_id, (sequence, _) in heads.items():
                places.setdefault(customer_id, set()).add(sequence)
        hashes = self.records.link_hashes({customer_id: sorted(found) for customer_id, found in places.items()})
        for name, heads in stated:
            for customer_id, (sequence, hashed) in heads.items():
                if hashes.get((customer_id, sequence)) != hashed:
                    yield "trace_rewritten", customer_id, f"link {sequence} or one before it is not as {name} states"

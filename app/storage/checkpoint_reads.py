"""Checkpoints as they are stored, and the links that they state."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from app.domain.checkpoint import Checkpoint, from_json
from app.storage.checkpoint_tables import CheckpointRow
from app.storage.columns import table_of
from app.storage.evidence_reads import TRACE, StoredEvidence

CHECKPOINT = table_of(CheckpointRow)
_AFTER = select(CHECKPOINT).where(CHECKPOINT.c.id > bindparam("after")).order_by(CHECKPOINT.c.id)
_LAST = select(CHECKPOINT).order_by(CHECKPOINT.c.id.desc()).limit(1)
_HASHES = select(TRACE.c.customer_id, TRACE.c.sequence, TRACE.c.hash)
# So many customers are asked about singly; for more, the whole table is read once.
SINGLY_MAX = 100


class StoredCheckpoints(StoredEvidence):
    """The service's `CheckpointRecords`."""

    def checkpoints(self, after: int = 0) -> list[Checkpoint]:
        return [from_json(row.body)[0] for row in self._all(_AFTER, after=after)]

    def last_checkpoint(self) -> Checkpoint | None:
        row = self._first(_LAST)
        return None if row is None else from_json(row.body)[0]

    def misnumbered(self) -> list[int]:
        bodies = ((row, from_json(row.body)[0]) for row in self._all(_AFTER, after=0))
        return [row.id for row, said in bodies if (row.id, row.at) != (said.number, said.at)]

    def link_hashes(self, places: Mapping[str, Sequence[int]]) -> Mapping[tuple[str, int], str]:
        query = _HASHES if len(places) > SINGLY_MAX else _HASHES.where(TRACE.c.customer_id.in_(list(places)))
        wanted = {customer_id: set(found) for customer_id, found in places.items()}
        return {
            (row.customer_id, row.sequence): row.hash for row in self._all(query) if row.sequence in wanted.get(row.customer_id, ())
        }

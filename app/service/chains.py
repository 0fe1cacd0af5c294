"""Is a customer's chain whole? Each link is checked against the one before it, the last against the head."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.trace import GENESIS, TraceEvent, link_hash
from app.service.ports import TraceLink

# The last event that a chain takes.
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a chain stands: how many links, the last one's hash, and whether it takes any more."""

    customer_id: str
    sequence: int
    hash: str
    closed: bool = False


def is_linked(customer_id: str, place: int, previous: str, link: TraceLink) -> bool:
    """Whether the link is the `place`th of its chain and follows from the hash before it."""
    expected = link_hash(previous, place, TraceEvent(customer_id, link.kind, link.facts, link.at, link.rows))
    return link.sequence == place and link.previous == previous and link.hash == expected


def chain_faults(customer_id: str, links: Sequence[TraceLink], head: ChainHead | None) -> Iterator[tuple[str, str]]:
    """Each as a stable code and what is wrong."""
    previous = GENESIS
    for place, link in enumerate(links, start=1):
        if not is_linked(customer_id, place, previous, link):
            yield "trace_broken", f"link {place}"
            return
        previous = link.hash
    if head is None or (head.sequence, head.hash) != (len(links), previous):
        # Without this a chain whose end was cut off, or all of it, would still look whole.
        yield "trace_cut", "its last link is not the head"
    elif head.closed != (bool(links) and links[-1].kind == ERASED):
        yield "trace_differs", "closed" if head.closed else "erased and open"

"""Which names hold which token: for each token the gaps between the numbers of its names, in as few bytes as will do.

A gap as large as its width can say or larger is written as that largest number, once for each time it fits, and what is
left over. Names filed later wait beside, whole.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from app.lookup.tokens import Filed, once

Ids = npt.NDArray[np.int32]
EMPTY: Ids = np.empty(0, dtype=np.int32)
WIDTHS = (np.uint8, np.uint16, np.int32)
MOST = tuple(int(np.iinfo(width).max) for width in WIDTHS)
BUCKET = 100_000


class Postings:
    """For each token the sorted numbers of the names that hold it."""

    def __init__(self, filed: Sequence[Filed]) -> None:
        """`filed`: tokens above numbers of names, each part in order and numbered higher than the part before."""
        self._tokens, self._sizes, self._widths = array("I"), array("i"), array("b")
        self._starts, self._lengths = array("q"), array("i")
        # Arrays that grow where they are: pieces joined at the end would leave as much again behind.
        self._pools = (array("B"), array("H"), array("i"))
        for bucket in _buckets(filed):
            self._file(_Packed(bucket))
        self._later: dict[int, array[int]] = {}
        self._gone: Counter[int] = Counter()

    def _file(self, packed: "_Packed") -> None:
        starts, lengths = np.zeros((2, len(packed.tokens)), dtype=np.int64)
        for width, pool in enumerate(self._pools):
            gaps, written = packed.gaps(width)
            chosen = packed.widths == width
            starts[chosen] = len(pool) + np.cumsum(written) - written
            lengths[chosen] = written
            pool.frombytes(gaps.tobytes())
        self._tokens.frombytes(packed.tokens.tobytes())
        self._sizes.frombytes(packed.sizes.astype(np.int32).tobytes())
        self._widths.frombytes(packed.widths.astype(np.int8).tobytes())
        self._starts.frombytes(starts.tobytes())
        self._lengths.frombytes(lengths.astype(np.int32).tobytes())

    def size(self, token: int) -> int:
        row = self._row(token)
        return (self._sizes[row] if row is not None else 0) + len(self._later.get(token, ())) - self._gone.get(token, 0)

    def of(self, token: int) -> Ids:
        row, later = self._row(token), self._later.get(token)
        held = self._unpacked(row) if row is not None else EMPTY
        return np.concatenate([held, np.array(later, dtype=np.int32)]) if later else held

    def add(self, token: int, name: int) -> None:
        """Files one more name, numbered higher than any other."""
        self._later.setdefault(token, array("i")).append(name)

    def forget(self, token: int) -> None:
        """One of the token's names counts no more; it is still among those it gives."""
        self._gone[token] += 1

    def _row(self, token: int) -> int | None:
        row = bisect_left(self._tokens, token)
        return row if row < len(self._tokens) and self._tokens[row] == token else None

    def _unpacked(self, row: int) -> Ids:
        width, start = self._widths[row], self._starts[row]
        gaps = np.frombuffer(self._pools[width], dtype=WIDTHS[width])[start : start + self._lengths[row]]
        ids: Ids = gaps.cumsum(dtype=np.int32)
        return ids if len(gaps) == self._sizes[row] else ids[gaps != MOST[width]]


def _buckets(parts: Sequence[Filed]) -> Iterator[Filed]:
    """All parts in order, in a few steps, so that never everything is there twice."""
    longest = max(parts, key=len, default=np.empty(0, dtype=np.uint64))
    if not len(longest):
        return
    count = sum(map(len, parts)) // BUCKET + 1
    splits = np.unique(longest[np.linspace(0, len(longest), count, endpoint=False, dtype=np.int64)[1:]] >> np.uint64(32))
    places = [[0, *np.searchsorted(part, splits << np.uint64(32)).tolist(), len(part)] for part in parts]
    for at in range(len(places[0]) - 1):
        bucket = np.concatenate([part[place[at] : place[at + 1]] for part, place in zip(parts, places, strict=True)])
        bucket.sort()
        if len(bucket):
            yield once(bucket)


class _Packed:
    """The postings of some tokens, each in the width that takes the fewest bytes."""

    def __init__(self, filed: Filed) -> None:
        of_tokens = (filed >> np.uint64(32)).astype(np.uint32)
        names = (filed & np.uint64(0xFFFFFFFF)).astype(np.int64)
        firsts = np.flatnonzero(np.diff(of_tokens, prepend=of_tokens[0] ^ np.uint32(1)))
        self.tokens = of_tokens[firsts]
        self.sizes = np.diff(firsts, append=len(filed))
        self._gaps = np.diff(names, prepend=0)
        self._gaps[firsts] = names[firsts]
        costs = [np.dtype(width).itemsize * np.add.reduceat(self._gaps // np.iinfo(width).max + 1, firsts) for width in WIDTHS]
        self.widths = np.argmin(costs, axis=0)

    def gaps(self, width: int) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.int64]]:
        """The gaps written in this width, and how many numbers each of its tokens takes."""
        chosen = self.widths == width
        most = np.iinfo(WIDTHS[width]).max
        gaps = self._gaps[np.repeat(chosen, self.sizes)]
        ends = np.cumsum(gaps // most + 1)
        written = np.full(ends[-1] if len(ends) else 0, most, dtype=WIDTHS[width])
        written[ends - 1] = (gaps % most).astype(WIDTHS[width])
        last = np.cumsum(self.sizes[chosen]) - 1
        return written, np.diff(ends[last], prepend=0)

"""Which names hold which token, in flat numpy arrays."""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
EMPTY: Ids = np.empty(0, dtype=np.int32)


class Postings:
    """For each token number the sorted numbers of the names that hold it."""

    def __init__(self, tokens_of_names: Iterable[Sequence[int]]) -> None:
        tokens, names = array("i"), array("i")
        count = 0
        for count, held in enumerate(tokens_of_names, 1):
            tokens.extend(held)
            names.extend([count - 1] * len(held))
        flat = np.frombuffer(tokens, dtype=np.int32) if tokens else EMPTY
        owners = np.frombuffer(names, dtype=np.int32) if names else EMPTY
        order = np.argsort(flat, kind="stable")
        self._names = owners[order]
        highest = int(flat.max()) + 1 if len(flat) else 0
        self._starts: list[int] = np.searchsorted(flat[order], np.arange(highest + 1)).tolist()

    def size(self, token: int) -> int:
        return self._starts[token + 1] - self._starts[token]

    def of(self, token: int) -> Ids:
        return self._names[self._starts[token] : self._starts[token + 1]]

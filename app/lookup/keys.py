"""Which names are a thing's own, for those few times that a thing changes: hashes in order take less than a dictionary."""

from collections.abc import Sequence

import numpy as np


class KeyTable:
    """Numbers of names by the key of what they name."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        hashes = np.fromiter(map(hash, keys), dtype=np.int64, count=len(keys)).astype(np.int32)
        self._order = np.argsort(hashes, kind="stable").astype(np.int32)
        self._hashes = hashes[self._order]
        self._later: dict[str, list[int]] = {}

    def of(self, key: str) -> list[int]:
        wanted = np.array([hash(key)]).astype(np.int32)
        start, end = (int(self._hashes.searchsorted(wanted, side=side)[0]) for side in ("left", "right"))
        same_hash: list[int] = self._order[start:end].tolist()
        return [number for number in same_hash if self._keys[number] == key] + self._later.get(key, [])

    def add(self, key: str, number: int) -> None:
        self._later.setdefault(key, []).append(number)

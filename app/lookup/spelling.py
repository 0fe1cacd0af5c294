"""A dictionary of words that also finds the ones a misspelt word may stand for.

Each word is filed under itself and under what is left when one letter (of long words: two) is dropped, so a word that
is wrong in one or two letters meets the right one under a common remainder. Numpy keeps the file small: sorted hashes
beside word numbers; words added later wait in a plain dictionary.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import combinations
from zlib import crc32

import numpy as np
from rapidfuzz.distance import OSA

SHORTEST = 4
LONG = 8
MOST_MEANINGS = 8


class WordTable:
    """Numbers words from 0 in the order given; `close` and `starting_with` give words' numbers."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(dict.fromkeys(words))
        self._ids = {word: number for number, word in enumerate(self.words)}
        hashes: list[int] = []
        owners: list[int] = []
        for number, word in enumerate(self.words):
            remains = _remains(word)
            hashes.extend(remains)
            owners.extend([number] * len(remains))
        order = np.argsort(np.array(hashes, dtype=np.uint32), kind="stable")
        self._hashes = np.array(hashes, dtype=np.uint32)[order]
        self._owners = np.array(owners, dtype=np.int32)[order]
        self._later: dict[int, list[int]] = {}
        self._sorted = sorted(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def number(self, word: str) -> int | None:
        return self._ids.get(word)

    def add(self, word: str) -> int:
        """The word's number, new or old."""
        known = self._ids.get(word)
        if known is not None:
            return known
        number = len(self.words)
        self.words.append(word)
        self._ids[word] = number
        for remain in _remains(word):
            self._later.setdefault(remain, []).append(number)
        self._sorted.insert(bisect_left(self._sorted, word), word)
        return number

    def close(self, word: str) -> list[tuple[int, int]]:
        """Numbers of the words within one wrong letter (two in long words) and how many are wrong, nearest first."""
        if len(word) < SHORTEST:
            return []
        most = 2 if len(word) >= LONG - 1 else 1
        near = []
        for number in self._sharing_a_remain(word):
            distance = OSA.distance(word, self.words[number], score_cutoff=most)
            if distance <= most:
                near.append((distance, word[0] != self.words[number][0], number))
        near.sort()
        return [(number, distance) for distance, _, number in near[:MOST_MEANINGS]]

    def starting_with(self, prefix: str) -> list[int]:
        at = bisect_left(self._sorted, prefix)
        found: list[int] = []
        while at < len(self._sorted) and len(found) < MOST_MEANINGS and self._sorted[at].startswith(prefix):
            found.append(self._ids[self._sorted[at]])
            at += 1
        return found

    def halves(self, joined: str) -> tuple[int, int] | None:
        """Two words that were written as one, the more even split first."""
        best: tuple[int, int, int] | None = None
        for cut in range(2, len(joined) - 1):
            left, right = self._ids.get(joined[:cut]), self._ids.get(joined[cut:])
            if left is not None and right is not None:
                unevenness = abs(len(joined) - 2 * cut)
                if best is None or unevenness < best[0]:
                    best = (unevenness, left, right)
        return best[1:] if best else None

    def _sharing_a_remain(self, word: str) -> set[int]:
        wanted = np.array(_remains(word), dtype=np.uint32)
        starts = np.searchsorted(self._hashes, wanted, side="left").tolist()
        ends = np.searchsorted(self._hashes, wanted, side="right").tolist()
        found: set[int] = set()
        for start, end in zip(starts, ends, strict=True):
            if end > start:
                found.update(self._owners[start:end].tolist())
        if self._later:
            for remain in wanted.tolist():
                found.update(self._later.get(remain, ()))
        return found


def _remains(word: str) -> list[int]:
    """Hashes of the word and of what is left without one letter, or two in long words; numbers and short words only whole."""
    found = {word}
    size = len(word)
    if size >= SHORTEST and word.isascii() and word.isalpha():
        found.update(word[:i] + word[i + 1 :] for i in range(size))
        if LONG <= size <= 2 * LONG:
            found.update(word[:i] + word[i + 1 : j] + word[j + 1 :] for i, j in combinations(range(size), 2))
    return [crc32(remain.encode()) for remain in found]

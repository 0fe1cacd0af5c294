"""What a name is filed under: its words, its Chinese characters, their pairs and the pairs' sounds, all as numbers.

Many names are cut up at once, joined by line ends: one pass of a regular expression finds the words, numpy the rest.
A Chinese token is its one or two characters' codes side by side; a word has its number in the word table, which is lower.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.lookup.text import SYLLABLES, Folding, fold, singular, sounds, words

Filed = npt.NDArray[np.uint64]

CHUNK = 20_000
MOST_A_CHAR = 3
CJK_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|\n")
_FIRST_CJK, _END_CJK = 0x3400, 0xA000
_LINE_END = ord("\n")


def _sound_codes() -> npt.NDArray[np.uint64]:
    codes = np.arange(_END_CJK, dtype=np.uint64)
    for char, sound in SYLLABLES.items():
        codes[ord(char)] = ord(sound)
    return codes


def _is_cjk_code() -> npt.NDArray[np.bool_]:
    kinds = np.zeros(0x110000, dtype=np.bool_)
    kinds[0x3400:0x4DC0] = kinds[0x4E00:0xA000] = True
    return kinds


_SOUNDS = _sound_codes()
_IS_CJK = _is_cjk_code()


def single(char: str) -> int:
    """The token of one Chinese character."""
    return ord(char) << 16


def pair(two: str) -> int:
    """The token of two neighbouring Chinese characters, or of their sounds."""
    return ord(two[0]) << 16 | ord(two[1])


def of_name(name: str, number: Callable[[str], int]) -> set[int]:
    """The tokens of one name; `number` gives a word's."""
    folded = fold(name)
    found = {single(word) if CJK_RUN.match(word) else number(word) for word in words(folded)}
    for run in CJK_RUN.findall(folded):
        found.update(pair(a + b) for text in (run, sounds(run)) for a, b in pairwise(text))
    return found


class _Numbers(dict[str, int]):
    """Words as they are written to the number of their singular, numbered as they are met."""

    def __init__(self, words: dict[str, int]) -> None:
        super().__init__({"\n": -1})
        self._words = words

    def __missing__(self, word: str) -> int:
        self[word] = number = self._words.setdefault(singular(word), len(self._words))
        return number


class Tokens:
    """Cuts names into tokens; `words` numbers the words met so far."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self._numbers = _Numbers(self.words)
        self._folding = Folding({_LINE_END: "\n"})

    def of(self, names: Sequence[str]) -> list[Filed]:
        """Each token of each name above the name's number, in parts: each part in order, its names after the last one's."""
        # One allocation, of which only what is filled takes memory, is given back whole; many small ones are not.
        room = np.empty(MOST_A_CHAR * sum(map(len, names)), dtype=np.uint64)
        parts: list[Filed] = []
        end = 0
        for first in range(0, len(names), CHUNK):
            part = self._part(names[first : first + CHUNK], first)
            start, end = end, end + len(part)
            if end > len(room):
                room, start, end = np.empty(len(part), dtype=np.uint64), 0, len(part)
            room[start:end] = part
            parts.append(room[start:end])
        return parts

    def _part(self, names: Sequence[str], first: int) -> Filed:
        text = "\n".join(names)
        if text.count("\n") != len(names) - 1:
            text = "\n".join(name.replace("\n", " ") for name in names)
        text = text.translate(self._folding)
        filed = np.concatenate([self._latin(text), _chinese(text)]) + np.uint64(first)
        filed.sort()
        return once(filed)

    def _latin(self, text: str) -> Filed:
        found = _WORD.findall(text)
        numbers = np.fromiter(map(self._numbers.__getitem__, found), dtype=np.int64, count=len(found))
        is_word = numbers >= 0
        lines = np.cumsum(~is_word)
        return (numbers[is_word] << 32 | lines[is_word]).astype(np.uint64)


def _chinese(text: str) -> Filed:
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    at = np.flatnonzero(_IS_CJK[codes])
    lines = np.searchsorted(np.flatnonzero(codes == _LINE_END), at).astype(np.uint64)
    chars = codes[at].astype(np.uint64)
    heard = _SOUNDS[chars]
    first = np.flatnonzero(np.diff(at) == 1)
    high, low = np.uint64(48), np.uint64(32)
    return np.concatenate(
        [
            chars << high | lines,
            chars[first] << high | chars[first + 1] << low | lines[first],
            heard[first] << high | heard[first + 1] << low | lines[first],
        ]
    )


def once(filed: Filed) -> Filed:
    """What is in order, each but once."""
    kept = np.ones(len(filed), dtype=np.bool_)
    np.not_equal(filed[1:], filed[:-1], out=kept[1:])
    return filed[kept]

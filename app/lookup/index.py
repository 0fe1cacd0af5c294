"""The name index: what a customer typed → the names it may mean.

A name is filed under its words, its Chinese characters and their pairs, and the pairs' sounds. A search turns the query
into slots (a word, a pair of characters), each with the tokens that may stand for it: the word itself, close spellings,
words it begins, halves it was joined from. Postings are walked rarest first: the first ones gather names until a budget
is spent, the rest only add to names already gathered. The best 64 are ranked again by their whole spelling and sound.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from app.lookup.postings import Ids, Postings
from app.lookup.spelling import WordTable
from app.lookup.text import fold, sounds, words

LONGEST_QUERY = 120
GATHERED_MOST = 1500
SCORED_MOST = 160
RANKED = 64
WEAK = 74
SHORT_RUN = 3
CJK_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
HAS_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the thing `key`; a thing may have many."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing whose `name` fits; 100 is the name itself."""

    key: str
    name: str
    score: int


@dataclass(frozen=True, slots=True)
class _Token:
    """A token that may stand for a part of the query; `share` 0–1 says how much of the part it then explains."""

    number: int
    share: float


_Slot = tuple[_Token, ...]
Floats = npt.NDArray[np.float64]


class NameIndex:
    """Finds names by words in any order, by parts, with typing errors, and by sound. Safe to search from many threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Numbered by length: where a posting is cut short, the shortest names are kept, and ties go to them.
        self._entries = sorted(entries, key=lambda e: (len(e.name), e.name, e.key))
        self._folded = [fold(entry.name) for entry in self._entries]
        latin: dict[str, None] = {}
        tokens_of = [_tokens(folded) for folded in self._folded]
        for tokens in tokens_of:
            latin.update(dict.fromkeys(tokens))
        self._table = WordTable(latin)
        number = self._table.number
        self._postings = Postings([n for n in map(number, tokens) if n is not None] for tokens in tokens_of)
        self._idf_unknown = log(2 + len(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Best first, at most one hit a key. Empty when nothing of `text` is in any name."""
        query = fold(text)[:LONGEST_QUERY]
        if not query or not self._entries:
            return []
        hits = self._search(query, limit, always_respell=False)
        if not hits or hits[0].score < WEAK:
            respelt = self._search(query, limit, always_respell=True)
            if respelt and (not hits or respelt[0].score > hits[0].score):
                return respelt
        return hits

    def _search(self, query: str, limit: int, always_respell: bool) -> list[Hit]:
        slots = list(self._slots(query, always_respell))
        ids, coverage = self._gather(slots)
        return self._rank(query, ids, coverage, limit) if len(ids) else []

    def _slots(self, query: str, always_respell: bool) -> Iterator[_Slot]:
        parts = words(query)
        latin = [part for part in parts if part.isascii()]
        for at, word in enumerate(latin):
            after = latin[at + 1] if at + 1 < len(latin) else ""
            before = latin[at - 1] if at else ""
            yield tuple(self._word(word, before, after, always_respell))
        for run in CJK_RUN.findall(query):
            yield from self._chinese(run)

    def _word(self, word: str, before: str, after: str, always_respell: bool) -> Iterator[_Token]:
        table = self._table
        exact = table.number(word)
        if exact is not None:
            yield _Token(exact, 1.0)
            if not always_respell:
                return
        for joined in (word + after, before + word):
            if joined != word and (number := table.number(joined)) is not None:
                yield _Token(number, 1.0)
        if exact is None and (halves := table.halves(word)):
            yield _Token(halves[0], 0.5)
            yield _Token(halves[1], 0.5)
        for number, distance in table.close(word):
            if number != exact:
                yield _Token(number, 1 - 0.15 * distance)
        if exact is None and len(word) >= 3:
            for number in table.starting_with(word):
                yield _Token(number, 0.8)

    def _chinese(self, run: str) -> Iterator[_Slot]:
        number = self._table.number
        heard = sounds(run)
        for at in range(len(run) - 1):
            shares = ((number(heard[at : at + 2]), 0.85), (number(run[at : at + 2]), 0.15))
            yield tuple(_Token(n, share) for n, share in shares if n is not None)
        if len(run) <= SHORT_RUN:
            # One wrong character leaves too few pairs to go by.
            for char in run:
                yield tuple(_Token(n, 1.0) for n in [number(char)] if n is not None)

    def _gather(self, slots: Sequence[_Slot]) -> tuple[Ids, Floats]:
        """Numbers of names and the share of the query, 0–1, that each explains."""
        postings, everything = self._postings, len(self._entries)
        weighted: list[tuple[int, int, float]] = []
        whole = 0.0
        for slot in slots:
            sizes = [postings.size(token.number) for token in slot]
            idf = log(2 + everything / max(1, min(sizes))) if slot else self._idf_unknown
            whole += idf
            weighted.extend((size, token.number, token.share * idf) for size, token in zip(sizes, slot, strict=True))
        weighted.sort()
        parts: list[Ids] = []
        weights: list[Floats] = []
        spent = at = 0
        while at < len(weighted) and (not parts or spent + weighted[at][0] <= GATHERED_MOST):
            _, token, weight = weighted[at]
            part = postings.of(token)[:GATHERED_MOST]
            parts.append(part)
            weights.append(np.full(len(part), weight))
            spent += len(part)
            at += 1
        if not parts:
            return np.empty(0, dtype=np.int32), np.empty(0)
        ids, where = np.unique(np.concatenate(parts), return_inverse=True)
        scores = np.bincount(where, weights=np.concatenate(weights))
        for _, token, weight in weighted[at:]:
            if len(ids) > SCORED_MOST:
                keep = np.sort(np.argpartition(-scores, SCORED_MOST)[:SCORED_MOST])
                ids, scores = ids[keep], scores[keep]
            held = postings.of(token)
            spots = np.minimum(np.searchsorted(held, ids), len(held) - 1)
            scores = scores + weight * (held[spots] == ids)
        best = np.argsort(-scores, kind="stable")[:RANKED]
        return ids[best], np.minimum(scores[best] / whole, 1.0)

    def _rank(self, query: str, ids: Ids, coverage: Floats, limit: int) -> list[Hit]:
        names = [self._folded[i] for i in ids.tolist()]
        fit = cdist([query], names, scorer=fuzz.token_sort_ratio)[0]
        if HAS_CJK.search(query):
            fit = np.maximum(fit, 0.96 * cdist([sounds(query)], [sounds(n) for n in names], scorer=fuzz.ratio)[0])
        scores = 55 * coverage + 0.45 * fit
        hits: dict[str, Hit] = {}
        for at in np.argsort(-scores, kind="stable").tolist():
            entry = self._entries[ids[at]]
            score = 100 if names[at] == query else min(99, round(float(scores[at])))
            hits.setdefault(entry.key, Hit(entry.key, entry.name, score))
            if len(hits) == limit:
                break
        return list(hits.values())


def _tokens(folded: str) -> set[str]:
    """Words, single characters, pairs of characters and of sounds."""
    found = set(words(folded))
    for run in CJK_RUN.findall(folded):
        heard = sounds(run)
        found.update(a + b for a, b in pairwise(run))
        found.update(a + b for a, b in pairwise(heard))
    return found

"""The name index: what a customer typed → the names it may mean.

A name is filed under its words, its Chinese characters and their pairs, and the pairs' sounds. A search turns the query
into slots (a word, a pair of characters), each with the tokens that may stand for it: the word itself, close spellings,
words it begins, halves it was joined from. Postings are walked rarest first: the first ones gather names until a budget
is spent, the rest only add to names already gathered. The best 64 are ranked again by their whole spelling and sound.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from threading import Lock

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from app.lookup.keys import KeyTable
from app.lookup.postings import EMPTY, Ids, Postings
from app.lookup.spelling import WordTable
from app.lookup.text import fold, sounds, words
from app.lookup.tokens import CJK_RUN, Tokens, of_name, pair, single

LONGEST_QUERY = 120
GATHERED_LEAST, GATHERED_SHARE = 1500, 1 / 100
SCORED_LEAST, SCORED_SHARE = 160, 1 / 2000
RANKED = 64
WEAK = 74
SHORT_RUN = 3
# Names changed since it was built, at which the index is built anew; each costs a little at every search.
CHANGED_LEAST, CHANGED_SHARE = 64, 8
GROWTH = 16


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
    """Finds names by words in any order, by parts, with typing errors, and by sound. Safe from many threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._lock = Lock()
        self._build(entries)

    def _build(self, entries: Iterable[Entry]) -> None:
        self._keys, self._names = _by_length(entries)
        tokens = Tokens()
        self._postings = Postings(tokens.of(self._names))
        self._table = WordTable(tokens.words)
        self._scores = np.zeros(len(self._names))
        self._gathered_most = max(GATHERED_LEAST, round(GATHERED_SHARE * len(self._names)))
        self._scored_most = max(SCORED_LEAST, round(SCORED_SHARE * len(self._names)))
        self._built = len(self._names)
        self._by_key: KeyTable | None = None
        self._gone: set[int] = set()
        self._gone_ids = EMPTY

    def __len__(self) -> int:
        return len(self._names) - len(self._gone)

    def update(self, key: str, names: Iterable[str]) -> None:
        """From now on the thing has these names and no others: new, renamed, or with none removed."""
        wanted = list(names)
        with self._lock:
            by_key = self._by_key = self._by_key or KeyTable(self._keys)
            held = [number for number in by_key.of(key) if number not in self._gone]
            if sorted(self._names[number] for number in held) == sorted(wanted):
                return
            for number in held:
                self._remove(number)
            for name in wanted:
                by_key.add(key, len(self._names))
                self._add(key, name)
            self._gone_ids = np.array(sorted(self._gone), dtype=np.int32)
            if len(self._scores) < len(self._names):
                self._scores = np.zeros(len(self._names) + len(self._names) // GROWTH)
            if len(self._gone) + len(self._names) - self._built > max(CHANGED_LEAST, self._built // CHANGED_SHARE):
                pairs = enumerate(zip(self._keys, self._names, strict=True))
                self._build([Entry(key, name) for number, (key, name) in pairs if number not in self._gone])

    def _remove(self, number: int) -> None:
        for token in of_name(self._names[number], self._table.add):
            self._postings.forget(token)
        self._gone.add(number)

    def _add(self, key: str, name: str) -> None:
        for token in of_name(name, self._table.add):
            self._postings.add(token, len(self._names))
        self._keys.append(key)
        self._names.append(name)

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Best first, at most one hit a key. Empty when nothing of `text` is in any name."""
        query = fold(text)[:LONGEST_QUERY]
        with self._lock:
            if not query or not self._names:
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
        exact = self._number(word)
        if exact is not None:
            yield _Token(exact, 1.0)
            if not always_respell:
                return
        for joined in (word + after, before + word):
            if joined != word and (number := self._number(joined)) is not None:
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

    def _number(self, word: str) -> int | None:
        number = self._table.number(word)
        return number if number is not None and self._postings.size(number) else None

    def _chinese(self, run: str) -> Iterator[_Slot]:
        heard = sounds(run)
        for at in range(len(run) - 1):
            shares = ((pair(heard[at : at + 2]), 0.85), (pair(run[at : at + 2]), 0.15))
            yield self._filed(shares)
        if len(run) <= SHORT_RUN:
            # One wrong character leaves too few pairs to go by.
            for char in run:
                yield self._filed([(single(char), 1.0)])

    def _filed(self, shares: Iterable[tuple[int, float]]) -> _Slot:
        return tuple(_Token(number, share) for number, share in shares if self._postings.size(number))

    def _gather(self, slots: Sequence[_Slot]) -> tuple[Ids, Floats]:
        """Numbers of names and the share of the query, 0–1, that each explains."""
        weighted, whole = self._weighted(slots)
        if not weighted:
            return EMPTY, np.empty(0)
        ids, scores, at = self._scored(weighted)
        for _, token, weight in weighted[at:]:
            if len(ids) > self._scored_most:
                ids, scores = _best(ids, scores, self._scored_most)
            held = self._postings.of(token)
            spots = np.minimum(held.searchsorted(ids), len(held) - 1)
            scores = scores + weight * (held[spots] == ids)
        if len(ids) > RANKED:
            ids, scores = _best(ids, scores, RANKED)
        return ids, np.minimum(scores / whole, 1.0)

    def _weighted(self, slots: Sequence[_Slot]) -> tuple[list[tuple[int, int, float]], float]:
        """Tokens with their sizes and weights, rarest first, and the weight of the whole query."""
        weighted: list[tuple[int, int, float]] = []
        whole = 0.0
        for slot in slots:
            sized = [(size, token) for token in slot if (size := self._postings.size(token.number))]
            idf = log(2 + len(self) / min((size for size, _ in sized), default=1))
            whole += idf
            weighted.extend((size, token.number, token.share * idf) for size, token in sized)
        weighted.sort()
        return weighted, whole

    def _scored(self, weighted: Sequence[tuple[int, int, float]]) -> tuple[Ids, Floats, int]:
        """Names that hold the rarest tokens, in order, their scores, and how many tokens were gone through."""
        all_scores = self._scores
        gathered: list[Ids] = []
        spent = at = 0
        while at < len(weighted) and (not gathered or spent + weighted[at][0] <= self._gathered_most):
            _, token, weight = weighted[at]
            held = self._postings.of(token)[: self._gathered_most]
            before = all_scores[held]
            gathered.append(held[before == 0])
            all_scores[held] = before + weight
            spent += len(held)
            at += 1
        ids = np.concatenate(gathered)
        scores = all_scores[ids]
        all_scores[ids] = 0
        if self._gone:
            kept = ~np.isin(ids, self._gone_ids)
            ids, scores = ids[kept], scores[kept]
        return ids, scores, at

    def _rank(self, query: str, ids: Ids, coverage: Floats, limit: int) -> list[Hit]:
        numbers = ids.tolist()
        names, keys = [self._names[i] for i in numbers], [self._keys[i] for i in numbers]
        folded = list(map(fold, names))
        fit = cdist([query], folded, scorer=fuzz.token_sort_ratio)[0]
        if CJK_RUN.search(query):
            fit = np.maximum(fit, 0.96 * cdist([sounds(query)], list(map(sounds, folded)), scorer=fuzz.ratio)[0])
        losses = (-55 * coverage - 0.45 * fit).tolist()
        hits: dict[str, Hit] = {}
        for loss, _, _, name, key, spelt in sorted(
            zip(losses, (-coverage).tolist(), map(len, names), names, keys, folded, strict=True)
        ):
            hits.setdefault(key, Hit(key, name, 100 if spelt == query else min(99, round(-loss))))
            if len(hits) == limit:
                break
        return list(hits.values())


def _by_length(entries: Iterable[Entry]) -> tuple[list[str], list[str]]:
    """Keys and names, short names first: where there are too many of a kind, the shortest are kept."""
    keys, names = [], []
    for entry in entries:
        keys.append(entry.key)
        names.append(entry.name)
    order = np.argsort(np.fromiter(map(len, names), dtype=np.int32, count=len(names)), kind="stable").tolist()
    return [keys[at] for at in order], [names[at] for at in order]


def _best(ids: Ids, scores: Floats, count: int) -> tuple[Ids, Floats]:
    """The best of these, of equals the first, in order of their numbers."""
    least = np.sort(scores)[len(scores) - count]
    better = (scores > least).nonzero()[0]
    equal = (scores == least).nonzero()[0]
    equal = equal[ids[equal].argsort()[: count - len(better)]]
    kept = np.concatenate([better, equal])
    kept = kept[ids[kept].argsort()]
    return ids[kept], scores[kept]

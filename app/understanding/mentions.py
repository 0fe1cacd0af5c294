"""Tokens → pieces: what each run of words may be, and the cheapest way to cover the whole utterance with them.

Every stretch of tokens that means something is an edge with a cost; a Viterbi walk takes the cheapest path, so the
longest and most literal match wins and misspelt or unknown words are taken only where nothing better fits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from app.dialogue.times import Moment, Period, Recurrence
from app.lookup.text import sounds
from app.understanding.amounts import Amount, amount_at
from app.understanding.cues import Cues
from app.understanding.durations import Duration, duration_at
from app.understanding.lexicon import NOBODY, Meaning, ShopLexicon
from app.understanding.moments import moment_at
from app.understanding.numerals import NUMBER_WORDS, Numeral, Ordinal, number_at, ordinal_at
from app.understanding.periods import period_at
from app.understanding.phones import phones_in
from app.understanding.recurrences import parts_of, recurrence_in
from app.understanding.tokens import Token, TokenKind
from app.understanding.trait_words import Meaning as TraitMeaning
from app.understanding.weights import weight_at
from app.understanding.words import COMMON, PHRASES, WordClass

NAME, WORD, NUMBER = 1.0, 1.02, 1.0
DERIVED = 0.15
WRONG_LETTER = 0.6
MISSPELT = 0.4
BY_SOUND, BY_SOUND_CHAR = 0.9, 0.3
PARTIAL, PARTIAL_MISSING = 0.35, 0.15
# A part of a product's name goes before the same part of an option's.
PARTIAL_OPTION, PARTLY_SURE = 0.05, 90
UNKNOWN: Mapping[TokenKind, float] = {"word": 4.0, "number": 4.0, "cjk": 2.5, "mark": 0.2}
MARK = 0.1
FAMILY = 0.9
LONGEST_PARTIAL = 8
# No part of a name costs less than so much for each of its tokens.
PART_LEAST: Mapping[TokenKind, float] = {**UNKNOWN, "word": NAME, "cjk": NAME / 2}
# A name that is no dearer than this goes before any two of which one is only a part of a name.
TWO_NAMES = NAME + NAME + PARTIAL
NO_CLASSES: frozenset[WordClass] = frozenset()


@dataclass(slots=True)
class Piece:
    """Tokens `start` to `end` and all that they may be; a piece that is nothing is unknown."""

    start: int
    end: int
    cost: float
    name: Meaning | None = None
    classes: frozenset[WordClass] = NO_CLASSES
    cues: tuple[str, ...] = ()
    number: Numeral | None = None
    amount: Amount | None = None
    ordinal: Ordinal | None = None
    phone: str | None = None
    moment: Moment | None = None
    grams: int | None = None
    is_place: bool = False
    shop: str | None = None
    mark: str = ""
    gap: bool = False
    sureness: int = 100
    period: Period | None = None
    recurrence: Recurrence | None = None
    lasting: Duration | None = None
    trait: TraitMeaning | None = None
    refuses: bool = False

    @property
    def is_value(self) -> bool:
        """Whether it is a number, a time or the like, which some slot may take."""
        counted = self.number or self.amount or self.phone or self.ordinal or self.grams
        return bool(counted or self.moment or self.period or self.recurrence or self.lasting)

    @property
    def unknown(self) -> bool:
        return not (
            self.name
            or self.classes
            or self.cues
            or self.is_value
            or self.is_place
            or self.shop
            or self.mark
            or self.trait
            or self.refuses
        )

    def has(self, *classes: WordClass) -> bool:
        return not self.classes.isdisjoint(classes)


Edges = list[dict[int, Piece]]
# Start, end, cost, what is named, and how surely it is.
Named = tuple[int, int, float, Meaning, int]


def _put(edges: Edges, start: int, end: int, cost: float) -> Piece:
    """The piece over these tokens, made where there is none; the cheapest of its meanings sets its cost."""
    piece = edges[start].get(end)
    if piece is None:
        piece = edges[start][end] = Piece(start, end, cost)
    elif cost < piece.cost:
        piece.cost = cost
    return piece


def language_edges(tokens: Sequence[Token], text: str, cues: Cues) -> Edges:
    """What the language and the skills' cues know, before any shop is asked."""
    edges: Edges = [{} for _ in tokens]
    keys = [t.text for t in tokens]
    for at, token in enumerate(tokens):
        for end, classes in PHRASES.at(keys, at):
            piece = _put(edges, at, end, FAMILY if "kin" in classes else WORD)
            piece.classes = piece.classes | frozenset(classes)
        if found := number_at(tokens, at):
            _put(edges, at, found[0], NUMBER).number = found[1]
        if priced := amount_at(tokens, at):
            _put(edges, at, priced[0], NUMBER).amount = priced[1]
        if placed := ordinal_at(tokens, at):
            _put(edges, at, placed[0], NUMBER).ordinal = placed[1]
        if timed := moment_at(tokens, at):
            _put(edges, at, timed[0], NUMBER).moment = timed[1]
        if weighed := weight_at(tokens, at):
            _put(edges, at, weighed[0], NUMBER).grams = weighed[1]
        if token.kind == "mark" and at + 1 not in edges[at]:
            _put(edges, at, at + 1, MARK).mark = token.text
    for start, end, skills, cost in cues.found(tokens):
        piece = _put(edges, start, end, cost)
        piece.cues = tuple(dict.fromkeys(piece.cues + skills))
    _put_periods(edges, tokens)
    _put_recurrence(edges, tokens, cues)
    _put_lasting(edges, tokens, cues)
    for low, high, digits in phones_in(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= low and t.end <= high]
        if inside:
            _put(edges, inside[0], inside[-1] + 1, NUMBER).phone = digits
    return edges


def _partial_options(keys: Sequence[str], shop: ShopLexicon, known: frozenset[str]) -> Iterator[Named]:
    """Words of an option's name that are not the whole of it: romaine, pinto, vinegar."""
    for at, key in enumerate(keys):
        end = at + 1
        while key not in known and end <= len(keys) and (found := shop.options_with(tuple(keys[at:end])))[0]:
            options, lacks = found
            cost = NAME * (end - at) + PARTIAL + PARTIAL_OPTION + PARTIAL_MISSING * lacks
            yield at, end, cost, Meaning(options=options, derived=True), PARTLY_SURE
            end += 1


def _put_periods(edges: Edges, tokens: Sequence[Token]) -> None:
    for at in range(len(tokens)):
        if lasting := period_at(tokens, at):
            _put(edges, at, lasting[0], NUMBER).period = lasting[1]


def _put_recurrence(edges: Edges, tokens: Sequence[Token], cues: Cues) -> None:
    """Where a skill asks how often: the words stand apart at times, and each part of them carries the whole."""
    if "recurrence" in cues.kinds and (found := recurrence_in(tokens)):
        for start, end in parts_of(found[1]):
            _put(edges, start, end, NUMBER).recurrence = found[0]


def _put_lasting(edges: Edges, tokens: Sequence[Token], cues: Cues) -> None:
    """Where the words point to a skill that asks for how long: "two weeks" is a number of things anywhere else."""
    asking = {name for name, spec in cues.specs.items() if any(slot.kind == "lasting" for slot in spec.slots)}
    if not any(asking & set(skills) for _, _, skills, _ in cues.found(tokens)):
        return
    for at in range(len(tokens)):
        if stretch := duration_at(tokens, at):
            _put(edges, at, stretch[0], NUMBER).lasting = stretch[1]


def with_known_names(common: Edges, tokens: Sequence[Token], shops: Iterable[ShopLexicon]) -> None:
    """Adds the shops' own names, and the places that everybody knows as far as a shop goes there."""
    keys = [t.text for t in tokens]
    for shop in shops:
        for at in range(len(keys)):
            for end, (merchant_id, *_) in shop.names.at(keys, at):
                _put(common, at, end, NAME).shop = merchant_id
        for at in range(len(keys)) if shop.places.vocabulary else ():
            for end, _ in shop.places.at(keys, at):
                _put(common, at, end, NAME).is_place = True


def _respelt(tokens: Sequence[Token], keys: Sequence[str], shop: ShopLexicon, known: frozenset[str]) -> Iterator[Named]:
    wrong: dict[int, list[tuple[str, int]]] = {}
    for at, token in enumerate(tokens):
        strange = token.kind == "word" and token.text not in known and token.text not in shop.phrases.vocabulary
        if strange and (near := shop.close(token.text)):
            wrong[at] = near[:2]
    if not wrong:
        return
    for choice in (0, 1):
        respelt = list(keys)
        distances = [0] * len(keys)
        for at, near in wrong.items():
            if choice < len(near):
                respelt[at], distances[at] = near[choice]
        for at in range(len(keys)):
            for end, (meaning,) in shop.phrases.at(respelt, at):
                if (off := sum(distances[at:end])) > 0:
                    yield at, end, NAME + MISSPELT + WRONG_LETTER * off + DERIVED * meaning.derived, meaning, max(50, 95 - 8 * off)


def _heard(tokens: Sequence[Token], shop: ShopLexicon) -> Iterator[Named]:
    """Chinese names written with other characters of the same sound."""
    spoken = [at for at, token in enumerate(tokens) if token.kind == "cjk"]
    heard = [sounds(t.text) for t in tokens] if spoken else []
    for at in spoken:
        if heard[at] in shop.heard.vocabulary:
            for end, meanings in shop.heard.at(heard, at):
                for meaning in meanings[:2]:
                    yield at, end, NAME + BY_SOUND + BY_SOUND_CHAR * (end - at), meaning, 85


def _partial(tokens: Sequence[Token], keys: Sequence[str], shop: ShopLexicon, reach: Sequence[int]) -> Iterator[Named]:
    """Runs of words, or of Chinese characters, that stand in some product's name without being the whole of it."""
    for at, token in enumerate(tokens):
        plain = token.kind == "word" and (keys[at] in NUMBER_WORDS or PHRASES.get(keys[at : at + 1]))
        # "来一杯" in a shop's name is no reason to take a customer's "来一杯" for it.
        plain = plain or (token.kind == "cjk" and _counts(tokens, keys, at))
        if token.kind not in ("word", "cjk") or plain:
            continue
        size = 2 if token.kind == "cjk" else 1
        end = max(at + size, reach[at] + 1)
        last = min(at + LONGEST_PARTIAL, _end_of_kind(tokens, at))
        parts = _parts_between(keys, at, min(end, last), size)
        held = _shared(shop, parts) if end <= last else NOBODY
        while held:
            if token.kind == "cjk" or any(key not in COMMON for key in keys[at:end]):
                candidates = shop.partial(held, end - at, parts[0])
                missing = max(0, round(10 * (90 - candidates[0].score) / 35))
                steps = (end - at) / size
                yield at, end, NAME * steps + PARTIAL + PARTIAL_MISSING * min(missing, 4), Meaning(candidates), candidates[0].score
            if end >= last:
                break
            held &= shop.holding(keys[end - 1] + keys[end] if token.kind == "cjk" else keys[end])
            end += 1


def _counts(tokens: Sequence[Token], keys: Sequence[str], at: int) -> bool:
    """Whether a count with its unit begins here, after any words of wanting, or its unit alone stands here."""
    before = number_at(tokens, at - 1) if at > 0 else None
    if before is not None and before[0] == at and _is(keys[at], "unit", "thing"):
        return True
    while at < len(keys) and tokens[at].kind == "cjk" and _is(keys[at], "want", "add", "filler", "for", "pronoun"):
        at += 1
    counted = number_at(tokens, at) if at < len(keys) else None
    return counted is not None and counted[0] < len(keys) and _is(keys[counted[0]], "unit", "thing")


def _is(key: str, *classes: WordClass) -> bool:
    return not frozenset(PHRASES.get([key]) or ()).isdisjoint(classes)


def _end_of_kind(tokens: Sequence[Token], at: int) -> int:
    """Where the run of words, or of Chinese characters, ends that `at` lies in."""
    return next((end for end in range(at + 1, len(tokens)) if tokens[end].kind != tokens[at].kind), len(tokens))


def _parts_between(keys: Sequence[str], start: int, end: int, size: int) -> list[str]:
    """What names are held under: words, or (of `size` 2) pairs of neighbouring characters."""
    return ["".join(keys[at : at + size]) for at in range(start, end - size + 1)]


def _shared(shop: ShopLexicon, parts: Sequence[str]) -> frozenset[str]:
    """The products that hold all parts; the rarest part first, so that what common words share is never worked out."""
    return frozenset.intersection(*sorted(map(shop.holding, parts), key=len)) if parts else NOBODY


def _reach(wholes: Iterable[tuple[int, int]], size: int) -> list[int]:
    """For each token the furthest end of the whole names that it lies in; of such a name no part is ever the cheaper reading."""
    furthest = [0] * size
    for start, end in wholes:
        for at in range(start, end):
            furthest[at] = max(furthest[at], end)
    return furthest


class ShopEdges:
    """The language's edges and one shop's. Pieces that both know are joined into one that may be either.

    The shop's whole names are there from the start, parts of names, which are more work, when `whole_and_parts` is called.
    `known` are words that need no respelling.
    """

    def __init__(self, common: Edges, tokens: Sequence[Token], shop: ShopLexicon, known: frozenset[str]) -> None:
        self.shop = shop
        self._common, self._tokens, self._known = common, tokens, known
        self._keys = [t.text for t in tokens]
        self._edges: Edges = [dict(row) for row in common]
        self._costs: dict[tuple[int, int], float] = {}
        self._wholes: list[tuple[int, int]] = []
        for edge in self._names():
            self._put(*edge)

    def least(self) -> float:
        """What a path costs at the least, parts of names and all: a part of a name costs more than these."""
        return best_path(self._edges, self._tokens, PART_LEAST)[1]

    def whole_and_parts(self) -> Edges:
        for edge in _partial(self._tokens, self._keys, self.shop, _reach(self._wholes, len(self._keys))):
            self._put(*edge)
        for edge in _partial_options(self._keys, self.shop, self._known):
            self._put(*edge)
        return self._edges

    def _names(self) -> Iterator[Named]:
        for at in range(len(self._keys)):
            for end, (meaning,) in self.shop.phrases.at(self._keys, at):
                said = meaning.as_spelt(" ".join(t.raw for t in self._tokens[at:end])) if meaning.spelt else meaning
                self._wholes.append((at, end))
                yield at, end, NAME + DERIVED * meaning.derived, said, 100
        for edge in _respelt(self._tokens, self._keys, self.shop, self._known):
            if edge[2] <= TWO_NAMES:
                self._wholes.append(edge[:2])
            yield edge
        yield from _heard(self._tokens, self.shop)

    def _put(self, start: int, end: int, cost: float, meaning: Meaning, sureness: int) -> None:
        if self._costs.get((start, end), inf) <= cost:
            return
        self._costs[(start, end)] = cost
        old = self._common[start].get(end)
        if old is None:
            self._edges[start][end] = Piece(start, end, cost, meaning, sureness=sureness)
        elif sureness == 100 or not (old.classes or old.number or old.ordinal or old.shop):
            piece = self._edges[start][end] = Piece(
                start, end, min(cost, old.cost), meaning, old.classes, old.cues, old.number, old.amount, old.ordinal, old.phone,
                old.moment, old.grams, old.is_place, old.shop, sureness=sureness,
            )  # fmt: skip
            piece.period, piece.recurrence, piece.lasting = old.period, old.recurrence, old.lasting


def best_path(edges: Edges, tokens: Sequence[Token], unknown: Mapping[TokenKind, float] = UNKNOWN) -> tuple[list[Piece], float]:
    """The cheapest pieces that cover all tokens, neighbouring unknown ones joined, and their cost."""
    size = len(tokens)
    costs = [0.0] + [float("inf")] * size
    taken: list[Piece | None] = [None] * (size + 1)
    for at in range(size):
        here = costs[at]
        alone = unknown[tokens[at].kind]
        if here + alone < costs[at + 1]:
            costs[at + 1], taken[at + 1] = here + alone, None
        for end, piece in edges[at].items():
            if here + piece.cost < costs[end]:
                costs[end], taken[end] = here + piece.cost, piece
    path: list[Piece] = []
    at = size
    while at > 0:
        piece = taken[at] or Piece(at - 1, at, unknown[tokens[at - 1].kind])
        if piece.unknown and path and path[-1].unknown:
            path[-1] = Piece(piece.start, path[-1].end, piece.cost + path[-1].cost)
        else:
            path.append(piece)
        at = piece.start
    path.reverse()
    for piece in path:
        piece.gap = tokens[piece.start].gap
    return path, costs[size]

"""What a thing is to be like, where nothing is named: the words of a wish as one value, refusals with what they reach over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.dialogue.reading import Span, TraitsValue
from app.domain.meals import MEALS
from app.understanding.elements import Words
from app.understanding.mentions import WORD, Edges, Piece
from app.understanding.tokens import Token
from app.understanding.trait_words import REFUSALS, TRAITS, Trait, both


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split("|"))


# What may stand between a refusal and what it refuses.
_PASSED = _words(
    "too|very|so|that|overly|any|anything|much|really|a|an|the|to|it|for|me|of|in|be|with|type|kind|stuff|super|-"
    "|太|那么|很|特别|过于|怎么|那|是|的|含|带|有|用|放|加|任何|要|能|吃|喝|东西"
)
_JOINING = _words("or|nor|and|或|或者|和|、|&|/|也")
# These refuse one quality, the others all that is said of a thing: "a non-fried hot snack", "no fried hot snacks".
_NARROW = _words("non|not|not too|isn't|aren't")
# It closes what stands before it: 不含酒精的 | 气泡饮料.
_CLOSING = "的"
# Words, and Chinese characters, that ask nothing in any wish.
_EMPTY = _words(
    "i|i'm|we|you|my|our|his|her|who|whom|someone|somebody|that|which|what|help|can|feeling|feel|but|got|do|had|after|before"
    "|while|this|tonight|little|bit|quite|sort|like|on|one|thing|stuff|good|nice|really|today"
) | frozenset(
    "我你他她们但而又还也适合比较一点些那种之类最好就行有稍微带个款口味道东西今早晚上中午下刚完后前很能想要给跟和吗呢吧的了"
)
# A Chinese character alone is the weaker reading.
ONE_CHARACTER = 1.4


def with_traits(common: Edges, tokens: Sequence[Token]) -> Edges | None:
    """The language's edges with what a thing may be like; None where nothing of the kind is said."""
    keys = [token.text for token in tokens]
    edges: Edges = [dict(row) for row in common]
    found = False
    for at in range(len(keys)):
        for end, (meaning,) in TRAITS.at(keys, at):
            found = True
            alone = end == at + 1 and tokens[at].kind == "cjk"
            _put(edges, at, end, WORD * ONE_CHARACTER if alone else WORD).trait = meaning
        for end, _ in REFUSALS.at(keys, at):
            _put(edges, at, end, WORD).refuses = True
    return edges if found else None


def _put(edges: Edges, at: int, end: int, cost: float) -> Piece:
    """A copy of the piece that is there: the language's own edges stay as they are."""
    old = edges[at].get(end)
    piece = edges[at][end] = Piece(at, end, cost) if old is None else replace(old, cost=min(cost, old.cost))
    return piece


@dataclass(frozen=True, slots=True)
class Wished:
    """What the words ask of a thing, and the pieces (by number, and as they were said) that say so."""

    value: TraitsValue
    used: tuple[int, ...]
    is_kind: bool
    spans: tuple[Span, ...] = ()

    @property
    def is_meal(self) -> bool:
        return not self.value.wanted.isdisjoint(MEALS)


def wished_in(path: Sequence[Piece], words: Words) -> Wished | None:
    """All traits of an utterance as one wish; None where none is wanted or refused."""
    asked = Trait(is_kind=True)
    used: list[int] = []
    for trait, indexes in _asked(path, words):
        asked = both(asked, trait)
        used += indexes
    if not used or not (asked.wanted or asked.refused or asked.free_of):
        return None
    span = words.span(path[min(used)].start, path[max(used)].end)
    value = TraitsValue(asked.wanted, asked.refused - asked.wanted, asked.free_of, span)
    parts = tuple(words.span(path[i].start, path[i].end) for i in sorted(set(used)))
    return Wished(value, tuple(sorted(set(used))), asked.is_kind, parts)


def is_empty(piece: Piece, words: Words) -> bool:
    """Whether the piece asks nothing of a thing: "I", "who", "a", and when it is wanted, which only an order can heed."""
    weak = piece.number is not None and piece.number.weak
    said = {token.text for token in words.tokens[piece.start : piece.end]}
    return weak or piece.moment is not None or piece.period is not None or said <= _EMPTY


def _asked(path: Sequence[Piece], words: Words) -> Iterator[tuple[Trait, list[int]]]:
    """Each trait that is wanted or refused, with its pieces."""
    refusal: int | None = None
    has_refused = is_joined = False
    for at, piece in enumerate(path):
        said = " ".join(token.raw for token in words.tokens[piece.start : piece.end])
        if piece.trait is not None:
            if refusal is not None and has_refused and not is_joined and _said_of_one(path[refusal], words):
                refusal = None
            meant = piece.trait.wanted if refusal is None else piece.trait.refused
            if meant is not None:
                yield meant, [at] if refusal is None else [refusal, at]
                has_refused = refusal is not None
                refusal = None if said.endswith(_CLOSING) else refusal
            elif piece.trait.wanted is not None and piece.trait.wanted.is_kind:
                # "not fried food": the kind of thing is wanted all the same.
                yield piece.trait.wanted, [at]
            is_joined = False
        elif piece.refuses or piece.has("no", "dont", "instead"):
            refusal, has_refused, is_joined = at, False, False
        elif said in _JOINING:
            is_joined = True
        elif refusal is not None and (said not in _PASSED or (said == _CLOSING and has_refused)) and not piece.cues:
            refusal = None


def _said_of_one(refusal: Piece, words: Words) -> bool:
    return " ".join(token.raw for token in words.tokens[refusal.start : refusal.end]) in _NARROW

"""Pieces → the parts of an order or an edit: items, wishes, numbers, breaks, and the words that act on a card."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.dialogue.reading import Span
from app.understanding.levels import Level
from app.understanding.lexicon import Meaning
from app.understanding.mentions import Piece
from app.understanding.normalise import Normal
from app.understanding.numerals import Ordinal
from app.understanding.tokens import Token
from app.understanding.words import WordClass

ElementKind = Literal[
    "item", "drop", "wish", "note", "number", "weight", "break", "with", "each", "rest", "of_them", "ordinal", "act", "no", "skip",
    "unknown",
]  # fmt: skip
SENTENCE_BREAKS = frozenset(".。;；!！?？:：")
BREAKS = frozenset(",，、") | SENTENCE_BREAKS
ACTS: tuple[WordClass, ...] = ("add", "set", "replace", "remove", "other", "less", "instead")
QUALIFIERS: tuple[WordClass, ...] = ("no", "extra", "light")
PASSED_OVER: tuple[WordClass, ...] = ("filler", "want", "definite", "with")


@dataclass(frozen=True, slots=True)
class Words:
    """The utterance as tokens, each of which can be traced to the original."""

    normal: Normal
    tokens: Sequence[Token]

    def span(self, start: int, end: int) -> Span:
        return self.normal.span(self.tokens[start].start, self.tokens[end - 1].end)


@dataclass(slots=True)
class Element:
    """`start` and `end` count tokens. `level` none / light / extra is what was said about a wish.

    `measured`: a number with a measure word; `by_unit`: one that counts whole things sold (杯, cup), not portions.
    `apart`: a name that was said to come on the side. `of_more`: what is refused is more of a thing, not the thing ("no extra
    cheese"). `plural`: its last word is one.
    """

    kind: ElementKind
    start: int
    end: int
    meaning: Meaning | None = None
    level: Level | None = None
    number: int | None = None
    after: bool = False
    weak: bool = False
    measured: bool = False
    by_unit: bool = False
    of_more: bool = False
    apart: bool = False
    plural: bool = False
    ordinal: Ordinal | None = None
    classes: frozenset[WordClass] = field(default_factory=frozenset)
    mark: str = ""
    sureness: int = 100

    def has(self, *classes: WordClass) -> bool:
        return not self.classes.isdisjoint(classes)


def elements_of(pieces: Sequence[Piece], tokens: Sequence[Token]) -> list[Element]:
    return _Reducer(pieces, tokens).run()


class _Reducer:
    def __init__(self, pieces: Sequence[Piece], tokens: Sequence[Token]) -> None:
        self.pieces = pieces
        self.tokens = tokens
        self.out: list[Element] = []

    def run(self) -> list[Element]:
        at = 0
        while at < len(self.pieces):
            piece = self.pieces[at]
            if piece.gap and self.out and self.tokens[piece.start].kind == "cjk" and self.tokens[piece.start - 1].kind == "cjk":
                self.out.append(Element("break", piece.start, piece.start, mark=" "))
            at = self._one(piece, at)
        return self.out

    def _one(self, piece: Piece, at: int) -> int:
        if piece.name is not None and self._is_heading(at):
            self._put("skip", piece)
        elif piece.name is not None and not (piece.classes and self._is_word_here(piece, at)):
            self._name(piece, at)
        elif piece.ordinal is not None and not (piece.number and self._names_after(at)):
            self._put("ordinal", piece, ordinal=piece.ordinal)
        elif piece.grams is not None:
            self._put("weight", piece, number=piece.grams)
        elif piece.number is not None or (piece.amount is not None and piece.amount.maybe_count is not None):
            return self._number(piece, at)
        elif piece.has("no", "extra", "light"):
            return self._qualified(piece, at)
        elif piece.mark:
            kind: ElementKind = "break" if piece.mark in BREAKS else "skip"
            self._put(kind, piece, mark=piece.mark)
        else:
            self._word(piece, at)
        return at + 1

    def _is_heading(self, at: int) -> bool:
        """ "for the topping I would like …": it says what the next words are about, and orders nothing itself."""
        before = at - 1
        while before >= 0 and self.pieces[before].has("definite"):
            before -= 1
        named = self.pieces[at].name
        # "for the latte I want oat milk" is about the latte, "for veggies I want tomatoes" about none of the dishes.
        is_dish = named is not None and bool(named.products) and not named.is_category and not named.is_option
        is_thing = is_dish and before != at - 1
        wanted = at + 1 < len(self.pieces) and self.pieces[at + 1].has("want")
        return before >= 0 and self.pieces[before].has("for") and wanted and not is_thing

    def _put(self, kind: ElementKind, piece: Piece, **more: object) -> None:
        self.out.append(Element(kind, piece.start, piece.end, classes=piece.classes, sureness=piece.sureness, **more))  # type: ignore[arg-type]

    def _word(self, piece: Piece, at: int) -> None:
        if piece.has("with") and piece.has("add") and self._adds_to_an_item(at):
            self._put("with", piece)
        elif piece.has(*ACTS):
            self._put("act", piece)
        elif piece.has("each") and not (piece.has("filler") and not self._seen_item()):
            self._put("each", piece)
        elif piece.has("rest"):
            self._put("rest", piece)
        elif piece.has("of_them"):
            self._put("of_them", piece)
        elif piece.has("and", "or"):
            self._put("break", piece, mark="and")
        elif piece.has("with"):
            self._put("with", piece)
        elif piece.has("course"):
            self._put("break", piece, mark=",")
        elif piece.has("size") and not piece.has("filler", "want", "extra"):
            # A size that the shop does not know is the customer's wish all the same.
            self._put("note", piece)
        elif piece.has("question") and not piece.has("filler", "want"):
            self._put("unknown", piece)
        elif piece.classes or piece.shop:
            self._put("skip", piece)
        else:
            self._put("unknown", piece)

    def _adds_to_an_item(self, at: int) -> bool:
        """加 and "add" after an item bring a wish, before a number or another item they bring a line."""
        if not self._seen_item() or at + 1 >= len(self.pieces):
            return False
        following = self._next_name(at)
        brings_line = following is not None and following.name is not None and not following.name.is_option
        return not brings_line and self.pieces[at + 1].number is None

    def _seen_item(self) -> bool:
        return any(e.kind == "item" for e in self.out)

    def _is_word_here(self, piece: Piece, at: int) -> bool:
        """A name that is also a word of the language is a word where it qualifies the next name: 少 before 冰."""
        following = self._next_name(at)
        qualifies = following is not None and following.name is not None and following.name.is_option
        return qualifies and piece.has(*QUALIFIERS) and piece.name is not None and not piece.name.products

    def _names_after(self, at: int) -> bool:
        after = self._next_name(at)
        return after is not None

    def _next_name(self, at: int) -> Piece | None:
        at += 1
        while at < len(self.pieces) and self.pieces[at].has(*PASSED_OVER) and self.pieces[at].name is None:
            at += 1
        return self.pieces[at] if at < len(self.pieces) and self.pieces[at].name is not None else None

    def _name(self, piece: Piece, at: int) -> None:
        meaning = piece.name
        assert meaning is not None
        is_wish = meaning.is_option
        apart = bool(meaning.products) and self._is_aside(at)
        if apart:
            is_wish = False
        elif meaning.is_option and meaning.products:
            following = self._next_name(at)
            before = self.out[-1].kind if self.out else ""
            followed = following is not None and bool(following.name and following.name.products) and following.start == piece.end
            is_wish = followed or before == "with" or (meaning.is_category and before in ("item", "wish"))
        plural = self.tokens[piece.end - 1].raw != self.tokens[piece.end - 1].text
        self._put("wish" if is_wish else "item", piece, meaning=meaning, plural=plural, apart=apart)

    def _is_aside(self, at: int) -> bool:
        """ "guacamole on the side", "a side of guacamole": a dish of its own."""
        behind = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        ahead = self.pieces[at - 1] if at else None
        as_side, side_of = behind is not None and behind.has("aside"), ahead is not None and ahead.has("aside")
        return (as_side and self.tokens[behind.start].text != "side") or (side_of and self.tokens[ahead.end - 1].text == "of")  # type: ignore[union-attr]

    def _number(self, piece: Piece, at: int) -> int:
        numeral = piece.number
        value = numeral.whole if numeral is not None else piece.amount.maybe_count if piece.amount else None
        if numeral is not None and numeral.approximate:
            # 十来杯: how many is still to be said.
            value = None
        start, end, step = piece.start, piece.end, at + 1
        measured, by_unit = piece.number is None, False
        if step < len(self.pieces) and self.pieces[step].has("unit", "thing") and self.pieces[step].name is None:
            by_unit = self.pieces[step].has("unit")
            end, step, measured = self.pieces[step].end, step + 1, True
        kind: ElementKind = "unknown" if value is None else "number"
        after, weak = bool(numeral and numeral.after), bool(numeral and numeral.weak)
        self.out.append(Element(kind, start, end, number=value, after=after, weak=weak, measured=measured, by_unit=by_unit))
        return step

    def _qualified(self, piece: Piece, at: int) -> int:
        """ "no", "extra", "light" and what they are said of."""
        level: Level = "none" if piece.has("no") else "extra" if piece.has("extra") else "light"
        target = at + 1
        while target < len(self.pieces) and self._passed_over(self.pieces[target], level):
            target += 1
        said = self.pieces[target] if target < len(self.pieces) else None
        of_more = level == "none" and any(p.has("extra") for p in self.pieces[at + 1 : target])
        if said is not None and said.name is not None and said.name.is_option:
            wish = Element("wish", piece.start, said.end, meaning=said.name, level=level, of_more=of_more, sureness=said.sureness)
            self.out.append(wish)
            return self._more_of_the_same(target, level)
        if said is not None and said.name is not None and level == "none":
            self.out.append(
                Element("drop", piece.start, said.end, meaning=said.name, classes=piece.classes, sureness=said.sureness)
            )
            return target + 1
        if said is not None and said.unknown and not piece.has("add"):
            self.out.append(Element("note", piece.start, said.end, level=level))
            return target + 1
        if level == "none":
            self._put("act" if piece.has("remove") else "no", piece)
        elif piece.has(*ACTS) or level == "extra":
            self.out.append(Element("act", piece.start, piece.end, classes=piece.classes | {"add" if level == "extra" else "less"}))
        else:
            self._word(piece, at)
        return at + 1

    @staticmethod
    def _passed_over(piece: Piece, level: Level) -> bool:
        """ "without a thin crust", "no extra cheese": what stands between a qualifier and the name it is said of."""
        weak = piece.number is not None and piece.number.weak
        amount = level == "none" and piece.has("extra", "light")
        pronoun = level == "none" and piece.has("pronoun")
        return piece.name is None and (weak or amount or pronoun or piece.has(*PASSED_OVER))

    def _more_of_the_same(self, at: int, level: Level) -> int:
        """ "no onions or tomatoes": the negation holds for what is joined on."""
        step = at + 1
        while level == "none" and step + 1 < len(self.pieces):
            joint, named = self.pieces[step], self.pieces[step + 1]
            joins = joint.has("or", "and") or joint.mark == "、"
            if not joins or named.name is None or not named.name.is_option or named.name.products:
                break
            followed = step + 2 < len(self.pieces) and self.pieces[step + 2].name is not None
            if followed or (not joint.has("or") and not named.name.groups and self._is_choice(named.name)):
                break
            self.out.append(Element("wish", named.start, named.end, meaning=named.name, level=level, sureness=named.sureness))
            step += 2
        return step

    @staticmethod
    def _is_choice(meaning: Meaning) -> bool:
        return meaning.one_of_many

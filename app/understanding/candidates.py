"""Whole readings as the rules weigh them against each other, and what several shops make of one order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.reading import Begin, Command, Fill, ItemMention, LineReading, LinesValue, Slots, Span
from app.dialogue.reading import Candidate as Named
from app.lookup.text import is_cjk
from app.understanding.context import ReadingContext
from app.understanding.lexicon import CATEGORY_SCORE
from app.understanding.tokens import phrase_tokens
from app.understanding.words import COMMON

LINES = "lines"
# How much further from the words another shop's names may be to be what was meant as well.
SAME_NAME = 0.1
EXACT = 100
# So many words, or Chinese characters, of a product's name say which one is meant.
TELLING, TELLING_CJK = 2, 3
SLIGHT = COMMON | {"a", "an", "the", "for", "of", "to", "in", "and", "or"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One whole reading. `missed` weighs the words that it does not explain; `cost` says how far the words had to be bent."""

    commands: tuple[Command, ...]
    unexplained: tuple[tuple[int, int], ...]
    missed: float
    cost: float
    doubt: int = 0


def lines_of(command: Command) -> tuple[LineReading, ...]:
    """The lines that a command orders, be it begun or an answer."""
    value = command.slots.get(LINES) if isinstance(command, Begin | Fill) else None
    return value.lines if isinstance(value, LinesValue) else ()


def items_of(slots: Slots) -> list[ItemMention]:
    """What the lines among these slots name, as far as anybody sells it."""
    value = slots.get(LINES)
    lines = value.lines if isinstance(value, LinesValue) else ()
    return [line.item for line in lines if line.item is not None and line.item.candidates]


def names_a_thing(candidate: Candidate, traits: Sequence[Span]) -> bool:
    """Whether it orders what the words call by its name, or by several words of it: "chicken sandwich", not "snack".

    What is one of several `traits`, or made up of them, is no name: the beef of "spicy, no beef". Nor is what tears one apart.
    """
    items = [item for command in candidate.commands if isinstance(command, Begin | Fill) for item in items_of(command.slots)]
    items = [item for item in items if not any(_tears(item.span, trait) for trait in traits)]
    named = any(item.candidates[0].score == EXACT and (len(traits) == 1 or item.span not in traits) for item in items)
    return named or any(_is_telling(item, traits) for item in items)


def _tears(span: Span, trait: Span) -> bool:
    """Whether a part of the trait's words, and words beside it, were taken for a name by their sound: 份早 of 来份早饭."""
    first, second = sorted(((span.start, span.end), (trait.start, trait.end)))
    return first[0] < second[0] < first[1] < second[1]


def _is_telling(item: ItemMention, traits: Sequence[Span]) -> bool:
    """Whether several words of a name were said, and some of them ask for nothing else."""
    span, said = item.span, phrase_tokens(item.span.text)
    inside = [at for trait in traits for at in range(max(trait.start, span.start), min(trait.end, span.end))]
    rest = "".join(" " if span.start + at in inside else letter for at, letter in enumerate(span.text))
    is_long = len(said) >= (TELLING_CJK if is_cjk(said[0][0]) else TELLING) if said else False
    return is_long and item.candidates[0].score > CATEGORY_SCORE and not SLIGHT.issuperset(phrase_tokens(rest))


def _only_lines(candidate: Candidate, ordering: str) -> tuple[Begin, LinesValue] | None:
    """The lines of a reading that does nothing but order them."""
    if len(candidate.commands) != 1 or not isinstance(begin := candidate.commands[0], Begin) or begin.skill != ordering:
        return None
    value = begin.slots.get(LINES)
    return (begin, value) if isinstance(value, LinesValue) and value.lines else None


def _best_of(value: LinesValue) -> Named | None:
    item = value.lines[0].item
    return item.candidates[0] if item is not None and item.candidates else None


def _spans(value: LinesValue) -> list[tuple[int, int] | None]:
    return [(line.item.span.start, line.item.span.end) if line.item else None for line in value.lines]


def with_other_shops(candidates: Sequence[Candidate], context: ReadingContext, ordering: str) -> Candidate:
    """The best reading with the lines that other shops make of the same words, where no shop is being ordered from."""
    best = candidates[0]
    found = _only_lines(best, ordering)
    if found is None or context.merchant_id is not None:
        return best
    begin, value = found
    first = _best_of(value)
    elsewhere = []
    for other in candidates[1:]:
        theirs = _only_lines(other, ordering)
        if theirs is None or len(theirs[1].lines) != len(value.lines) or other.missed > best.missed + SAME_NAME:
            continue
        their_best = _best_of(theirs[1])
        is_other = first is not None and their_best is not None and their_best.merchant_id != first.merchant_id
        if is_other and other.cost - best.cost <= SAME_NAME and _spans(theirs[1]) == _spans(value):
            elsewhere.append(theirs[1].lines)
    if not elsewhere:
        return best
    slots = {**begin.slots, LINES: replace(value, elsewhere=tuple(elsewhere))}
    return replace(best, commands=(replace(begin, slots=slots),))

"""What is wanted again and again: "a latte every weekday at 8, at most 20" is a latte, and how often it is to be had."""

from collections.abc import Callable
from dataclasses import replace

from app.dialogue.reading import Abstain, Begin, Fill, LinesValue, Reading, RecurrenceValue, SlotValue, Span, TextValue
from app.domain.standing import RunMode
from app.understanding.context import ReadingContext
from app.understanding.elements import Words
from app.understanding.normalise import blanked, normalise
from app.understanding.recurrences import parts_of, recurrence_in
from app.understanding.tokens import tokenise

SURE = 95
# In this order: "don't ask me first" asks for nothing, and who says both "automatically" and "ask me first" is asked.
MODES: tuple[tuple[RunMode, tuple[str, ...]], ...] = (
    ("automatic", ("without asking", "don't ask", "no need to ask", "不用问我", "别问我", "不用再问")),
    ("ask_first", ("ask me first", "ask first", "ask me each time", "ask me every time", "check with me first",
        "先问我", "先问一下", "每次问我", "每次都问我", "每次先问", "问我一声")),
    ("automatic", ("automatically", "自动付", "自动下单", "自动")),
)  # fmt: skip

Read = Callable[[str, ReadingContext], Reading]


def recurring(text: str, context: ReadingContext, read: Read) -> Reading | None:
    """The reading of words that say how often, None for any others: what is to recur is read from the rest of them.

    A name that a shop's product has (每日橙汁) is no recurrence, and words about what already recurs ("pause my daily coffee") are
    about that.
    """
    spec = next((s for s in context.specs if any(slot.kind == "recurrence" for slot in s.slots)), None)
    value = _said_in(text) if spec is not None else None
    if spec is None or value is None:
        return None
    whole = read(text, context)
    if any(_covers(name, part) for name in _names(whole) for part in value.parts):
        return None
    mode = _mode(text)
    slots: dict[str, SlotValue] = {"recurrence": value}
    if mode:
        slots["mode"] = TextValue(mode[1])
    rest_text = blanked(text, (*value.parts, *((mode[1],) if mode else ())))
    # What else is said beside it is no answer to what was asked.
    rest = read(rest_text, replace(context, asked=None, choices=()))
    if _is_empty(rest):
        answers = context.asked is not None and context.asked.skill == spec.name
        command = Fill(slots) if answers else Begin(spec.name, slots, value.span)
        return Reading((command,), whole.lang, SURE)
    recurs = {s.name for s in context.specs if s.may_recur}
    if not any(isinstance(command, Begin) and command.skill in recurs for command in rest.commands):
        return None
    return _beside(spec.name, slots, value.span, rest)


def _said_in(text: str) -> RecurrenceValue | None:
    normal = normalise(text)
    words = Words(normal, tokenise(normal.text))
    found = recurrence_in(words.tokens)
    if found is None:
        return None
    parts = tuple(words.span(*part) for part in parts_of(found[1]))
    first, last = parts[0].start, parts[-1].end
    return RecurrenceValue(found[0], Span(first, last, text[first:last]), parts)


def _is_empty(reading: Reading) -> bool:
    return all(isinstance(command, Abstain) and command.reason == "empty" for command in reading.commands)


def _beside(skill: str, slots: dict[str, SlotValue], span: Span, rest: Reading) -> Reading:
    """The recurrence with what is named beside it; a budget that is said there is for each time."""
    inner = []
    for command in rest.commands:
        if isinstance(command, Begin) and "budget" in command.slots:
            slots["budget"] = command.slots["budget"]
            command = replace(command, slots={name: v for name, v in command.slots.items() if name != "budget"})
        inner.append(command)
    named = next(command.span for command in inner if isinstance(command, Begin))
    return replace(rest, commands=(Begin(skill, {**slots, "what": TextValue(named or span)}, span), *inner))


def _mode(text: str) -> tuple[RunMode, Span] | None:
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    said = ((mode, phrase, folded.find(phrase)) for mode, phrases in MODES for phrase in phrases)
    return next(((mode, Span(at, at + len(p), text[at : at + len(p)])) for mode, p, at in said if at >= 0), None)


def mode_of(words: str) -> RunMode | None:
    """How it is to be paid, where the words say so."""
    found = _mode(words)
    return found[0] if found else None


def _names(reading: Reading) -> list[Span]:
    """Where the words are a product's own name from end to end."""
    values = [v for c in reading.commands if isinstance(c, Begin) for v in c.slots.values() if isinstance(v, LinesValue)]
    return [line.item.span for value in values for line in value.lines if line.item is not None]


def _covers(whole: Span, part: Span) -> bool:
    return whole.start <= part.start and part.end <= whole.end

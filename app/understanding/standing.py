"""What is wanted again and again: "a latte every weekday at 8, at most 20" is a latte, and how often it is to be had."""

from collections.abc import Callable
from dataclasses import replace

from app.dialogue.reading import Abstain, Begin, Command, Fill, LinesValue, Reading, RecurrenceValue, SlotValue, Span, TextValue
from app.understanding.context import ReadingContext
from app.understanding.elements import Words
from app.understanding.normalise import normalise
from app.understanding.recurrences import parts_of, recurrence_in
from app.understanding.tokens import tokenise

SURE = 95
ASK_FIRST = ("ask me first", "ask first", "ask me each time", "ask me every time", "check with me first",
    "先问我", "先问一下", "每次问我", "每次都问我", "每次先问", "问我一声")  # fmt: skip
AUTOMATIC = (
    "automatically",
    "without asking",
    "don't ask",
    "no need to ask",
    "自动付",
    "自动下单",
    "自动",
    "不用问我",
    "别问我",
    "不用再问",
)
MODES = {"ask_first": ASK_FIRST, "automatic": AUTOMATIC}

Read = Callable[[str, ReadingContext], Reading]


def recurring(text: str, context: ReadingContext, read: Read) -> Reading | None:
    """The reading of words that say how often, None for any others: what is to recur is read from the rest of them.

    A name that a shop's product has (每日橙汁) is no recurrence, and words about what already recurs ("pause my daily coffee") are
    about that.
    """
    spec = next((s for s in context.specs if any(slot.kind == "recurrence" for slot in s.slots)), None)
    normal = normalise(text)
    words = Words(normal, tokenise(normal.text))
    found = recurrence_in(words.tokens) if spec is not None else None
    if spec is None or found is None:
        return None
    spans = tuple(words.span(*part) for part in parts_of(found[1]))
    if any(_covers(named, span) for named in _names(read(text, context)) for span in spans):
        return None
    mode = _mode(text)
    value = RecurrenceValue(found[0], Span(spans[0].start, spans[-1].end, text[spans[0].start : spans[-1].end]), spans)
    slots: dict[str, SlotValue] = {"recurrence": value}
    if mode:
        slots["mode"] = TextValue(mode[1])
    rest_text = _blanked(text, (*spans, *((mode[1],) if mode else ())))
    if context.asked is not None and context.asked.skill == spec.name and not rest_text.strip(" ,，。.!！"):
        return Reading((Fill(slots),), read(text, context).lang, SURE)
    rest = read(rest_text, context)
    if all(isinstance(command, Abstain) for command in rest.commands):
        is_bare = all(c.reason == "empty" for c in rest.commands if isinstance(c, Abstain))
        lang = read(text, context).lang
        return Reading((Begin(spec.name, slots, value.span),), lang, SURE) if is_bare else None
    recurs = {s.name for s in context.specs if s.may_recur}
    if not any(isinstance(command, Begin) and command.skill in recurs for command in rest.commands):
        return None
    slots["what"] = TextValue(Span(0, len(text), text))
    inner: list[Command] = []
    for command in rest.commands:
        if isinstance(command, Begin) and "budget" in command.slots:
            slots = slots | {"budget": command.slots["budget"]}
            command = replace(command, slots={name: v for name, v in command.slots.items() if name != "budget"})
        inner.append(command)
    return replace(rest, commands=(Begin(spec.name, slots, value.span), *inner))


def _mode(text: str) -> tuple[str, Span] | None:
    folded = text.casefold()
    for name, phrases in MODES.items():
        for phrase in phrases:
            at = folded.find(phrase)
            if at >= 0 and len(folded) == len(text):
                return name, Span(at, at + len(phrase), text[at : at + len(phrase)])
    return None


def mode_of(words: str) -> str | None:
    """`ask_first` or `automatic`, where the words say one of them."""
    found = _mode(words)
    return found[0] if found else None


def _names(reading: Reading) -> list[Span]:
    """Where the words are a product's own name from end to end."""
    values = [v for c in reading.commands if isinstance(c, Begin) for v in c.slots.values() if isinstance(v, LinesValue)]
    return [line.item.span for value in values for line in value.lines if line.item is not None]


def _covers(whole: Span, part: Span) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _blanked(text: str, spans: tuple[Span, ...]) -> str:
    """Blanks in the spans' places, so that all others stay where they are."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text

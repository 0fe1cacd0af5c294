"""A reading shown in the words it came from: each part coloured by what it was taken for, and what was passed over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from app.dialogue.reading import ItemMention, LineReading, OptionMention, Quantity, Reading, Span
from app.replay.snapshot import reading_lines

COLOURS = {"item": "32", "option": "33", "quantity": "36", "note": "34", "value": "35", "unexplained": "31;4"}
PASSED_OVER_MAX = 3


@dataclass(frozen=True, slots=True)
class Part:
    """Some words, what kind of thing they are, and what they were taken for."""

    span: Span
    kind: str
    meaning: str


def explained(text: str, reading: Reading, *, coloured: bool) -> list[str]:
    """The utterance with its parts marked, then a line for each part, then the runner-up."""
    parts = sorted(set(_parts(reading)), key=lambda part: (part.span.start, -part.span.end))
    lines = [_marked(text, parts, coloured)]
    lines += [f"  {_paint(part.span.text, part.kind, coloured)}  {part.kind}: {part.meaning}" for part in parts]
    if reading.runner_up:
        second = reading_lines(Reading(reading.runner_up, reading.lang, 0))
        lines.append(f"  passed over as a whole: {'; '.join(second)}")
    return lines


def _parts(reading: Reading) -> Iterator[Part]:
    for span in reading.unexplained:
        yield Part(span, "unexplained", "nothing")
    for command in reading.commands:
        yield from _of(command)


def _of(value: Any) -> Iterator[Part]:
    if isinstance(value, LineReading):
        yield from (Part(span, "note", "kept as a note") for span in value.notes)
    if isinstance(value, ItemMention):
        yield Part(value.span, "item", _products(value))
    elif isinstance(value, OptionMention):
        yield Part(value.span, "option", f"{'not ' * value.negated}{value.group_id}.{value.option_id}")
    elif isinstance(value, Quantity) and value.span is not None:
        yield Part(value.span, "quantity", str(value.value))
    elif is_dataclass(value) and not isinstance(value, type):
        span = getattr(value, "span", None)
        if type(value).__name__.endswith("Value") and isinstance(span, Span):
            told = (f"{f.name}={getattr(value, f.name)}" for f in fields(value) if f.name != "span")
            yield Part(span, "value", f"{type(value).__name__.removesuffix('Value').lower()} {', '.join(told)}".strip())
        for field in fields(value):
            yield from _of(getattr(value, field.name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from _of(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _of(part)


def _products(mention: ItemMention) -> str:
    if not mention.candidates:
        return "nothing that is sold"
    first, *others = mention.candidates
    passed = ", ".join(f"{c.merchant_id}.{c.product_id} {c.score}" for c in others[:PASSED_OVER_MAX])
    suggested = " (a suggestion)" if mention.suggested else ""
    taken = f"{first.merchant_id}.{first.product_id} {first.score}{suggested}"
    return f"{taken}; passed over {passed}" if passed else taken


def _marked(text: str, parts: Sequence[Part], coloured: bool) -> str:
    shown, at = [], 0
    for part in parts:
        if part.span.start < at or not part.span.text:
            continue
        shown += [text[at : part.span.start], _paint(part.span.text, part.kind, coloured)]
        at = part.span.end
    return "".join([*shown, text[at:]])


def _paint(words: str, kind: str, coloured: bool) -> str:
    return f"\x1b[{COLOURS[kind]}m{words}\x1b[0m" if coloured else f"[{words}]"

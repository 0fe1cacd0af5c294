"""What of a language model's answer counts.

It answers with a few commands that point at words of the utterance; the grammar computes every value from those words. Whatever
it names beyond that is rejected whole: a price, a yes, a product it was not shown, words that nobody said.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.base.errors import UsualError
from app.dialogue.reading import (
    Abstain,
    Begin,
    Cancel,
    Candidate,
    Change,
    Choose,
    Command,
    Deny,
    FailedCall,
    Fill,
    ItemMention,
    LineReading,
    LinesValue,
    ModelUse,
    Reading,
    SlotValue,
    Span,
)
from app.dialogue.specs import SkillSpec, SlotSpec
from app.understanding import rules
from app.understanding.context import Asked, ReadingContext

V = TypeVar("V")
Reason = Literal["timeout", "rate_limited", "server_error", "unreachable", "refused", "too_long", "malformed", "circuit_open"]
WORDS_MAX = 400
MODEL_SURE = 80


class ModelUnavailable(UsualError):
    """The model gave no answer that can be used; `reason` says why, `failed` what each call came to, for the trace."""

    code = "model_unavailable"

    def __init__(self, reason: Reason, failed: tuple[FailedCall, ...] = ()) -> None:
        super().__init__(reason=reason)
        self.reason, self.failed = reason, failed


class ReplyRejected(UsualError):
    """The model's answer asks for what it may not; `why` says what."""

    code = "model_reply_rejected"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """`system` and the first part of `user` are the same for every utterance of a shop; the customer's `words` come last in it."""

    system: str
    user: str
    schema: Mapping[str, Any]
    words: str

    @property
    def digest(self) -> str:
        """SHA-256, in hex, over the whole request: a changed prompt, spec or candidate list is another request."""
        whole = json.dumps([self.system, self.user, self.schema], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelReply:
    """`text` is JSON under the request's schema if the model keeps to it; `use`: what the call took, where that is known.

    `failed`: the calls that were made before it and gave none.
    """

    text: str
    use: ModelUse | None = None
    failed: tuple[FailedCall, ...] = ()


class LanguageModel(Protocol):
    def complete(self, request: ModelRequest) -> ModelReply:
        """Raises ModelUnavailable."""
        ...


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProposedSlot(_Strict):
    slot: Annotated[str, Field(max_length=40)]
    words: Annotated[str, Field(min_length=1, max_length=WORDS_MAX)]


class ProposedCommand(_Strict):
    """`words` point at the utterance. `product` is the id of a listed product that the words do not name."""

    command: Literal["begin", "fill", "change", "choose", "deny", "cancel", "abstain"]
    skill: Annotated[str | None, Field(max_length=40)] = None
    slots: Annotated[list[ProposedSlot], Field(max_length=8)] = []
    words: Annotated[str | None, Field(max_length=WORDS_MAX)] = None
    product: Annotated[str | None, Field(max_length=100)] = None


class Proposal(_Strict):
    commands: Annotated[list[ProposedCommand], Field(min_length=1, max_length=4)]


def interpret(raw: str, text: str, context: ReadingContext, shown: Sequence[Candidate], read_by_rules: Reading) -> Reading:
    """The reply as a reading. Raises ReplyRejected."""
    try:
        proposal = Proposal.model_validate_json(raw)
    except (ValidationError, ValueError, RecursionError):
        raise ReplyRejected("not_under_the_schema") from None
    wish = wish_in(read_by_rules, context)
    commands = tuple(_within(wish, c, context) for proposed in proposal.commands for c in _commands(proposed, text, context, shown))
    return replace(read_by_rules, commands=commands, sureness=MODEL_SURE, runner_up=read_by_rules.commands, by="model")


def _within(wish: Begin | None, command: Command, context: ReadingContext) -> Command:
    """What is ordered to a wish narrows it: all that the rules read of the wish stays asked, refusals and allergens too."""
    lines = next((v for v in command.slots.values() if isinstance(v, LinesValue)), None) if isinstance(command, Begin) else None
    if wish is None or lines is None:
        return command
    slot = next((slot for slot in _spec(wish.skill, context).slots if slot.kind == "lines"), None)
    return command if slot is None else replace(wish, slots={**wish.slots, slot.name: lines})


def wish_in(reading: Reading, context: ReadingContext) -> Begin | None:
    """Where the rules read that something is wanted and not what: the skill that takes what a thing is to be like."""
    wishing = {spec.name for spec in context.specs if any(slot.kind == "traits" for slot in spec.slots)}
    return next((c for c in reading.commands if isinstance(c, Begin) and c.skill in wishing), None)


def _commands(proposed: ProposedCommand, text: str, context: ReadingContext, shown: Sequence[Candidate]) -> tuple[Command, ...]:
    match proposed.command:
        case "deny":
            return (Deny(),)
        case "cancel":
            return (Cancel(),)
        case "abstain":
            return (Abstain("not_understood"),)
        case "change" | "choose":
            kind = Change if proposed.command == "change" else Choose
            said = rules.read(_said(proposed.words, text).text, context).commands
            if not said or not all(isinstance(command, kind) for command in said):
                raise ReplyRejected("words_hold_no_such_command")
            return said
        case "fill":
            if context.asked is None:
                raise ReplyRejected("nothing_was_asked")
            spec = _spec(context.asked.skill, context)
            return (Fill(_slots(proposed, spec, text, context, shown)),)
    spec = _spec(proposed.skill or "", context)
    return (Begin(spec.name, _slots(proposed, spec, text, context, shown)),)


def _slots(
    proposed: ProposedCommand, spec: SkillSpec, text: str, context: ReadingContext, shown: Sequence[Candidate]
) -> dict[str, SlotValue]:
    slots: dict[str, SlotValue] = {}
    for filled in proposed.slots:
        slot = spec.slot(filled.slot)
        if slot is None:
            raise ReplyRejected("no_such_slot")
        slots[slot.name] = _value(spec, slot, _said(filled.words, text), proposed.product, context, shown)
    if proposed.product is not None and not any(isinstance(value, LinesValue) for value in slots.values()):
        if not spec.begins_with_lines:
            raise ReplyRejected("product_without_lines")
        lines = next(slot for slot in spec.slots if slot.kind == "lines")
        slots[lines.name] = _picked(_said(proposed.words or text, text), proposed.product, shown)
    return slots


def _value(
    spec: SkillSpec, slot: SlotSpec, span: Span, product: str | None, context: ReadingContext, shown: Sequence[Candidate]
) -> SlotValue:
    """What the grammar makes of the words; the model has no say in the value."""
    if slot.kind == "lines":
        named = next((v for c in rules.read(span.text, context).commands if isinstance(c, Begin) for v in c.slots.values()), None)
        if isinstance(named, LinesValue) and any(line.item for line in named.lines):
            return _shifted(named, span.start)
        if product is not None:
            return _picked(span, product, shown)
        raise ReplyRejected("words_name_no_product")
    asked = replace(context, asked=Asked(spec.name, slot.name, slot.kind), choices=())
    for command in rules.read(span.text, asked).commands:
        if isinstance(command, Fill | Begin) and slot.name in command.slots:
            return _shifted(command.slots[slot.name], span.start)
    raise ReplyRejected("words_do_not_fill_the_slot")


def _shifted(value: V, by: int) -> V:
    """The value with its spans counted from the start of the utterance rather than of the quoted words."""
    if isinstance(value, Span):
        return replace(value, start=value.start + by, end=value.end + by)
    if isinstance(value, tuple):
        return tuple(_shifted(part, by) for part in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _shifted(getattr(value, f.name), by) for f in fields(value)})
    return value


def _picked(span: Span, product: str, shown: Sequence[Candidate]) -> LinesValue:
    picked = next((c for c in shown if key(c) == product), None)
    if picked is None:
        raise ReplyRejected("product_was_not_shown")
    mention = ItemMention(span, (replace(picked, score=100),), suggested=True)
    return LinesValue((LineReading(mention),))


def key(candidate: Candidate) -> str:
    """The id that stands for a product in a prompt and in its answer."""
    return f"{candidate.merchant_id}/{candidate.product_id}"


def _said(words: str | None, text: str) -> Span:
    start = text.find(words) if words else -1
    if not words or start < 0:
        raise ReplyRejected("words_were_not_said")
    return Span(start, start + len(words), words)


def _spec(name: str, context: ReadingContext) -> SkillSpec:
    spec = next((s for s in context.specs if s.name == name), None)
    if spec is None:
        raise ReplyRejected("no_such_skill")
    return spec

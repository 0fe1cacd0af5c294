"""Words → reading. The rules always run; a model, where there is one, is asked as the setting says and never decides alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.dialogue.reading import Abstain, Begin, Change, LineReading, LinesValue, OptionMention, Reading
from app.understanding import rules
from app.understanding.context import ReadingContext
from app.understanding.model import LanguageModel, ModelUnavailable, ReplyRejected, interpret
from app.understanding.prompt import request_for, shown_candidates

Policy = Literal["when_unsure", "always", "never"]
SURE_FROM = 75
# What the rules refuse or find empty is not put to a model.
FINAL = ("empty", "unsafe", "reported")
# Before the reason, in a reading's `why`.
UNAVAILABLE = "model_"


@dataclass(frozen=True, slots=True)
class PolicyReader:
    """`model` None: the rules alone, without a key or a network."""

    model: LanguageModel | None = None
    policy: Policy = "when_unsure"

    def read(self, text: str, context: ReadingContext) -> Reading:
        """The reading and, in `by` and `why`, who answered and why. Never raises for a fault of the model."""
        reading = rules.read(text, context)
        if self.model is None or self.policy == "never":
            return replace(reading, why="rules_only")
        if any(isinstance(c, Abstain) and c.reason in FINAL for c in reading.commands):
            return replace(reading, why="rules_final")
        if self.policy == "when_unsure" and _is_sure(reading):
            return replace(reading, why="rules_sure")
        return self._asked(self.model, text, context, reading)

    def _asked(self, model: LanguageModel, text: str, context: ReadingContext, reading: Reading) -> Reading:
        shown = shown_candidates(text, reading, context)
        request = request_for(text, context, shown)
        reading = replace(reading, prompt=request.digest)
        try:
            reply = model.complete(request)
        except ModelUnavailable as unavailable:
            return replace(reading, why=f"{UNAVAILABLE}{unavailable.reason}", failed=unavailable.failed)
        reading = replace(reading, reply=reply.text, use=reply.use, failed=reply.failed)
        try:
            proposed = interpret(reply.text, text, context, shown, reading)
        except ReplyRejected as rejected:
            return replace(reading, why=f"model_rejected_{rejected.why}")
        if isinstance(proposed.commands[0], Abstain):
            return replace(reading, why="model_abstained")
        if _buys(reading) and _buys(proposed) and _buys(reading) != _buys(proposed):
            return replace(proposed, why="model_disagrees")
        return replace(proposed, why="model_asked")


def _is_sure(reading: Reading) -> bool:
    return reading.sureness >= SURE_FROM and not reading.unexplained


def _buys(reading: Reading) -> list[tuple[object, ...]]:
    """What a reading would put on the card: products, quantities, options, and whether it edits the card instead."""
    bought: list[tuple[object, ...]] = []
    for command in reading.commands:
        if isinstance(command, Change):
            bought.append(("change", command.quantity, _options(command.options), command.remove))
        for value in command.slots.values() if isinstance(command, Begin) else ():
            if isinstance(value, LinesValue):
                bought += [_line(line) for line in value.lines if line.item is not None and line.item.candidates]
    return bought


def _line(line: LineReading) -> tuple[object, ...]:
    best = line.item.candidates[0] if line.item else None
    quantity = line.quantity.value if line.quantity else 1
    return (best.merchant_id if best else "", best.product_id if best else "", quantity, _options(line.options), len(line.notes))


def _options(options: Sequence[OptionMention]) -> frozenset[tuple[object, ...]]:
    return frozenset((o.group_id, o.option_id, o.negated, o.qualifier, o.count) for o in options)

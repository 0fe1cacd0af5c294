"""Why was I charged? From what was said to what was taken, as the trace has it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say, ShowShelf
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="charged",
    description="Explain the last charge: what was said, shown and approved, and what was taken.",
    cues=(
        "why was i charged", "why did you charge me", "why have i been charged", "why was i billed", "why did i pay",
        "what was i charged for", "what did you charge me for", "what is this charge", "explain this charge", "explain the charge",
        "为什么扣我钱", "为什么扣钱", "为什么扣了我的钱", "为什么扣款", "为啥扣我钱", "为啥扣钱", "怎么扣了我的钱", "凭什么扣我钱",
        "这笔钱怎么扣的", "这笔扣款是什么", "这笔是什么钱",
    ),
    examples=(Example("en", "why was I charged?"), Example("zh", "为什么扣我钱？")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charged:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        """Of the newest order that money was taken for."""
        paid = any(not world.captured(order).is_zero for order in world.orders())
        return [ShowShelf("charged", Say("charged.shown"))] if paid else [Say("charged.nothing")]

"""Why is this on the card: the words, what they were taken for, and what was passed over."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say, ShowShelf
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="why",
    description="Explain why the products on the open card were chosen: words, product, what was passed over.",
    cues=(
        "why this", "why this one", "why that", "why that one", "why did you choose this", "why did you pick this", "why is this on the card",
        "how did you get this", "explain this card", "explain the card",
        "为什么是这个", "为什么选这个", "为啥是这个", "为啥选这个", "怎么选的", "这个怎么来的", "解释一下这张卡",
    ),
    examples=(Example("en", "why this one?"), Example("zh", "为什么选这个？")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Why:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return why(world)


def why(world: World) -> Sequence[Outcome]:
    return [ShowShelf("why", Say("why.shown"))] if world.card or world.orders() else [Say("why.no_card")]

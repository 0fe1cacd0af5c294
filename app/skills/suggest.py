"""Something to eat or drink, when the customer does not say what."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome
from app.dialogue.reading import LinesValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.skills.offers import anything, compare
from app.skills.world import World

SPEC = SkillSpec(
    name="suggest",
    description="Suggest something to order when the customer names nothing, within a budget where they say one.",
    slots=(
        SlotSpec("budget", "amount", "what it may cost at most, fees included"),
        SlotSpec("people", "people", "for how many people"),
        SlotSpec("lines", "lines", "a kind of thing, where one is said"),
    ),
    cues=(
        "something", "anything", "surprise me", "recommend", "recommend me", "suggest", "what's good", "what do you recommend", "i'm hungry",
        "i'm thirsty", "随便", "随便来点", "推荐", "推荐一下", "来点什么", "吃点什么", "喝点什么", "有什么好吃的", "有什么好喝的", "什么好吃",
        "我饿了", "我渴了", "好饿", "好渴",
    ),
    examples=(Example("en", "something under 20 yuan"), Example("zh", "二十块以内随便来点")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggest:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        lines = slots.get("lines")
        if isinstance(lines, LinesValue) and lines.lines and lines.lines[0].item is not None:
            return [compare(lines, slots, world)]
        return [anything(slots, world)]

"""This conversation as a test: offered as a replay file with private texts replaced."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say, ShowData
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="save_test",
    description="Give this conversation as a replay file, for an engineer who tests with it.",
    cues=(
        "save as test", "save this as a test", "save as a test", "record this conversation", "make this a test",
        "存成测试", "保存为测试", "存为测试", "录成测试",
    ),
    examples=(Example("en", "save as test"), Example("zh", "存成测试")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaveTest:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [ShowData("record", Say("data.record.said")) if world.offers_recording else Say("data.record.unavailable")]

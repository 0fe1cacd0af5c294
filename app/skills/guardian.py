"""What waits for a guardian's answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, ShowRequests
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="guardian_requests",
    description="Show what children ask the customer, as their guardian, to approve.",
    cues=("my requests", "pending requests", "what does my child want", "requests of my child", "what needs my approval",
        "待我批准", "孩子的请求", "孩子的申请", "待批准", "有什么要我批准的", "要我批准"),
    examples=(Example("en", "what needs my approval?"), Example("zh", "有什么要我批准的？")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardianRequests:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [ShowRequests()]

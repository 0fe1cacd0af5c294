"""The customer's own number, kept for top-ups."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say
from app.dialogue.reading import PhoneValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="own_number",
    description="Remember the customer's own mobile number.",
    slots=(SlotSpec("phone", "phone", "the number"),),
    cues=(
        "my number is", "my phone number is", "my phone is", "my mobile is", "my mobile number is", "my new number is",
        "我的手机号是", "我的手机号码是", "我的号码是", "我的电话是", "我手机号是", "我的新号码是",
    ),
    examples=(Example("en", "my number is 13812345678"), Example("zh", "我的手机号是13812345678")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnNumber:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        phone = slots.get("phone")
        if not isinstance(phone, PhoneValue):
            return [Say("number.unclear")]
        _, masked = world.keep_own_number(phone.digits)
        return [Say("number.saved", {"phone": masked})]

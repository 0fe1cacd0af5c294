"""Small talk and help: answered briefly."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

HELP = SkillSpec(
    name="help",
    description="Say what Usual can do.",
    cues=(
        "help",
        "what can you do",
        "how does this work",
        "what do you do",
        "你能做什么",
        "你会什么",
        "怎么用",
        "帮助",
        "能干什么",
    ),
    examples=(Example("en", "what can you do?"), Example("zh", "你能做什么？")),
)
SMALL_TALK = SkillSpec(
    name="small_talk",
    description="Answer a greeting or thanks.",
    cues=(
        "hi", "hello", "hey", "good morning", "good evening", "thanks", "thank you", "thx", "cheers", "bye",
        "你好", "您好", "早上好", "晚上好", "谢谢", "多谢", "再见", "嗨",
    ),
    examples=(Example("en", "hi"), Example("zh", "你好")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Help:
    spec: SkillSpec = HELP

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Say("help")]


@dataclass(frozen=True, slots=True)
class SmallTalk:
    spec: SkillSpec = SMALL_TALK

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Say("small_talk", {"name": world.customer.display_name})]

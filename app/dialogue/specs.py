"""What a skill tells the rest of the house about itself; the grammar, the model's prompt and the help read the same spec."""

from dataclasses import dataclass
from typing import Literal

from app.domain.names import Lang

SlotKind = Literal[
    "lines", "options", "amount", "number", "people", "phone", "person", "place", "moment", "period", "recurrence", "lasting",
    "stop", "text", "rest", "whole", "traits",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """`text` takes the longest words that nothing explains, `rest` all that follows the skill's cue, `whole` all that was said.

    `traits` takes what a thing is to be like, wherever the words say it.
    """

    name: str
    kind: SlotKind
    description: str


@dataclass(frozen=True, slots=True)
class Example:
    lang: Lang
    text: str


@dataclass(frozen=True, slots=True)
class SkillSpec:
    """`cues` are phrases in any language that point to the skill, matched as whole words (Chinese: as substrings), no patterns.

    A skill whose `begins_with_lines` is true needs no cue: naming something on sale begins it. What one with
    `may_recur` proposes can be had again and again.
    """

    name: str
    description: str
    slots: tuple[SlotSpec, ...] = ()
    cues: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    begins_with_lines: bool = False
    may_recur: bool = False

    def slot(self, name: str) -> SlotSpec | None:
        return next((s for s in self.slots if s.name == name), None)

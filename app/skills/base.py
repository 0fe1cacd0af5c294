"""What every skill is: a spec, a beginning, and what it makes of an answer or a pick."""

from collections.abc import Sequence
from typing import Protocol

from app.dialogue.outcomes import Outcome
from app.dialogue.reading import Slots
from app.dialogue.specs import SkillSpec
from app.dialogue.state import Choice, Question
from app.skills.world import World


class Skill(Protocol):
    @property
    def spec(self) -> SkillSpec: ...
    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]: ...


class AskingSkill(Skill, Protocol):
    """A skill that puts questions."""

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]: ...
    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]: ...

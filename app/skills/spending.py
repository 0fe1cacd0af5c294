"""What was spent in a while: told from the ledger, by day, shop and kind of thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, ShowSpending
from app.dialogue.reading import PeriodValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.times import Period
from app.skills.world import World

SPEC = SkillSpec(
    name="spending",
    description="Tell what the customer has spent in a day, week, month or year, by shop and by kind of thing.",
    slots=(SlotSpec("period", "period", "the day, week, month or year"),),
    cues=(
        "what did i spend", "how much did i spend", "how much have i spent", "what have i spent", "did i spend", "have i spent", "i spent", "spent",
        "spend", "spending", "my spending", "expenses", "my expenses", "by shop", "by category", "花了多少", "花了多少钱", "花多少钱", "我花了多少",
        "一共花了多少", "花销", "消费", "我的消费", "消费了多少", "支出", "开销", "账单", "按店", "按商家", "按类别",
    ),
    examples=(Example("en", "what did I spend this week?"), Example("zh", "这周花了多少？")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spending:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        said = slots.get("period")
        return [ShowSpending(said.period if isinstance(said, PeriodValue) else Period("week"))]

"""The customer's orders: all of them, those of a while, those with a thing in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, ShowOrders
from app.dialogue.reading import LinesValue, PeriodValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="orders",
    description="List what the customer has ordered before, in a while or of a product where they say one. Orders nothing.",
    slots=(SlotSpec("period", "period", "when it was ordered"), SlotSpec("lines", "lines", "what was in it")),
    cues=(
        "my orders", "all my orders", "order history", "past orders", "previous orders", "show my orders", "show me my orders",
        "list my orders", "my orders of", "my orders with", "find my orders", "find my orders of", "find my orders with", "what did i order",
        "what have i ordered", "did i order", "have i ordered", "我的订单", "全部订单", "所有订单", "历史订单", "订单记录", "的订单",
        "订单列表", "点过什么", "买过什么", "点了什么", "买了什么", "我点过", "我买过",
    ),
    examples=(Example("en", "what did I order last week?"), Example("zh", "找一下拿铁的订单")),
)  # fmt: skip
# A product whose name fits the words this well is one that was meant.
NAMED_WELL = 60


@dataclass(frozen=True, slots=True)
class Orders:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        said, lines = slots.get("period"), slots.get("lines")
        period = said.period if isinstance(said, PeriodValue) else None
        if not isinstance(lines, LinesValue):
            return [ShowOrders(period)]
        words = next((line.item.span.text for line in lines.lines if line.item is not None), "")
        return [ShowOrders(period, tuple(dict.fromkeys(_products(lines))), words)]


def _products(value: LinesValue) -> Iterator[str]:
    for lines in (value.lines, *value.elsewhere):
        for line in lines:
            for candidate in line.item.candidates if line.item is not None else ():
                if candidate.score >= NAMED_WELL:
                    yield candidate.product_id

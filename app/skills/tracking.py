"""Where is my order? Told from what the merchant last said."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say, ShowReceipt
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="tracking",
    description="Tell how far an order is and when it will be there.",
    cues=(
        "where is my order", "where's my order", "track", "track my order", "order status", "status of my order", "is it ready", "is it coming",
        "when will it arrive", "when will it be ready", "how long will it take", "how much longer", "on its way", "到哪了", "到哪儿了", "订单到哪了",
        "什么时候到", "什么时候好", "什么时候送到", "还要多久", "做好了吗", "好了没", "送到了吗", "订单状态", "跟踪订单", "外卖到哪了", "我的订单到哪了", "我的订单到哪儿了", "where are my orders", "my order status",
    ),
    examples=(Example("en", "where is my order?"), Example("zh", "我的订单到哪了？")),
)  # fmt: skip
SHOWN_MAX = 3


@dataclass(frozen=True, slots=True)
class Tracking:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        orders = world.orders()
        under_way = [order for order in orders if order.is_under_way or order.state in ("placed", "unknown")][:SHOWN_MAX]
        if not under_way:
            return [ShowReceipt(orders[0].id, Say("tracking.done"))] if orders else [Say("tracking.nothing")]
        said = Say("tracking.one") if len(under_way) == 1 else Say("tracking.several", {"count": len(under_way)})
        return [ShowReceipt(order.id, said if order is under_way[0] else Say("tracking.and")) for order in under_way]

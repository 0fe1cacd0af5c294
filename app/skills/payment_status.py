"""Did it go through? Answered from the ledger; nothing is paid again."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.clock import local
from app.dialogue.outcomes import Outcome, Param, Say, ShowReceipt
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="payment_status",
    description="Tell whether the last order was paid.",
    cues=(
        "did it go through", "did i pay", "was it paid", "is it paid", "has it been paid", "did you charge me", "was i charged",
        "did the payment go through", "pay again", "付了吗", "付了没", "付款了吗", "付款成功了吗", "支付成功了吗", "扣钱了吗", "扣款了吗",
        "付过了吗", "再付一次", "付好了吗",
    ),
    examples=(Example("en", "did it go through?"), Example("zh", "付了吗？")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        card, orders = world.card, world.orders()
        waiting = [Say("status.card_waits", {"total": card.totals.total})] if card else []
        if not orders:
            return waiting or [Say("status.nothing")]
        order = orders[0]
        if card and card.created_at > order.placed_at:
            return waiting
        params: dict[str, Param] = {
            "total": order.total,
            "merchant": world.catalogs[order.merchant_id].merchant.names.display(world.lang),
            "number": order.number,
            "time": f"{local(order.placed_at, world.customer.zone):%m-%d %H:%M}",
        }
        if order.is_taken:
            paid = Say("status.paid", params | {"total": world.captured(order)})
            return [ShowReceipt(order.id, paid), *waiting]
        if order.is_undone:
            return [
                ShowReceipt(
                    order.id, Say("status.undone", params | {"total": world.captured(order), "back": world.came_back(order)})
                )
            ]
        if order.state == "canceled":
            return [Say("status.not_charged", params), *waiting]
        return [Say("status.settling", params)]

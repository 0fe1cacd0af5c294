"""Erasing the customer for good: what goes and what must stay is shown first; only the PIN or the password on the card does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.dialogue.outcomes import Outcome, Say, ShowData
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

# An order that is not there by then is not followed any more.
DELIVERED_WITHIN = timedelta(days=2)
SPEC = SkillSpec(
    name="erase_data",
    description="Delete the customer's account and everything personal that is kept of them.",
    cues=(
        "delete my data", "delete all my data", "erase my data", "erase everything", "delete my account", "close my account",
        "erase my account", "remove my data", "delete everything about me", "forget me", "forget everything about me",
        "删除我的数据", "删除我所有的数据", "删除我的所有数据", "删掉我的数据", "清除我的数据", "删除数据", "删除我的账号", "删除账号", "注销账号", "注销我的账号",
        "销户", "删除我的信息", "忘记我",
    ),
    examples=(Example("en", "delete my data"), Example("zh", "删除我的数据")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EraseData:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        wallet, since = world.wallet(), world.now - DELIVERED_WITHIN
        under_way = any(order.is_under_way and order.placed_at > since for order in world.orders())
        if under_way or (wallet is not None and not wallet.held.is_zero):
            return [Say("refusal.order_under_way")]
        if wallet is not None and not wallet.available.is_zero:
            return [Say("refusal.wallet_not_empty", {"available": wallet.available})]
        return [ShowData("erase", Say("data.erase.said"))]

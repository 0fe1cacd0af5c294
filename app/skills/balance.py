"""What is in the wallet."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.outcomes import Outcome, Say, ShowWallet
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="balance",
    description="Tell how much money is in the customer's wallet.",
    cues=(
        "balance",
        "how much do i have",
        "how much money",
        "how much is in my wallet",
        "my wallet",
        "余额",
        "还有多少钱",
        "钱包里",
        "我的钱包",
    ),
    examples=(Example("en", "what's my balance?"), Example("zh", "余额还有多少")),
)


@dataclass(frozen=True, slots=True)
class Balance:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        wallet = world.wallet()
        if wallet is None or not wallet.bound:
            return [ShowWallet(Say("wallet.bind_first"))]
        return [ShowWallet(Say("wallet.balance", {"available": wallet.available}))]

"""Put money into the wallet. The amount is only suggested; the customer confirms it with the PIN."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.money import Money
from app.dialogue.outcomes import Outcome, Say, ShowWallet
from app.dialogue.reading import AmountValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.skills.world import World

SPEC = SkillSpec(
    name="deposit",
    description="Put money into the customer's wallet.",
    slots=(SlotSpec("amount", "amount", "how much to put in"),),
    cues=(
        "deposit", "add money", "fund my wallet", "put money", "money to my wallet", "to my wallet", "add funds",
        "存钱", "存款", "存入", "充钱包", "往钱包", "钱包充", "充值钱包", "给钱包",
    ),
    examples=(Example("en", "deposit 100"), Example("zh", "往钱包存100")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deposit:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        wallet, amount = world.wallet(), slots.get("amount")
        if wallet is None or not wallet.bound:
            return [ShowWallet(Say("wallet.bind_first"))]
        currency = wallet.available.currency
        wanted = Money(amount.minor, currency) if isinstance(amount, AmountValue) and amount.minor > 0 else None
        return [ShowWallet(Say("wallet.deposit"), wanted)]

"""Why was I charged? From what was said to what was taken, as the trace has it: of the charge that the words tell of."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.clock import local
from app.dialogue.outcomes import Ask, Outcome, Say, ShowShelf
from app.dialogue.reading import AmountValue, PeriodValue, Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question
from app.dialogue.times import Period
from app.domain.names import LANGS, Names
from app.domain.order import Order
from app.lookup.text import fold
from app.resolution.periods import bounds
from app.skills.world import World

# A charge that is named by its day is asked for by no other words.
DAYS = {
    "yesterday's charge": Period("day", 1),
    "today's charge": Period("day"),
    "this week's charge": Period("week"),
    "last week's charge": Period("week", 1),
    "this month's charge": Period("month"),
    "last month's charge": Period("month", 1),
}
SPEC = SkillSpec(
    name="charged",
    description="Explain a charge, the last one or that of an amount, a shop or a day: what was said, shown, approved and taken.",
    slots=(
        SlotSpec("amount", "amount", "how much was charged"),
        SlotSpec("period", "period", "when it was charged"),
        SlotSpec("words", "whole", "the question, with the shop where it names one"),
    ),
    cues=(
        "why was i charged", "why did you charge me", "why have i been charged", "why was i billed", "why did i pay",
        "what was i charged for", "what did you charge me for", "what is this charge", "explain this charge", "explain the charge",
        "what did i pay", "what was the charge", "what is the charge", "charge of", "charge from", "i was charged",
        "that charge", "last charge", *DAYS,
        "为什么扣我钱", "为什么扣钱", "为什么扣了我的钱", "为什么扣款", "为啥扣我钱", "为啥扣钱", "怎么扣了我的钱", "凭什么扣我钱",
        "为什么扣了我", "为什么扣我", "为啥扣了我", "怎么扣了我", "扣了我", "的扣款", "那笔扣款", "那笔钱", "这笔钱怎么扣的", "这笔扣款是什么", "这笔是什么钱",
    ),
    examples=(Example("en", "why was I charged 16?"), Example("zh", "为什么扣我钱？")),
)  # fmt: skip
CHOICES_MAX = 4


@dataclass(frozen=True, slots=True)
class Charged:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        paid = [order for order in world.orders() if not world.captured(order).is_zero]
        if not paid:
            return [Say("charged.nothing")]
        found = [order for order in paid if _fits(order, slots, world)]
        if not found:
            return [Say("charged.none_such")]
        if len(found) == len(paid) or len(found) == 1:
            # Nothing, or nothing that tells them apart, was said of which: the newest.
            key = "charged.shown" if found[0] is paid[0] else "charged.shown_one"
            return [ShowShelf("charged", Say(key), about=found[0].id)]
        choices = tuple(_choice(order, world) for order in found[:CHOICES_MAX])
        return [Ask(Question(world.new_id("que"), SPEC.name, "words", "whole", "charged.which", (), choices))]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        return self.begin(slots, world) if slots else [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [ShowShelf("charged", Say("charged.shown_one"), about=choice.value or "")]


def _fits(order: Order, slots: Slots, world: World) -> bool:
    amount, period, words = slots.get("amount"), slots.get("period"), slots.get("words")
    if isinstance(amount, AmountValue) and amount.minor != world.captured(order).minor:
        return False
    said = fold(words.span.text) if isinstance(words, TextValue) else ""
    when = period.period if isinstance(period, PeriodValue) else next((days for name, days in DAYS.items() if name in said), None)
    if when is not None:
        first, after = bounds(when, world.now, world.customer.zone)
        if not first <= order.placed_at < after:
            return False
    shops, things = _shops(said, world), _things(said, world)
    return (not shops or order.merchant_id in shops) and (not things or bool(things & {line.product_id for line in order.lines}))


def _shops(said: str, world: World) -> frozenset[str]:
    return frozenset(id_ for id_, one in world.catalogs.items() if any(fold(name) in said for name in one.merchant.names.all()))


def _things(said: str, world: World) -> frozenset[str]:
    """Of what the customer has bought, what the words name."""
    cards = (world.card_of(order) for order in world.orders())
    lines = (line for card in cards if card is not None for line in card.lines)
    return frozenset(line.product_id for line in lines if any(fold(name) in said for name in line.names.all()))


def _choice(order: Order, world: World) -> Choice:
    at = f"{local(order.placed_at, world.customer.zone):%m-%d %H:%M}"
    shop = world.catalogs[order.merchant_id].merchant.names if order.merchant_id in world.catalogs else Names((order.merchant_id,))
    detail = Names(*((at,) for _ in LANGS))
    return Choice(shop, detail=detail, price=str(world.captured(order)), value=order.id)

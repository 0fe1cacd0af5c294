"""Undoing: an order is canceled, or what was missing or wrong is paid back. Shown with its fee first, done after a yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.base.clock import local
from app.base.errors import Refusal
from app.dialogue.outcomes import Ask, CloseCard, GiveBack, Outcome, Param, RaiseDispute, Say, ShowReceipt
from app.dialogue.reading import ItemMention, LinesValue, NumberValue, Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import YES_OR_NO, Choice, Question
from app.dialogue.wording import joined, say
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.names import LANGS, Names
from app.domain.order import Order
from app.domain.refund import CLAIMS_FOR, RefundedLine, RefundOffer, RefundReason
from app.skills.world import World

LINES = SlotSpec("lines", "lines", "what it is about, and how many, where the words say so")
CANCEL = SkillSpec(
    name="cancel_order",
    description="Cancel an order that was paid and is not there yet.",
    slots=(LINES,),
    cues=(
        "cancel that order", "cancel my last order", "cancel the last order", "cancel what i ordered",
        "cancel what i just ordered", "undo my order", "undo that order", "call off my order", "i don't want my order any more",
        "取消刚才那单", "取消刚才的订单", "取消上一单", "取消那单", "取消刚刚那单", "取消刚才", "退单", "退了刚才那单", "把刚才那单取消", "把刚才的取消", "撤单",
        "取消最近的订单", "取消已付的订单",
    ),
    examples=(Example("en", "cancel my last order"), Example("zh", "取消刚才那单")),
)  # fmt: skip
REPORT = SkillSpec(
    name="report_problem",
    description="Ask money back for something of an order that was missing or wrong.",
    slots=(LINES, SlotSpec("count", "number", "how many"), SlotSpec("words", "whole", "the complaint")),
    cues=(
        "is missing", "are missing", "was missing", "were missing", "missing", "didn't get", "did not get", "never got", "didn't receive",
        "wrong item", "was wrong", "got the wrong", "wrong order", "refund", "a refund", "money back", "refund me", "i want a refund",
        "少了", "缺了", "漏了", "没收到", "没送", "送错了", "送错", "做错了", "退钱", "退款", "给我退", "少给了", "少送了", "漏送",
    ),
    examples=(Example("en", "one latte is missing, I want a refund"), Example("zh", "少了一杯，退钱")),
)  # fmt: skip
DISPUTE = SkillSpec(
    name="dispute",
    description="Say that something that was bought is not what the customer wanted or asked for.",
    slots=(LINES,),
    cues=(
        "i didn't want that", "i didn't want this", "i did not want that", "didn't want", "i never ordered that", "i never ordered this",
        "never ordered", "i didn't order that", "i didn't order this", "didn't order", "that's not what i ordered",
        "that is not what i ordered", "not what i asked for", "that's not what i wanted", "you got my order wrong", "why did you buy",
        "我没要这个", "我没点这个", "没点过", "我没要", "我没点", "不是我要的", "不是我点的", "我要的不是这个", "你点错了", "点错了", "你弄错了", "你搞错了",
    ),
    examples=(Example("en", "I didn't want that"), Example("zh", "我没点这个")),
)  # fmt: skip
WRONG = ("wrong", "错")


@dataclass(frozen=True, slots=True)
class CancelOrder:
    spec: SkillSpec = CANCEL

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        open_orders = [order for order in world.orders() if order.is_under_way or order.state in ("placed", "unknown")]
        named = _holding(open_orders, slots, world)
        if named:
            return canceling(named[0], world)
        if open_orders:
            return canceling(open_orders[0], world)
        if world.card is not None:
            return [CloseCard(Say("drop.card"))]
        orders = world.orders()
        return [ShowReceipt(orders[0].id, Say("refund.too_late"))] if orders else [Say("tracking.nothing")]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        return _confirmed(question, choice, world)


@dataclass(frozen=True, slots=True)
class ReportProblem:
    spec: SkillSpec = REPORT

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        recent = [order for order in world.orders() if order.placed_at + CLAIMS_FOR >= world.now]
        taken = [order for order in recent if order.is_taken or order.state in ("unknown", "refunded")]
        if not taken:
            return [Say("refund.nothing_recent", {"days": CLAIMS_FOR.days})]
        order = (_holding(taken, slots, world) or taken)[0]
        reason = _reason(slots)
        named, count = _named(order, slots, world), _quantity(slots)
        if len(named) == 1:
            # 少了两杯拿铁: the number is the complaint's own.
            named = (RefundedLine(named[0].line_id, max(named[0].quantity, count)),)
        return previewed(order, reason, named, world) if named else reporting(order, world, count, reason)

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        order = _order_of(question, world)
        named = _named(order, slots, world) if order else ()
        if order is None or not named:
            return [Ask(question)]
        return previewed(order, _reason_of(question), named, world)

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        if question.is_yes_or_no:
            return _confirmed(question, choice, world)
        order = _order_of(question, world)
        if order is None or choice.value is None:
            return [Say("refund.kept")]
        lines = (RefundedLine(choice.value, int(question.fact("quantity") or 1)),)
        return previewed(order, _reason_of(question), lines, world)


@dataclass(frozen=True, slots=True)
class DisputeOrder:
    spec: SkillSpec = DISPUTE

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        if world.card is not None:
            # What is not paid yet need not be disputed.
            return [CloseCard(Say("drop.card"))]
        recent = [order for order in world.orders() if order.is_taken and order.placed_at + CLAIMS_FOR >= world.now]
        if not recent:
            return [Say("refund.nothing_recent", {"days": CLAIMS_FOR.days})]
        order = (_holding(recent, slots, world) or recent)[0]
        named = _named(order, slots, world)
        card = world.card_of(order)
        if len(named) == 1:
            return [RaiseDispute(order.id, named[0].line_id)]
        if card is None or len(card.lines) == 1:
            return [RaiseDispute(order.id, card.lines[0].id)] if card else [Say("refund.kept")]
        choices = tuple(Choice(line.names, price=str(line.total), picture=line.category, value=line.id) for line in card.lines)
        facts = (("order", order.id),)
        return [Ask(Question(world.new_id("que"), DISPUTE.name, "lines", "lines", "dispute.which_line", (), choices, facts=facts))]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        order = _order_of(question, world)
        named = _named(order, slots, world) if order else ()
        return [RaiseDispute(order.id, named[0].line_id)] if order and named else [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        order = _order_of(question, world)
        return [RaiseDispute(order.id, choice.value)] if order and choice.value else [Say("refund.kept")]


def canceling(order: Order, world: World) -> Sequence[Outcome]:
    """The order's cancellation, as a question with what comes back and what is kept."""
    return previewed(order, "canceled", (), world)


def reporting(order: Order, world: World, quantity: int = 1, reason: RefundReason = "missing") -> Sequence[Outcome]:
    """Which of the order's lines something is wrong with; a lone one is meant."""
    card = world.card_of(order)
    if card is None:
        return [Say("refund.kept")]
    if len(card.lines) == 1:
        return previewed(order, reason, (RefundedLine(card.lines[0].id, quantity),), world)
    choices = tuple(Choice(line.names, price=str(line.total), picture=line.category, value=line.id) for line in card.lines)
    facts = (("order", order.id), ("reason", reason), ("quantity", str(quantity)))
    params = (("merchant", card.payee.display(world.lang)),)
    return [Ask(Question(world.new_id("que"), REPORT.name, "lines", "lines", "refund.which_line", params, choices, facts=facts))]


def previewed(order: Order, reason: RefundReason, lines: Sequence[RefundedLine], world: World) -> Sequence[Outcome]:
    """A yes-or-no question about what would come back, or why nothing can. Where the trace decides no shop is asked."""
    if reason == "wrong" and len(lines) == 1 and world.was_misread(order.id, lines[0].line_id):
        return [RaiseDispute(order.id, lines[0].line_id, "wrong_item")]
    if reason == "missing" and len(lines) == 1:
        (line,) = lines
        left = world.to_ask_for(order.id, line.line_id, line.quantity)
        if left == 0:
            return [RaiseDispute(order.id, line.line_id, "missing", line.quantity)]
        lines = (RefundedLine(line.line_id, left),)
    try:
        offer = world.offer(order.id, reason, lines)
    except Refusal as refused:
        return [ShowReceipt(order.id, Say(f"refusal.{refused.code}", refused.params))]
    return [Ask(_question(order, offer, world))]


def _question(order: Order, offer: RefundOffer, world: World) -> Question:
    card = world.card_of(order)
    names = {line.id: line.names.display(world.lang) for line in card.lines} if card else {}
    params: Mapping[str, Param] = {
        "amount": str(offer.amount),
        "fee": str(offer.fee),
        "left": str(offer.left),
        "number": order.number,
        "merchant": card.payee.display(world.lang) if card else "",
        "time": f"{local(order.placed_at, world.customer.zone):%H:%M}",
        "items": joined((f"{line.quantity} × {names.get(line.line_id, '')}" for line in offer.lines), world.lang),
    }
    key = "refund.ask" if offer.reason != "canceled" else "refund.cancel" if offer.fee.is_zero else "refund.cancel_fee"
    skill = CANCEL.name if offer.reason == "canceled" else REPORT.name
    yes, no = (Choice(Names(*((say(lang, f"{key}_{a}"),) for lang in LANGS)), value=a) for a in YES_OR_NO)
    facts = (
        ("order", order.id),
        ("reason", offer.reason),
        ("lines", ",".join(f"{line.line_id}:{line.quantity}" for line in offer.lines)),
        ("digest", offer.digest),
    )
    return Question(
        world.new_id("que"), skill, "sure", "number", key, tuple((n, str(v)) for n, v in params.items()), (yes, no), facts=facts
    )


def _confirmed(question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
    order = _order_of(question, world)
    if choice.value != "yes" or order is None:
        return [Say("refund.kept")]
    lines = tuple(
        RefundedLine(line_id, int(quantity))
        for line_id, _, quantity in (part.partition(":") for part in (question.fact("lines") or "").split(",") if part)
    )
    return [GiveBack(order.id, _reason_of(question), lines, question.fact("digest") or "")]


def _order_of(question: Question, world: World) -> Order | None:
    return next((order for order in world.orders() if order.id == question.fact("order")), None)


def _reason_of(question: Question) -> RefundReason:
    reason = question.fact("reason")
    return reason if reason in ("canceled", "missing", "wrong") else "missing"  # type: ignore[return-value]


def _reason(slots: Slots) -> RefundReason:
    words = slots.get("words")
    text = words.span.text.casefold() if isinstance(words, TextValue) else ""
    return "wrong" if any(word in text for word in WRONG) else "missing"


def _quantity(slots: Slots) -> int:
    count = slots.get("count")
    return max(count.value, 1) if isinstance(count, NumberValue) else 1


def _holding(orders: Sequence[Order], slots: Slots, world: World) -> list[Order]:
    return [order for order in orders if _named(order, slots, world)]


def _named(order: Order, slots: Slots, world: World) -> tuple[RefundedLine, ...]:
    """The order's lines that the words name, each once, with how many of it."""
    value, card = slots.get("lines"), world.card_of(order)
    if not isinstance(value, LinesValue) or card is None:
        return ()
    found: dict[str, int] = {}
    for said in (line for group in (value.lines, *value.elsewhere) for line in group if line.item is not None):
        line = _line_of(said.item, card) if said.item else None
        if line is not None:
            found.setdefault(line.id, max(said.quantity.value, 1) if said.quantity else 1)
    return tuple(RefundedLine(line_id, quantity) for line_id, quantity in found.items())


def _line_of(mention: ItemMention, card: CheckoutSession) -> LineItem | None:
    """The line that the words name: a candidate of theirs, else one whose name holds them all."""
    wanted = [candidate.product_id for candidate in mention.candidates]
    named = next((line for product in wanted for line in card.lines if line.product_id == product), None)
    words = mention.span.text.casefold()
    return named or next((line for line in card.lines if any(_holds(name.casefold(), words) for name in line.names.all())), None)


def _holds(name: str, words: str) -> bool:
    return set(words.split()) <= set(name.split()) if words.isascii() else words in name

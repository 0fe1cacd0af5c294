"""What is done about standing orders: listed, skipped, paused, resumed, canceled, and how much agents may spend by themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from app.base.clock import local
from app.base.money import Money
from app.dialogue.outcomes import Ask, CapAgents, Care, CareAction, Outcome, Recur, Say, ShowStanding
from app.dialogue.reading import AmountValue, LastingValue, LinesValue, MomentValue, RecurrenceValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import YES_OR_NO, Choice, Question
from app.dialogue.wording import joined, say
from app.domain.names import Names
from app.domain.standing import MissedPolicy, StandingOrder
from app.resolution.moments import day_of
from app.resolution.schedules import schedule_of
from app.skills.standing import wish_of
from app.skills.world import World

LINES = SlotSpec("lines", "lines", "what is had again and again, where it is said")
DAY = SlotSpec("day", "moment", "the day")

LIST = SkillSpec(
    name="standing_orders",
    description="Show the customer's standing orders.",
    cues=("my standing orders", "standing orders", "what recurs", "my subscriptions", "recurring orders", "my recurring orders",
        "我的定期订单", "定期订单", "有哪些定期", "定期单", "我的定期"),
    examples=(Example("en", "my standing orders"), Example("zh", "我的定期订单")),
)  # fmt: skip
SKIP = SkillSpec(
    name="skip_run",
    description="Leave out one run of a standing order: the next one, or that of a day.",
    slots=(DAY, LINES),
    cues=("skip", "skip it", "skip the", "skip my", "skip the next", "leave out", "跳过", "跳过一次", "先跳过", "不用送", "免了"),
    examples=(Example("en", "skip tomorrow"), Example("zh", "明天跳过")),
)
PAUSE = SkillSpec(
    name="pause_standing_order",
    description="Pause a standing order, for a while or until it is resumed.",
    slots=(SlotSpec("lasting", "lasting", "for how long"), DAY, LINES),
    cues=("pause", "put on hold", "pause my", "hold off", "暂停", "先停", "停", "停掉", "出差"),
    examples=(Example("en", "pause it for two weeks"), Example("zh", "出差，停两周")),
)
RESUME = SkillSpec(
    name="resume_standing_order",
    description="Resume a paused standing order, with new days or times where they are said.",
    slots=(SlotSpec("recurrence", "recurrence", "new days or times"), LINES),
    cues=("resume", "restart", "start again", "unpause", "恢复", "继续送", "重新开始"),
    examples=(Example("en", "resume my breakfast"), Example("zh", "恢复早餐，只要工作日")),
)
CANCEL = SkillSpec(
    name="cancel_standing_order",
    description="Cancel a standing order, or everything that recurs.",
    slots=(LINES,),
    cues=("cancel my standing order", "cancel the standing order", "stop the standing order", "cancel my daily", "cancel my weekly",
        "cancel my recurring", "unsubscribe", "取消定期", "取消定期订单", "退订", "不用每天", "不要每天"),
    examples=(Example("en", "cancel my standing order"), Example("zh", "取消定期订单")),
)  # fmt: skip
CANCEL_ALL = SkillSpec(
    name="cancel_all_standing_orders",
    description="Cancel everything that recurs, at once.",
    cues=("cancel everything recurring", "cancel all standing orders", "stop everything recurring", "cancel all recurring orders",
        "cancel all my standing orders", "取消所有定期", "取消全部定期", "取消所有定期订单", "取消全部定期订单", "定期的都取消", "所有定期都取消"),
    examples=(Example("en", "cancel everything recurring"), Example("zh", "取消所有定期订单")),
)  # fmt: skip
CAP = SkillSpec(
    name="cap_agents",
    description="Set how much may be spent at a time without asking the customer.",
    slots=(SlotSpec("amount", "amount", "the most at a time"),),
    cues=("never spend automatically more than", "don't spend more than", "never spend more than", "spend by yourself",
        "spend automatically", "automatically spend", "自动花", "别自动花", "别自动花超过", "自动付款不超过", "自动付不要超过"),
    examples=(Example("en", "never spend more than 30 by yourself"), Example("zh", "别自动花超过30")),
)  # fmt: skip

MISSED_LATE = SkillSpec(
    name="missed_late",
    description="Have a run of a standing order that was missed done late.",
    slots=(LINES,),
    cues=("do missed runs late", "do it late if you miss it", "if you miss it do it late", "if it is missed do it late", "catch up missed runs",
        "错过了就补", "错过就补", "错过了补上", "错过的要补", "晚点也要买"),
    examples=(Example("en", "if you miss it do it late"), Example("zh", "错过了就补上")),
)  # fmt: skip
MISSED_SKIP = SkillSpec(
    name="missed_skip",
    description="Have a run of a standing order that was missed left out.",
    slots=(LINES,),
    cues=("leave out missed runs", "skip missed runs", "if you miss it leave it", "if you miss it skip it", "don't catch up",
        "错过就算了", "错过了就算了", "错过的不用补", "错过不用补"),
    examples=(Example("en", "leave out missed runs"), Example("zh", "错过就算了")),
)  # fmt: skip

Then = Callable[[StandingOrder], Sequence[Outcome]]


@dataclass(frozen=True, slots=True)
class ListStanding:
    spec: SkillSpec = LIST

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        if not world.standing_orders():
            return [Say("standing.none")]
        return [ShowStanding(Say("standing.list"))]


@dataclass(frozen=True, slots=True)
class Skip:
    spec: SkillSpec = SKIP

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        day = _day(slots, world)
        return _for_one(slots, world, "skip", day)

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return _picked(question, choice)


@dataclass(frozen=True, slots=True)
class Pause(Skip):
    spec: SkillSpec = PAUSE

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        lasting, until = slots.get("lasting"), _day(slots, world)
        if isinstance(lasting, LastingValue):
            until = _today(world) + _length(lasting)
        elif until is not None and until <= _today(world) + relativedelta(days=1):
            # "Pause it tomorrow": that day is left out too.
            until = max(until, _today(world)) + relativedelta(days=1)
        return _for_one(slots, world, "pause", until)


@dataclass(frozen=True, slots=True)
class Resume(Skip):
    spec: SkillSpec = RESUME

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        said = slots.get("recurrence")
        found = _meant(slots, world)
        if isinstance(said, RecurrenceValue) and len(found) == 1:
            order = found[0]
            schedule = schedule_of(said.recurrence, world.now, order.zone)
            start = schedule.start or local(world.now, order.zone).date()
            schedule = replace(schedule, start=start, times=schedule.times or order.schedule.times)
            return [Recur(replace(wish_of(order), schedule=schedule))]
        return _for_one(slots, world, "resume", None)


@dataclass(frozen=True, slots=True)
class MissedRuns:
    """What becomes of a run that was due while nothing could run: new terms of the one that is meant."""

    spec: SkillSpec
    policy: MissedPolicy

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        proposed = [order for order in world.standing_orders() if order.id == world.standing_id]
        found = proposed or _meant(slots, world)
        if not found:
            return [Say("standing.none")]
        if len(found) > 1:
            return [ShowStanding(Say("standing.which_missed"))]
        return [Recur(replace(wish_of(found[0]), missed=self.policy))]


@dataclass(frozen=True, slots=True)
class CancelStanding(Skip):
    spec: SkillSpec = CANCEL

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        return _for_one(slots, world, "cancel", None)


@dataclass(frozen=True, slots=True)
class CancelAll:
    spec: SkillSpec = CANCEL_ALL

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        orders = [order for order in world.standing_orders() if order.is_open]
        if not orders:
            return [Say("standing.none")]
        names = joined((order.title.display(world.lang) for order in orders), world.lang)
        yes, no = (Choice(Names((say("en", f"standing.{a}"),), (say("zh", f"standing.{a}"),)), value=a) for a in YES_OR_NO)
        params = (("count", str(len(orders))), ("names", names))
        return [Ask(Question(world.new_id("que"), CANCEL_ALL.name, "sure", "number", "standing.cancel_all", params, (yes, no)))]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Care("cancel_all")] if choice.value == "yes" else [Say("standing.kept")]


@dataclass(frozen=True, slots=True)
class Cap:
    spec: SkillSpec = CAP

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        amount, wallet = slots.get("amount"), world.wallet()
        if not isinstance(amount, AmountValue) or wallet is None or amount.currency not in (None, wallet.available.currency):
            return [Say("standing.cap_how_much")]
        return [CapAgents(Money(amount.minor, wallet.available.currency))]


def _for_one(slots: Slots, world: World, action: CareAction, day: date | None) -> Sequence[Outcome]:
    found = _meant(slots, world)
    if not found:
        return [Say("standing.none")]
    if len(found) == 1:
        return [Care(action, found[0].id, day)]
    choices = tuple(Choice(order.title, value=order.id) for order in found)
    facts = (("action", action), ("day", day.isoformat() if day else ""))
    skill = {"skip": SKIP, "pause": PAUSE, "resume": RESUME, "cancel": CANCEL}[action].name
    return [Ask(Question(world.new_id("que"), skill, "which", "number", f"standing.which_{action}", choices=choices, facts=facts))]


def _picked(question: Question, choice: Choice) -> Sequence[Outcome]:
    day = question.fact("day")
    action: CareAction = question.fact("action")  # type: ignore[assignment]
    return [Care(action, choice.value or "", date.fromisoformat(day) if day else None)]


def _meant(slots: Slots, world: World) -> Sequence[StandingOrder]:
    """Those that hold what the words name, else the one that was spoken of last, else all."""
    orders = [order for order in world.standing_orders() if order.is_open]
    lines = slots.get("lines")
    if isinstance(lines, LinesValue):
        named = {c.product_id for line in lines.lines if line.item for c in line.item.candidates}
        holding = [o for o in orders if named & {line.product_id for draft in o.drafts for line in draft.lines}]
        if holding:
            return holding
    focused = [order for order in orders if order.id == world.standing_id]
    return focused or orders


def _today(world: World) -> date:
    return local(world.now, world.customer.zone).date()


def _day(slots: Slots, world: World) -> date | None:
    day = slots.get("day")
    return day_of(day.moment, _today(world)) if isinstance(day, MomentValue) else None


def _length(lasting: LastingValue) -> relativedelta:
    unit = lasting.unit if lasting.unit in ("day", "week", "month", "year") else "day"
    return relativedelta(**{f"{unit}s": min(lasting.count, 1_000)})  # type: ignore[arg-type]

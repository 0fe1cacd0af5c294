"""Have something again and again: how often is said here, what is the business of the skill that is named beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from app.base.clock import local
from app.base.money import Money
from app.dialogue.outcomes import Ask, Outcome, Recur, Say
from app.dialogue.reading import AmountValue, MomentValue, RecurrenceValue, Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question, StandingWish
from app.domain.names import Names
from app.domain.recurrence import Daypart, Schedule
from app.domain.standing import StandingOrder
from app.resolution.schedules import schedule_of
from app.skills.world import World
from app.understanding.standing import mode_of

SPEC = SkillSpec(
    name="standing_order",
    description="Have something bought again and again: every morning, each weekday at 8, on the first of the month.",
    slots=(
        SlotSpec("recurrence", "recurrence", "how often, when and until when"),
        SlotSpec("budget", "amount", "what each time may cost at most"),
        SlotSpec("time", "moment", "the time of day, where it had to be asked for"),
    ),
    cues=("standing order", "set up a standing order", "make it recurring", "make it a standing order", "设个定期", "设成定期", "定期下单"),
    examples=(
        Example("en", "breakfast every morning"),
        Example("en", "a latte every weekday at 8, at most 20"),
        Example("zh", "每天早上给我买个早餐"),
        Example("zh", "每周五下午三点一杯珍珠奶茶，先问我"),
    ),
)  # fmt: skip
TIMES: dict[Daypart, tuple[str, ...]] = {
    "morning": ("07:30", "08:00", "08:30", "09:00"),
    "noon": ("11:30", "12:00", "12:30"),
    "afternoon": ("14:30", "15:00", "16:00"),
    "evening": ("18:00", "18:30", "19:30"),
    "night": ("20:30", "21:00", "22:00"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        said = slots.get("recurrence")
        # What is named beside it is a new one; else the words change what is on the screen, or have the open card recur.
        before = None if "what" in slots else _before(world)
        if not isinstance(said, RecurrenceValue):
            wish = _with(before, slots) if before and ("budget" in slots or "mode" in slots) else None
            return [Recur(wish)] if wish else [Say("standing.how_often")]
        order = _in_focus(world)
        zone = order.zone if order else world.customer.zone
        schedule = schedule_of(said.recurrence, world.now, zone)
        if schedule.start is None:
            schedule = replace(schedule, start=local(world.now, zone).date())
        if before is not None and not schedule.times:
            schedule = replace(schedule, times=before.schedule.times)
        draft = None if "what" in slots else world.draft
        wish = replace(before, schedule=schedule) if before else StandingWish(schedule, draft=draft)
        return [Recur(_with(wish, slots))]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        wish, moment = world.wish, slots.get("time")
        if wish is None:
            return [Say("standing.how_often")]
        said = slots.get("recurrence")
        if isinstance(said, RecurrenceValue):
            return self.begin(slots, world)
        if question.slot == "time" and isinstance(moment, MomentValue):
            if moment.moment.hour is None:
                return [Ask(question)]
            at = time(moment.moment.hour, moment.moment.minute)
            return [Recur(replace(wish, schedule=replace(wish.schedule, times=(_in_daypart(at, wish.schedule),))))]
        amount = slots.get("budget")
        if question.slot == "budget" and isinstance(amount, AmountValue) and amount.minor > 0:
            currency = question.fact("currency") or "CNY"
            return [Recur(replace(wish, cap=Money(amount.minor, currency), mode=wish.mode or "automatic"))]
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        wish, value = world.wish, choice.value
        if wish is None or value is None:
            return [Say("standing.how_often")]
        if question.slot == "time":
            return [Recur(replace(wish, schedule=replace(wish.schedule, times=(time.fromisoformat(value),))))]
        mode, _, minor = value.partition(" ")
        cap = Money(int(minor), question.fact("currency") or "CNY")
        return [Recur(replace(wish, cap=cap, mode="ask_first" if mode == "ask_first" else "automatic"))]


def which_time(schedule: Schedule, world: World) -> Question:
    part = schedule.dayparts[0] if schedule.dayparts else "morning"
    choices = tuple(Choice(_plain(at), value=at) for at in TIMES[part])
    return Question(world.new_id("que"), SPEC.name, "time", "moment", "standing.which_time", choices=choices)


def _plain(text: str) -> Names:
    return Names((text,), (text,))


def wish_of(order: StandingOrder) -> StandingWish:
    """A standing order's terms, to be changed."""
    return StandingWish(order.schedule, order.cap, order.mode, order.drafts[0], order.id, order.missed)


def _before(world: World) -> StandingWish | None:
    """What the words change: the wish that is being put together, or the standing order whose terms are on the screen."""
    if world.wish is not None:
        return world.wish
    order = _in_focus(world) if world.card is None else None
    return wish_of(order) if order is not None else None


def _in_focus(world: World) -> StandingOrder | None:
    return next((order for order in world.standing_orders() if order.id == world.standing_id), None)


def _with(wish: StandingWish, slots: Slots) -> StandingWish:
    amount, mode = slots.get("budget"), slots.get("mode")
    if isinstance(amount, AmountValue) and amount.minor > 0:
        wish = replace(wish, cap=Money(amount.minor, amount.currency or "CNY"))
    if isinstance(mode, TextValue):
        wish = replace(wish, mode=mode_of(mode.span.text))
    return wish


def _in_daypart(at: time, schedule: Schedule) -> time:
    """ "7:30" of every evening is 19:30."""
    later = {"noon", "afternoon", "evening", "night"}
    return at.replace(hour=at.hour + 12) if at.hour < 11 and set(schedule.dayparts) & later else at

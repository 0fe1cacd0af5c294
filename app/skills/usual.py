"""The usual: what the customer's own history says about now, quoted afresh."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.dialogue.state import Choice, Question
from app.domain.checkout import Draft
from app.resolution.history import Basket, NoHistory, NotNow, SeveralUsuals, usual
from app.skills.titles import draft_choice
from app.skills.world import World

SPEC = SkillSpec(
    name="usual",
    description="Order what the customer usually orders at this time.",
    cues=(
        "the usual", "my usual", "usual order", "same as always", "same as usual", "the regular", "my regular",
        "老样子", "照旧", "老规矩", "和平时一样", "跟平时一样", "跟以前一样", "常点的", "平时那个", "还是那个",
    ),
    examples=(Example("en", "the usual"), Example("zh", "老样子")),
    may_recur=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TheUsual:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        found = usual(world.orders(), world.now, world.customer.zone, world.catalogs)
        match found:
            case NoHistory():
                return [Say("usual.none")]
            case NotNow(merchant_id=merchant_id):
                return [Say("usual.not_now", {"merchant": world.catalogs[merchant_id].merchant.names.display(world.lang)})]
            case SeveralUsuals(baskets=baskets):
                return [Ask(_which(baskets, world))]
        return [_propose(found.basket.draft, _reason(found.basket), world)]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [_propose(choice.draft, None, world)] if choice.draft else [Say("usual.none")]


def _propose(draft: Draft, reason: Say | None, world: World) -> Propose:
    lines = tuple(replace(line, id=world.new_id("lin")) for line in draft.lines)
    focus = lines[-1].id if len(lines) == 1 else None
    params = tuple((name, str(value)) for name, value in reason.params.items()) if reason else ()
    reasoned = replace(draft, lines=lines, reason=reason.key if reason else None, reason_params=params)
    return Propose(reasoned, Say("usual.card"), focus, replaces_card=False)


def _reason(basket: Basket) -> Say:
    return Say(f"usual.because_{basket.daypart}", {"count": basket.count})


def _which(baskets: Sequence[Basket], world: World) -> Question:
    choices = tuple(draft_choice(basket.draft, world) for basket in baskets)
    return Question(id=world.new_id("que"), skill=SPEC.name, slot="lines", kind="lines", key="usual.which", choices=choices)

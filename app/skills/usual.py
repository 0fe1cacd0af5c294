"""The usual: what the customer's own history says about now, quoted afresh."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import Slots
from app.dialogue.specs import Example, SkillSpec
from app.dialogue.state import Choice, Question
from app.domain.checkout import Draft
from app.domain.names import LANGS, Lang, Names
from app.resolution.history import Basket, NoHistory, NotNow, SeveralUsuals, usual
from app.skills.world import World

SPEC = SkillSpec(
    name="usual",
    description="Order what the customer usually orders at this time.",
    cues=(
        "the usual", "my usual", "usual order", "same as always", "same as usual", "the regular", "my regular",
        "老样子", "照旧", "老规矩", "和平时一样", "跟平时一样", "跟以前一样", "常点的", "平时那个", "还是那个",
    ),
    examples=(Example("en", "the usual"), Example("zh", "老样子")),
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
        return [_propose(choice.draft, Say("order.card"), world)] if choice.draft else [Say("usual.none")]


def _propose(draft: Draft, said: Say, world: World) -> Propose:
    lines = tuple(replace(line, id=world.new_id("lin")) for line in draft.lines)
    focus = lines[-1].id if len(lines) == 1 else None
    reasoned = replace(
        draft, lines=lines, reason=said.key, reason_params=tuple((name, str(value)) for name, value in said.params.items())
    )
    return Propose(reasoned, said, focus, replaces_card=False)


def _reason(basket: Basket) -> Say:
    return Say(f"usual.because_{basket.daypart}", {"count": basket.count})


def _which(baskets: Sequence[Basket], world: World) -> Question:
    choices = tuple(
        Choice(_title(basket.draft, world), price="", picture=_picture(basket.draft, world), draft=basket.draft)
        for basket in baskets
    )
    return Question(id=world.new_id("que"), skill=SPEC.name, slot="lines", kind="lines", key="usual.which", choices=choices)


def _title(draft: Draft, world: World) -> Names:
    catalog = world.catalogs[draft.merchant_id]

    def of(lang: Lang) -> str:
        parts = [f"{line.quantity} × {catalog.products[line.product_id].names.display(lang)}" for line in draft.lines]
        return ", ".join(parts) if lang == "en" else "、".join(parts)

    titles = {lang: (of(lang),) for lang in LANGS}
    return Names(titles["en"], titles["zh"])


def _picture(draft: Draft, world: World) -> str:
    return world.catalogs[draft.merchant_id].products[draft.lines[0].product_id].category

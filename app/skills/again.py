"""The same again: what was bought last, or on a day, perhaps with one more or another option."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.base.clock import local
from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import Change, MomentValue, NumberValue, OptionsValue, Quantity, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question
from app.domain.catalog import Catalog
from app.domain.checkout import Draft
from app.domain.order import Order, OrderedLine
from app.resolution.history import rebuilt_line
from app.resolution.moments import day_of
from app.skills.card import amend, changed_draft
from app.skills.titles import draft_choice
from app.skills.world import World

SPEC = SkillSpec(
    name="again",
    description="Order again what the customer bought before: last time, or on a day they name, perhaps changed.",
    slots=(
        SlotSpec("day", "moment", "the day it was bought"),
        SlotSpec("more", "number", "how many more than then"),
        SlotSpec("option", "options", "options that differ from then"),
    ),
    cues=(
        "same as", "the same as", "same again", "the same again", "same but", "the same but", "same thing", "the same thing", "same",
        "the same", "reorder", "order again", "as last time", "last time", "like last time", "再来一单", "和上次一样", "跟上次一样",
        "the one i had", "the one we had", "what i had", "上次喝的", "上次吃的", "上次买的", "上回", "上次的", "上次那个", "上次那单", "同样的", "一样的", "和昨天一样", "跟昨天一样", "一样",
    ),
    examples=(Example("en", "same as last Friday plus one"), Example("zh", "和上周五一样，多一份")),
    may_recur=True,
)  # fmt: skip
REBUILT_MAX = 4


@dataclass(frozen=True, slots=True)
class Again:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        change, day = _change(slots), slots.get("day")
        if not isinstance(day, MomentValue) and world.draft is not None:
            # With a card open, "the same but iced" is about the card.
            return amend(change or Change(quantity=Quantity(1, "add")), world)
        bought = [order for order in world.orders() if order.is_taken]
        if isinstance(day, MomentValue):
            # What was bought was bought in the past: "Monday" is the last one there was.
            moment = replace(day.moment, past=True) if day.moment.weekday and not day.moment.week else day.moment
            wanted = day_of(moment, local(world.now, world.customer.zone).date())
            bought = [order for order in bought if local(order.placed_at, world.customer.zone).date() == wanted]
            if not bought:
                return [Say("again.none_then", {"words": day.span.text})]
        drafts = _drafts(bought if isinstance(day, MomentValue) else bought[:1], world)
        if not drafts:
            return [Say("again.gone") if bought else Say("usual.none")]
        changed = [draft if change is None else changed_draft(draft, change, world) for draft in drafts]
        refused = next((one for one in changed if isinstance(one, Say)), None)
        if refused is not None:
            return [refused]
        return _offer([one for one in changed if isinstance(one, Draft)], world)

    def order(self, order: Order, world: World) -> Sequence[Outcome]:
        """This very order again."""
        drafts = _drafts([order], world)
        return [_propose(drafts[0])] if drafts else [Say("again.gone")]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:  # noqa: ARG002
        return [_propose(choice.draft)] if choice.draft else [Say("usual.none")]


def _change(slots: Slots) -> Change | None:
    more, option = slots.get("more"), slots.get("option")
    quantity = Quantity(more.value, "add", more.span) if isinstance(more, NumberValue) else None
    options = option.options if isinstance(option, OptionsValue) else ()
    return Change(quantity=quantity, options=options) if quantity or options else None


def _drafts(orders: Sequence[Order], world: World) -> list[Draft]:
    """The different baskets of these orders as they can be bought now, newest first, each with what has changed since."""
    found: dict[tuple[OrderedLine, ...], Draft] = {}
    for order in orders:
        catalog = world.catalogs.get(order.merchant_id)
        if order.lines in found or catalog is None:
            continue
        lines = [rebuilt_line(line, catalog, world.new_id("lin")) for line in order.lines]
        kept = tuple(line for line in lines if line is not None)
        if kept:
            then = f"{local(order.placed_at, world.customer.zone):%m-%d}"
            moved = _moved(order, catalog, world)
            draft = Draft(order.merchant_id, kept, order.fulfilment_id, order.destination_ref, order.destination_masked)
            key = "again.moved" if moved else "again.because"
            found[order.lines] = replace(
                draft, reason=key, reason_params=(("day", then), *((("changes", moved),) if moved else ()))
            )
    return list(found.values())[:REBUILT_MAX]


def _moved(order: Order, catalog: Catalog, world: World) -> str:
    """The products whose own price is another one now, and those that are gone."""
    told = []
    for line in order.lines:
        product = catalog.products.get(line.product_id)
        if product is None:
            told.append(f"− {line.product_id}")
            continue
        deltas = sum(
            option.price_delta.minor * count
            for group_id, option_id, count in line.options
            if (group := catalog.groups.get(group_id)) and (option := group.option(option_id))
        )
        now = product.price.minor + deltas
        if now != line.unit_price.minor and product.measure is None and product.fare is None:
            told.append(f"{product.names.display(world.lang)} {line.unit_price} → {replace(line.unit_price, minor=now)}")
    return ", ".join(told)


def _offer(drafts: Sequence[Draft], world: World) -> Sequence[Outcome]:
    if len(drafts) == 1:
        return [_propose(drafts[0])]
    choices = tuple(draft_choice(draft, world) for draft in drafts)
    question = Question(world.new_id("que"), SPEC.name, "day", "moment", "again.which", choices=choices)
    return [Ask(question)]


def _propose(draft: Draft) -> Propose:
    focus = draft.lines[-1].id if len(draft.lines) == 1 else None
    return Propose(draft, Say("order.again"), focus, replaces_card=False)

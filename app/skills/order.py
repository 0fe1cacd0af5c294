"""Order things from a merchant's catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import LineReading, LinesValue, MomentValue, OptionsValue, PlaceValue, RecipientValue, Slots
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, PendingLine, Question
from app.dialogue.wording import joined
from app.domain.catalog import Catalog
from app.domain.checkout import ChosenOption, Draft, DraftLine
from app.resolution.edits import CannotEdit, to_place
from app.resolution.habits import SURE, Now, bought_at
from app.resolution.lines import NotSold, chosen_line, resolve_line
from app.resolution.options import choose_options, missing_group
from app.resolution.preferences import with_preferences
from app.resolution.products import best_merchant
from app.skills.booking import needs_day, on_day, which_day
from app.skills.offers import compare, is_comparison
from app.skills.recipient import handed_to
from app.skills.world import World

SPEC = SkillSpec(
    name="order",
    description="Order food, drinks or other products from a shop.",
    slots=(
        SlotSpec("lines", "lines", "the products with their quantities and options, in the customer's words"),
        SlotSpec("option", "options", "an option of a product that had to be asked for"),
        SlotSpec("place", "place", "where to: delivered to an address, or picked up"),
        SlotSpec("add", "text", "words that say the products come on top of the current order"),
        SlotSpec("budget", "amount", "what it may cost at most, fees included"),
        SlotSpec("people", "people", "for how many people"),
        SlotSpec("day", "moment", "the day of a room or a ticket"),
    ),
    examples=(
        Example("en", "two large oat lattes, one with no sugar"),
        Example("zh", "来一杯冰美式"),
        Example("zh", "三份豆浆、两根油条、一个茶叶蛋"),
        Example("zh", "一百二十块以内请八个人喝咖啡"),
        Example("en", "two adult tickets for the planetarium tomorrow"),
    ),
    begins_with_lines=True,
    may_recur=True,
)
# How many products are listed when the words fit several.
OFFERED_MAX = 4
# Once is no habit, however much it weighs.
AGAIN = 2


@dataclass(frozen=True, slots=True)
class Order:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        value = slots.get("lines")
        lines = value.lines if isinstance(value, LinesValue) else ()
        if isinstance(value, LinesValue) and "add" not in slots and is_comparison(value, slots):
            return [compare(value, slots, world)]
        named = [line.item for line in lines if line.item is not None]
        current = world.draft
        merchant_id = best_merchant(named, current.merchant_id if current else None)
        if merchant_id is None:
            words = ", ".join(item.span.text for item in named)
            return [Say("order.not_sold", {"words": words}) if words else Say("order.what")]
        catalog = world.catalogs[merchant_id]
        adds_to_card = "add" in slots and current is not None and current.merchant_id == merchant_id
        base = current if adds_to_card and current else Draft(merchant_id, ())
        placed = _at_place(slots, base, catalog, world)
        if isinstance(placed, CannotEdit):
            return [Say(placed.key, placed.params)]
        recipient = slots.get("recipient")
        if isinstance(recipient, RecipientValue):
            handed = handed_to(recipient, placed, catalog, world)
            if isinstance(handed, Say):
                return [handed]
            placed = handed
        dated = on_day(slots, placed, catalog, world)
        return [*_not_for_later(slots, dated), *_begin_lines(lines, dated, catalog, world, adds=adds_to_card)]

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        option = slots.get("option")
        if question.line is not None and isinstance(option, OptionsValue) and question.draft is not None:
            catalog = world.catalogs[question.draft.merchant_id]
            product = catalog.products[question.line.product_id]
            choices = choose_options(catalog, product, option.options, question.line.options)
            answered = replace(question.line, options=choices.options)
            return _advance(_put(question.draft, answered), question.pending, catalog, world, answered.id)
        if question.slot == "day" and question.draft is not None:
            catalog = world.catalogs[question.draft.merchant_id]
            dated = on_day(slots, question.draft, catalog, world)
            return [Ask(question)] if dated.on is None else _advance(dated, question.pending, catalog, world, None)
        if "lines" in slots:
            return self.begin(slots, world)
        return [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        if choice.draft is not None:
            return [Propose(choice.draft, Say("order.card"), choice.focus_line, replaces_card=choice.replaces_card)]
        draft = question.draft
        if draft is None or choice.value is None:
            return [Say("order.what")]
        catalog = world.catalogs[draft.merchant_id]
        if question.slot == "day":
            return _advance(replace(draft, on=date.fromisoformat(choice.value)), question.pending, catalog, world, None)
        if question.line is not None:
            group_id = question.fact("group") or ""
            picked = ChosenOption(group_id, choice.value)
            answered = replace(question.line, options=(*question.line.options, picked))
            return _advance(_put(draft, answered), question.pending, catalog, world, answered.id)
        chosen = chosen_line(question.pending[0], catalog, choice.value, world.new_id("lin"))
        line = with_preferences(chosen, wishes_of(world), catalog)
        return _advance(replace(draft, lines=(*draft.lines, line)), question.pending[1:], catalog, world, line.id)


def wishes_of(world: World) -> Sequence[str]:
    return [one.text for one in world.preferences() if one.kind == "option"]


def _at_place(slots: Slots, draft: Draft, catalog: Catalog, world: World) -> Draft | CannotEdit:
    place = slots.get("place")
    return to_place(place, draft, catalog, world.addresses(), world.keep_place) if isinstance(place, PlaceValue) else draft


def _not_for_later(slots: Slots, draft: Draft) -> list[Outcome]:
    """A day for what is not booked for one: said, because the card is for now."""
    day = slots.get("day")
    is_left_out = isinstance(day, MomentValue) and draft.on is None
    return [Say("order.not_for_later", {"words": day.span.text})] if isinstance(day, MomentValue) and is_left_out else []


def _begin_lines(readings: Sequence[LineReading], base: Draft, catalog: Catalog, world: World, *, adds: bool) -> Sequence[Outcome]:
    said: list[Outcome] = []
    resolved: list[DraftLine] = []
    pending: list[PendingLine] = []
    guessed: list[DraftLine] = []
    wishes = wishes_of(world)
    for reading in readings:
        line = resolve_line(reading, catalog, world.new_id("lin"))
        if isinstance(line, PendingLine):
            line = _as_always(line, catalog, world)
            guessed += [line] if isinstance(line, DraftLine) else []
        if isinstance(line, NotSold):
            said.append(_not_sold(line, reading, catalog, world))
        elif isinstance(line, PendingLine):
            pending.append(line)
        else:
            resolved.append(with_preferences(line, wishes, catalog))
    draft = _with_reason(replace(base, lines=(*base.lines, *resolved)), guessed, catalog, world)
    if not resolved and not pending:
        return said or [Say("order.what")]
    focus = resolved[-1].id if resolved and (len(resolved) == 1 or _one_product(resolved)) else None
    return [*said, *_advance(draft, tuple(pending), catalog, world, focus, adds=adds)]


def _as_always(pending: PendingLine, catalog: Catalog, world: World) -> PendingLine | DraftLine:
    """What the customer always has of what the words may mean; else the question, with what they have had before first."""
    likely = bought_at(world.orders(), catalog, pending.product_ids, Now.of(world.now, world.customer.zone))
    best = likely[0]
    if best.count >= AGAIN and best.sureness >= SURE and catalog.sells(catalog.products[best.thing], world.now):
        return replace(chosen_line(pending, catalog, best.thing, world.new_id("lin")), suggested=True)
    had = [habit.thing for habit in likely if habit.count]
    others = [product_id for product_id in pending.product_ids if product_id not in had]
    return replace(pending, product_ids=tuple([*had, *others][:OFFERED_MAX]))


def _with_reason(draft: Draft, guessed: Sequence[DraftLine], catalog: Catalog, world: World) -> Draft:
    if not guessed:
        return draft
    names = [catalog.products[line.product_id].names.display(world.lang) for line in guessed]
    return replace(draft, reason="order.because_always", reason_params=(("products", joined(names, world.lang)),))


def _not_sold(line: NotSold, reading: LineReading, catalog: Catalog, world: World) -> Say:
    """What was left out is always said: it is sold elsewhere, or nowhere."""
    elsewhere = best_merchant([reading.item], None) if reading.item else None
    sold_by = world.catalogs[elsewhere] if elsewhere else catalog
    key = "order.other_shop" if elsewhere else "order.not_sold_here"
    return Say(key, {"words": line.words, "merchant": sold_by.merchant.names.display(world.lang)})


def _one_product(lines: Sequence[DraftLine]) -> bool:
    return len({line.product_id for line in lines}) == 1


def _advance(
    draft: Draft,
    pending: tuple[PendingLine, ...],
    catalog: Catalog,
    world: World,
    focus: str | None,
    *,
    adds: bool = False,
) -> Sequence[Outcome]:
    """The next question the draft needs, or the draft itself."""
    if pending:
        return [Ask(_which_product(draft, pending, catalog, world))]
    for line in draft.lines:
        group = missing_group(catalog, catalog.products[line.product_id], line.options)
        if group is not None:
            return [Ask(_which_option(draft, line, group.id, catalog, world))]
    if needs_day(draft, catalog):
        return [Ask(which_day(draft, catalog, world, SPEC.name))]
    key = "order.added" if adds else "order.card"
    return [Propose(draft, Say(key), focus, replaces_card=adds or _continues(world, draft))]


def _continues(world: World, draft: Draft) -> bool:
    """Whether the draft grew out of the current card's."""
    current = world.draft
    return current is not None and {line.id for line in current.lines} <= {line.id for line in draft.lines}


def _which_product(draft: Draft, pending: tuple[PendingLine, ...], catalog: Catalog, world: World) -> Question:
    choices = tuple(
        Choice(
            product.names,
            product.description if product.description.all() else None,
            str(product.price),
            product.category,
            product.id,
        )
        for product in (catalog.products[product_id] for product_id in pending[0].product_ids)
    )
    return Question(
        id=world.new_id("que"),
        skill=SPEC.name,
        slot="lines",
        kind="lines",
        key="order.which_product",
        params=(("words", pending[0].words),),
        choices=tuple(replace(choice, value=choice.product_id) for choice in choices),
        draft=draft,
        pending=pending,
    )


def _which_option(draft: Draft, line: DraftLine, group_id: str, catalog: Catalog, world: World) -> Question:
    group, product = catalog.groups[group_id], catalog.products[line.product_id]
    choices = tuple(
        Choice(
            option.names,
            price="" if option.price_delta.is_zero else option.price_delta.signed(),
            picture=product.category,
            value=option.id,
        )
        for option in group.options
    )
    lang = world.lang
    return Question(
        id=world.new_id("que"),
        skill=SPEC.name,
        slot="option",
        kind="options",
        key="order.which_option",
        params=(("group", group.names.display(lang)), ("product", product.names.display(lang))),
        choices=choices,
        draft=draft,
        line=line,
        facts=(("group", group_id),),
    )


def _put(draft: Draft, line: DraftLine) -> Draft:
    return replace(draft, lines=tuple(line if one.id == line.id else one for one in draft.lines))

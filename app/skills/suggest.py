"""Something to eat or drink, when the customer does not say what."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.base.money import Money
from app.dialogue.outcomes import Compare, Outcome, Say
from app.dialogue.reading import LinesValue, Slots, TraitsValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.domain.checkout import Draft, DraftLine
from app.domain.recurrence import Daypart
from app.resolution.habits import SURE, Now
from app.resolution.traits import Fitting, fitting, meal_time
from app.skills.offers import anything, budget_of, compare, people_of
from app.skills.world import World

SPEC = SkillSpec(
    name="suggest",
    description="Suggest something to order when the customer names nothing, within a budget where they say one.",
    slots=(
        SlotSpec("budget", "amount", "what it may cost at most, fees included"),
        SlotSpec("people", "people", "for how many people"),
        SlotSpec("lines", "lines", "a kind of thing, where one is said"),
        SlotSpec("traits", "traits", "what it is to be like: warm, not fried, without nuts, for a child"),
    ),
    cues=(
        "something", "anything", "anything but", "surprise me", "recommend", "recommend me", "suggest", "what's good", "what do you recommend", "i'm hungry",
        "i'm thirsty", "随便", "随便来点", "推荐", "推荐一下", "来点什么", "吃点什么", "喝点什么", "吃什么", "喝什么", "有什么好吃的", "有什么好喝的", "什么好吃",
        "我饿了", "我渴了", "好饿", "好渴",
    ),
    examples=(
        Example("en", "something under 20 yuan"),
        Example("zh", "二十块以内随便来点"),
        Example("en", "something warm without caffeine"),
        Example("zh", "早餐，不要油炸的"),
    ),
    may_recur=True,
)  # fmt: skip


# Once is no habit, however much it weighs.
AGAIN = 2
# How many of one shop are quoted for one wish, and how many are listed.
TRIED_MAX, LISTED_MAX = 4, 4


@dataclass(frozen=True, slots=True)
class Suggest:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        traits, lines = slots.get("traits"), slots.get("lines")
        named = lines if isinstance(lines, LinesValue) and lines.lines and lines.lines[0].item is not None else None
        if isinstance(traits, TraitsValue):
            return [_as_wished(traits, named, slots, world)]
        return [compare(named, slots, world) if named else anything(slots, world)]


def _as_wished(traits: TraitsValue, kind: LinesValue | None, slots: Slots, world: World) -> Compare:
    """What fits the wish: what the customer always has of it alone, or the best few of each shop. Every card says it is a guess."""
    now = Now.of(world.now, world.customer.zone)
    fits = fitting(traits, world.catalogs, world.orders(), now, world.customer.allergens | world.avoided)
    meal = meal_time(traits)
    if kind is not None and kind.lines[0].item is not None:
        ids = {(c.merchant_id, c.product_id) for c in kind.lines[0].item.candidates}
        fits = [fit for fit in fits if (fit.catalog.merchant.id, fit.product.id) in ids]
    always = [fit for fit in fits[:1] if fit.habit.count >= AGAIN and fit.habit.sureness >= SURE]
    budget, words = budget_of(slots, "CNY"), traits.span.text
    return Compare(
        drafts=tuple(
            _draft(fit, people_of(slots) or 1, _why(fit, words, meal, world, is_habit=bool(always)), world)
            for fit in always or _best(fits)
        ),
        said=Say("suggest.fits", {"words": words}) if budget is None else Say("suggest.within", {"words": words, "budget": budget}),
        lone=Say("suggest.card", {"words": words}),
        none=Say("suggest.nothing_fits", {"words": words}),
        too_dear=Say("offers.too_dear", {"budget": budget or Money.zero()}),
        within=budget,
        listed_max=LISTED_MAX,
    )


def _best(fits: Sequence[Fitting]) -> list[Fitting]:
    """The first few of each shop, in their order."""
    taken: Counter[str] = Counter()
    best = []
    for fit in fits:
        taken[fit.catalog.merchant.id] += 1
        if taken[fit.catalog.merchant.id] <= TRIED_MAX:
            best.append(fit)
    return best


def _draft(fit: Fitting, quantity: int, why: tuple[str, tuple[str, str]], world: World) -> Draft:
    line = DraftLine(world.new_id("lin"), fit.product.id, quantity, suggested=True)
    return Draft(fit.catalog.merchant.id, (line,), reason=why[0], reason_params=why[1:])


def _why(fit: Fitting, words: str, meal: Daypart | None, world: World, *, is_habit: bool) -> tuple[str, tuple[str, str]]:
    """The clause that says why, and what it is said of."""
    if not is_habit:
        return "suggest.because", ("words", words)
    key = "order.because_always" if meal is None else f"suggest.because_{meal}"
    return key, ("products", fit.product.names.display(world.lang))

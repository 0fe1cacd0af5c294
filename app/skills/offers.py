"""One wish, several ways to have it: drafts to be compared across shops, for a number of people, within a budget."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.base.money import Money
from app.dialogue.outcomes import Compare, Say
from app.dialogue.reading import AmountValue, LineReading, LinesValue, NumberValue, Slots
from app.domain.catalog import Catalog
from app.domain.checkout import Draft, DraftLine
from app.resolution.lines import line_of
from app.resolution.options import missing_group
from app.resolution.products import SCORE_MIN
from app.resolution.traits import is_just_something
from app.skills.world import World

# How many products of one shop are tried for one wish.
TRIED_MAX = 12
NAMED = 100
SHOPS_LISTED_MAX, WITHIN_LISTED_MAX = 4, 3


def budget_of(slots: Slots, currency: str) -> Money | None:
    amount = slots.get("budget")
    return Money(amount.minor, currency) if isinstance(amount, AmountValue) and amount.minor > 0 else None


def people_of(slots: Slots) -> int | None:
    people = slots.get("people")
    return people.value if isinstance(people, NumberValue) and people.value > 0 else None


def is_comparison(value: LinesValue, slots: Slots) -> bool:
    """Whether the wish is one line that several shops could fill, or one with a budget or a number of people."""
    single = len(value.lines) == 1 and value.lines[0].item is not None
    return single and bool(value.elsewhere or "budget" in slots or "people" in slots)


def compare(value: LinesValue, slots: Slots, world: World) -> Compare:
    """The best product of each shop, or within a budget all that fit the words."""
    budget, people = budget_of(slots, "CNY"), people_of(slots)
    readings = [value.lines[0], *(lines[0] for lines in value.elsewhere)]
    several = budget is not None or people is not None
    drafts = [d for reading in readings for d in _drafts(reading, people or 1, TRIED_MAX if several else 1, world)]
    words = value.lines[0].item.span.text if value.lines[0].item else ""
    return _comparison(drafts, words, len({d.merchant_id for d in drafts}), budget)


def anything(slots: Slots, world: World) -> Compare:
    """What is popular in every shop that is open, for a wish that names nothing."""
    budget, people = budget_of(slots, "CNY"), people_of(slots)
    drafts = []
    for catalog in world.catalogs.values():
        common = (p for p in catalog.products.values() if is_just_something(catalog, p, world.now))
        popular = sorted(common, key=lambda p: (-p.popularity, p.id))[:TRIED_MAX]
        drafts += [_draft(catalog, DraftLine(world.new_id("lin"), p.id, people or 1)) for p in popular]
    return _comparison(drafts, "", len({d.merchant_id for d in drafts}), budget)


def _comparison(drafts: Sequence[Draft], words: str, shops: int, budget: Money | None) -> Compare:
    shops_said = Say("offers.shops", {"words": words, "count": shops})
    return Compare(
        drafts=tuple(drafts),
        said=shops_said if budget is None else Say("offers.within", {"budget": budget}),
        lone=Say("order.card"),
        none=Say("offers.none", {"words": words}) if words else Say("offers.nothing_open"),
        too_dear=Say("offers.too_dear", {"budget": budget or Money.zero()}),
        within=budget,
        listed_max=SHOPS_LISTED_MAX if budget is None else WITHIN_LISTED_MAX,
    )


def _drafts(reading: LineReading, quantity: int, tried_max: int, world: World) -> Iterator[Draft]:
    """Drafts of one shop's reading, what the customer has bought most often first, then as the words fit."""
    item = reading.item
    if item is None or not item.candidates:
        return
    catalog = world.catalogs[item.candidates[0].merchant_id]
    named = tried_max == 1 and item.candidates[0].score == NAMED
    ids = [c.product_id for c in item.candidates if c.score >= (NAMED if named else SCORE_MIN)]
    bought = _bought(catalog, world)
    said = reading.quantity.value if reading.quantity is not None else quantity
    found = 0
    for product_id in sorted(ids, key=lambda i: (-bought[i], ids.index(i))):
        line = line_of(reading, catalog, product_id, said, world.new_id("lin"))
        product = catalog.products[product_id]
        if product.stock == 0 or product.irreversible or missing_group(catalog, product, line.options) is not None:
            continue
        yield _draft(catalog, line)
        found += 1
        if found == tried_max:
            return


def _draft(catalog: Catalog, line: DraftLine) -> Draft:
    return Draft(catalog.merchant.id, (line,))


def _bought(catalog: Catalog, world: World) -> Counter[str]:
    mine = (order for order in world.orders() if order.merchant_id == catalog.merchant.id and order.state != "canceled")
    return Counter(line.product_id for order in mine for line in order.lines)

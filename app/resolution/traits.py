"""Products that are as a customer wants them, where nothing is named: what they always have first, then what everybody buys."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.dialogue.reading import TraitsValue
from app.domain.allergen import Allergen, combined
from app.domain.catalog import Catalog, Product
from app.domain.checkout import ChosenOption
from app.domain.meals import MEALS
from app.domain.order import Order
from app.domain.recurrence import Daypart
from app.domain.stated import stated
from app.resolution.habits import Habit, Now, habits
from app.resolution.options import missing_group

# Not what anybody means by "something", unless they say so.
APART = frozenset(
    {"adult", "household", "personal_care", "baby", "pet", "stationery", "gift", "retail", "ingredient", "electronics", "first_aid"}
)


@dataclass(frozen=True, slots=True)
class Fitting:
    """A product that fits, with what the customer's own history says of it."""

    catalog: Catalog
    product: Product
    habit: Habit


def is_just_something(catalog: Catalog, product: Product, now: datetime, wanted: Collection[str] = ()) -> bool:
    """Whether the product can be had now as it is, and is of the sort that is meant when nothing is named."""
    special = product.irreversible or product.face_value or product.fare or product.booking
    is_apart = not (product.attributes & APART) <= set(wanted)
    return not special and not is_apart and missing_group(catalog, product, ()) is None and catalog.sells(product, now)


def fits(wish: TraitsValue, catalog: Catalog, product: Product, avoided: Iterable[Allergen] = ()) -> bool:
    """All that is wanted is stated of it and nothing refused, of what a set holds neither; an allergen only if stated absent."""
    held = [catalog.products[slot.default].attributes for slot in product.combo if slot.default in catalog.products]
    if not wish.wanted <= product.attributes or not wish.refused.isdisjoint(product.attributes.union(*held)):
        return False
    defaults = [ChosenOption(group.id, group.default) for group in catalog.groups_of(product) if group.default is not None]
    statements = stated(catalog, product.id, defaults)
    return all(combined(statements, allergen) == "free" for allergen in {*wish.free_of, *avoided})


def fitting(
    wish: TraitsValue,
    catalogs: Mapping[str, Catalog],
    orders: Sequence[Order],
    now: Now,
    avoided: Collection[Allergen] = (),
) -> list[Fitting]:
    """All that fits and can be had now, best first. `orders`: newest first.

    Where a meal is wanted, what the customer has had at that time of day more than once is fit for it, whatever is stated of it.
    """
    meal = meal_time(wish)
    usual = _had_at(meal, orders, now) if meal is not None else frozenset()
    besides = replace(wish, wanted=wish.wanted - MEALS.keys())
    found = {
        _key(catalog.merchant.id, product.id): (catalog, product)
        for catalog in catalogs.values()
        for product in catalog.products.values()
        if fits(besides if _key(catalog.merchant.id, product.id) in usual else wish, catalog, product, avoided)
        and is_just_something(catalog, product, now.at, wish.wanted)
    }
    purchases = [
        (order.placed_at, frozenset(_key(order.merchant_id, line.product_id) for line in order.lines))
        for order in reversed(orders)
        if order.is_taken
    ]
    popularity = {key: product.popularity for key, (_, product) in found.items()}
    then = now if meal is None else replace(now, part=meal)
    return [Fitting(*found[habit.thing], habit) for habit in habits(purchases, then, len(found), popularity)]


def meal_time(wish: TraitsValue) -> Daypart | None:
    """The time of day of the meal that is wanted."""
    return next((MEALS[kind] for kind in sorted(wish.wanted) if kind in MEALS), None)


def _had_at(part: Daypart, orders: Iterable[Order], now: Now) -> frozenset[str]:
    then = (order for order in orders if order.is_taken and Now.of(order.placed_at, now.zone).part == part)
    had = Counter(key for order in then for key in {_key(order.merchant_id, line.product_id) for line in order.lines})
    return frozenset(key for key, times in had.items() if times > 1)


def _key(merchant_id: str, product_id: str) -> str:
    return f"{merchant_id}/{product_id}"

"""What a customer always wants, and the options of a product that are that."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.domain.catalog import Catalog, Product
from app.domain.checkout import ChosenOption, DraftLine
from app.lookup.text import fold, is_cjk

NEGATED = re.compile(r"^(?:no|not|never|without|不要|不加|不放|别放|别加|不|去|无|少)")


def option_of(wish: str, catalog: Catalog, product: Product) -> ChosenOption | None:
    """The option with the longest name that the wish holds. A wish against something is only met by a name that says so."""
    said = fold(wish)
    is_negated = bool(NEGATED.match(said))
    best: tuple[int, ChosenOption] | None = None
    for group in catalog.groups_of(product):
        for option in group.options:
            for name in map(fold, option.names.all()):
                fits = _holds(said, name) and (not is_negated or bool(NEGATED.match(name)))
                if fits and (best is None or len(name) > best[0]):
                    best = (len(name), ChosenOption(group.id, option.id))
    return best[1] if best else None


def is_offered(wish: str, catalogs: Iterable[Catalog]) -> bool:
    return any(option_of(wish, catalog, product) for catalog in catalogs for product in catalog.products.values())


def is_same(one: str, other: str, catalogs: Iterable[Catalog]) -> bool:
    """Whether two wishes, perhaps in two languages, mean one option of something."""
    for catalog in catalogs:
        for product in catalog.products.values():
            found = option_of(one, catalog, product)
            if found is not None and found == option_of(other, catalog, product):
                return True
    return False


def with_preferences(line: DraftLine, wishes: Sequence[str], catalog: Catalog) -> DraftLine:
    """The line with the options that the customer always wants, where it offers them and nothing was said of their group."""
    product = catalog.products[line.product_id]
    for wish in wishes:
        found = option_of(wish, catalog, product)
        said = any(option.group_id == found.group_id for option in line.options) if found else True
        if found is not None and not said and _goes_with(found, line, catalog):
            mark = f"{found.group_id}.{found.option_id}"
            line = replace(line, options=(*line.options, found), preferred=line.preferred | {mark})
    return line


def _goes_with(found: ChosenOption, line: DraftLine, catalog: Catalog) -> bool:
    """Oat milk for what has milk, not milk for a black coffee; less ice for what is iced, without making a hot drink cold."""
    group = catalog.groups[found.group_id]
    option = group.option(found.option_id)
    if group.min > 0 or group.default is not None or option is None:
        return True
    taken = {(one.group_id, one.option_id) for one in line.options}
    return group.role != "milk" and set(option.implies) <= taken


def _holds(said: str, name: str) -> bool:
    if not name:
        return False
    if any(map(is_cjk, name)):
        return name in said
    return re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", said) is not None

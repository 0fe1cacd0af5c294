"""What a merchant states about a product with the options that were chosen for it."""

from collections.abc import Iterable
from typing import Protocol

from app.domain.allergen import AllergenStatement
from app.domain.catalog import Catalog


class Chosen(Protocol):
    @property
    def group_id(self) -> str: ...
    @property
    def option_id(self) -> str: ...


def stated(catalog: Catalog, product_id: str, options: Iterable[Chosen]) -> list[AllergenStatement]:
    """Of the product, its options and what a set holds; nothing is stated of a product that is gone."""
    product = catalog.products.get(product_id)
    if product is None:
        return [AllergenStatement.nothing_stated()]
    statements = [product.allergens]
    for chosen in options:
        group = catalog.groups.get(chosen.group_id)
        option = group.option(chosen.option_id) if group else None
        if option is not None:
            statements.append(option.allergens)
    statements += [catalog.products[slot.default].allergens for slot in product.combo if slot.default in catalog.products]
    return statements

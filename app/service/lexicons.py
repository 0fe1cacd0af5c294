"""Each shop's words, built when its offer is first seen and again only when its names change."""

from collections.abc import Mapping

from app.domain.catalog import Catalog, OptionGroup
from app.understanding.lexicon import ShopLexicon


class Lexicons:
    """Remembers the lexicon of each merchant with the catalogue it was built from."""

    def __init__(self) -> None:
        self._built: dict[str, tuple[Catalog, ShopLexicon]] = {}

    def of(self, catalogs: Mapping[str, Catalog]) -> Mapping[str, ShopLexicon]:
        return {merchant_id: self._lexicon(catalog) for merchant_id, catalog in catalogs.items()}

    def _lexicon(self, catalog: Catalog) -> ShopLexicon:
        built = self._built.get(catalog.merchant.id)
        if built is not None and (built[0] is catalog or _same_names(built[0], catalog)):
            self._built[catalog.merchant.id] = (catalog, built[1])
            return built[1]
        lexicon = ShopLexicon.of(catalog)
        self._built[catalog.merchant.id] = (catalog, lexicon)
        return lexicon


def _same_names(before: Catalog, now: Catalog) -> bool:
    """Whether only prices, stock or hours moved, which no word depends on."""
    return (
        before.merchant.names == now.merchant.names
        and before.categories == now.categories
        and before.places == now.places
        and before.groups.keys() == now.groups.keys()
        and all(
            group is now.groups[g] or _option_words(group) == _option_words(now.groups[g]) for g, group in before.groups.items()
        )
        and before.products.keys() == now.products.keys()
        and all(product is now.products[p] or _words(before, p) == _words(now, p) for p, product in before.products.items())
    )


def _option_words(group: OptionGroup) -> tuple[object, ...]:
    return group.names, group.role, group.max, tuple((o.id, o.names, o.max_count) for o in group.options)


def _words(catalog: Catalog, product_id: str) -> tuple[object, ...]:
    product = catalog.products[product_id]
    return product.names, product.category, product.group_ids, product.popularity

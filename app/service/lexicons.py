"""Each shop's words, built when its offer is first seen and again only when its names change."""

from collections.abc import Mapping

from app.domain.catalog import Catalog
from app.service.ports import Merchants
from app.understanding.lexicon import ShopLexicon


class Lexicons:
    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants
        self._built: dict[str, tuple[object, ShopLexicon]] = {}

    def __call__(self) -> Mapping[str, ShopLexicon]:
        return {merchant_id: self._lexicon(catalog) for merchant_id, catalog in self._merchants.catalogs().items()}

    def _lexicon(self, catalog: Catalog) -> ShopLexicon:
        built = self._built.get(catalog.merchant.id)
        if built is not None and (built[0] is catalog or _same_names(built[0], catalog)):
            self._built[catalog.merchant.id] = (catalog, built[1])
            return built[1]
        lexicon = ShopLexicon.of(catalog)
        self._built[catalog.merchant.id] = (catalog, lexicon)
        return lexicon


def _same_names(before: object, now: Catalog) -> bool:
    """Whether only prices, stock or hours moved, which no word depends on."""
    return (
        isinstance(before, Catalog)
        and before.groups == now.groups
        and before.products.keys() == now.products.keys()
        and all(before.products[p].names == now.products[p].names for p in now.products)
    )

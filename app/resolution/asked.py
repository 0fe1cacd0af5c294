"""Which product a question is about: one that its words name, or the line of the card that was spoken of."""

import re
from collections.abc import Mapping

from app.domain.catalog import Catalog, Product
from app.lookup.text import fold, is_cjk, singular

WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
SHORTEST_CJK = 2
# A plural and its singular begin with the same letters, of which so many are compared.
UNBENT = 2


def named_product(text: str, catalogs: Mapping[str, Catalog], first: str | None) -> tuple[Catalog, Product] | None:
    """The longest name of a product that the text holds; the shop `first` wins, then what is bought more."""
    said = fold(text)
    words = f" {' '.join(singular(word) for word in WORD.findall(said))} "
    best: tuple[tuple[bool, int, int], Catalog, Product] | None = None
    for merchant_id, catalog in sorted(catalogs.items()):
        for product in catalog.products.values():
            size = max((_size(fold(name), said, words) for name in product.names.all()), default=0)
            rank = (merchant_id == first, size, product.popularity)
            if size and (best is None or rank > best[0]):
                best = (rank, catalog, product)
    return (best[1], best[2]) if best else None


def named_shop(text: str, catalogs: Mapping[str, Catalog]) -> Catalog | None:
    said = fold(text)
    return next((c for _, c in sorted(catalogs.items()) if any(fold(name) in said for name in c.merchant.names.all())), None)


def _size(name: str, said: str, words: str) -> int:
    if not name.isascii() and any(map(is_cjk, name)):
        return len(name) if len(name) >= SHORTEST_CJK and name in said else 0
    first = WORD.search(name)
    if first is None or first[0][:UNBENT] not in said:
        # Of most names the first letters say already that they are not there.
        return 0
    return len(name) if f" {' '.join(singular(word) for word in WORD.findall(name))} " in words else 0

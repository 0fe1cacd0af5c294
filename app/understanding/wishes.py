"""A wish as it was said → the shop's option, for the product it is said of."""

from collections.abc import Iterator, Sequence

from app.dialogue.reading import OptionMention, Qualifier, Span
from app.understanding.elements import Element
from app.understanding.lexicon import OptionRef, ShopLexicon


def option_for(
    wish: Element, span: Span, shop: ShopLexicon, products: Sequence[str], count: int | None = None
) -> OptionMention | None:
    """The option meant, of the first of `products` that takes it; without products, of any group. None: no option covers it."""
    for accepted in _scopes(shop, products):
        found = _find(wish, shop, accepted)
        if found is not None:
            ref, negated, qualifier = found
            return OptionMention(span, shop.merchant_id, ref.group_id, ref.option_id, negated, qualifier, count)
    return None


def accepts(wish: Element, shop: ShopLexicon, products: Sequence[str]) -> bool:
    return any(_find(wish, shop, accepted) is not None for accepted in _scopes(shop, products))


def _scopes(shop: ShopLexicon, products: Sequence[str]) -> Iterator["_Accepted"]:
    if not products:
        yield _Accepted(shop, None)
    for product_id in products:
        yield _Accepted(shop, product_id)


class _Accepted:
    """The groups that a wish may fall into."""

    def __init__(self, shop: ShopLexicon, product_id: str | None) -> None:
        self._shop = shop
        self._product_id = product_id

    def __contains__(self, group_id: str) -> bool:
        return self._product_id is None or self._shop.accepts(self._product_id, group_id)


def _find(wish: Element, shop: ShopLexicon, accepted: _Accepted) -> tuple[OptionRef, bool, Qualifier | None] | None:
    meaning = wish.meaning
    if meaning is None:
        return None
    groups = [g for g in meaning.groups if g in accepted]
    options = [o for o in meaning.options if o.group_id in accepted]
    if wish.level is not None and not wish.of_more:
        own = groups + [o.group_id for o in options if wish.level == "none" and shop.takes_one(o.group_id)]
        for group_id in own:
            if ref := shop.level(group_id, wish.level):
                return ref, False, None
    if options:
        qualifier: Qualifier | None = (
            "extra" if wish.level == "extra" or wish.of_more else "light" if wish.level == "light" else None
        )
        return options[0], wish.level == "none", qualifier
    if wish.level is None:
        for group_id in groups:
            if ref := shop.level(group_id, "normal"):
                return ref, False, None
    return None

"""The words of one shop: what its products, options and categories are called, and no prices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise

from app.dialogue.reading import Candidate
from app.domain.catalog import Catalog, GroupRole, OptionGroup, Product
from app.lookup.index import Entry, NameIndex
from app.lookup.spelling import SHORTEST, WordTable
from app.lookup.text import fold, is_cjk, singular, sounds
from app.understanding import words
from app.understanding.levels import Level, level_of
from app.understanding.tokens import Phrases, phrase_tokens

MOST_CANDIDATES = 6
CATEGORY_SCORE = 50
IMPLIED_SCORE = 80
FORGIVEN_START = 6
ABBREVIATED = 4
REMEMBERED = 2048
NOBODY: frozenset[str] = frozenset()
# Groups of these roles hold amounts of one thing, whatever their options call it.
LEVELLED: frozenset[GroupRole] = frozenset({"ice", "sugar", "milk", "temperature", "choice"})
ROLE_NOUNS: Mapping[GroupRole, tuple[str, ...]] = {
    "ice": ("ice", "ice cube", "冰", "冰块"),
    "sugar": ("sugar", "sweetener", "sweetness", "sweet", "syrup", "糖", "甜度", "甜"),
    "milk": ("milk", "奶", "牛奶"),
}


@dataclass(frozen=True, slots=True)
class OptionRef:
    group_id: str
    option_id: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that a phrase names in one shop.

    `groups`: what a group is about ("sugar"). `derived`: short for a fuller name. `one_of_many`: an option that
    excludes the others of its group, as a size does. `spelt`: where several options share the phrase, those whose own name is
    spelt just so: peppers are not any pepper.
    """

    products: tuple[Candidate, ...] = ()
    options: tuple[OptionRef, ...] = ()
    groups: tuple[str, ...] = ()
    is_category: bool = False
    derived: bool = False
    one_of_many: bool = False
    spelt: tuple[tuple[str, tuple[OptionRef, ...]], ...] = ()

    def as_spelt(self, raw: str) -> "Meaning":
        narrower = dict(self.spelt).get(raw)
        return replace(self, options=narrower, spelt=()) if narrower else self

    @property
    def is_option(self) -> bool:
        return bool(self.options or self.groups)


class ShopLexicon:
    """What one merchant's customers may name, ready to be matched against tokens."""

    def __init__(self, catalog: Catalog) -> None:
        self.merchant_id = catalog.merchant.id
        self._groups_of = {p.id: frozenset(p.group_ids) for p in catalog.products.values()}
        self._counts = {(g.id, o.id): o.max_count for g in catalog.groups.values() for o in g.options}
        self._single = {g.id: g.max == 1 for g in catalog.groups.values()}
        self._option_parts = _option_parts(catalog)
        names = (phrase_tokens(n) for g in catalog.groups.values() for o in g.options for n in o.names.all())
        self._heads = frozenset(tokens[-1] for tokens in names if len(tokens) > 1)
        self._plurals = frozenset(
            OptionRef(g.id, o.id)
            for g in catalog.groups.values()
            for o in g.options
            if any(name.isascii() and (last := fold(name).split()[-1:]) and singular(last[0]) != last[0] for name in o.names.all())
        )
        self._levels = {g.id: _levels(g) for g in catalog.groups.values()}
        self._holding = _holding(catalog)
        self._holders = {part: frozenset(sizes) for part, sizes in self._holding.items()}
        self.close = lru_cache(maxsize=REMEMBERED)(self._close)
        self.partial = lru_cache(maxsize=REMEMBERED)(self._partial)
        self.options_with = lru_cache(maxsize=REMEMBERED)(self._options_with)
        self.phrases: Phrases[Meaning] = Phrases()
        self.heard: Phrases[Meaning] = Phrases()
        for tokens, meaning in self._meanings(catalog):
            self.phrases.add(tokens, meaning)
            if sum(map(_is_cjk_token, tokens)) >= 2:
                self.heard.add([sounds(t) for t in tokens], meaning)
        self.names: Phrases[str] = Phrases()
        self.names.add_all(catalog.merchant.names.all(), catalog.merchant.id)
        self.places: Phrases[str] = Phrases()
        for place in catalog.places:
            self.places.add_all(place.names.all(), place.id)
        self.spelling = WordTable(sorted(w for w in self.phrases.vocabulary if w.isascii() and w.isalpha()))
        self.index = NameIndex(Entry(p.id, n) for p in catalog.products.values() for n in p.names.all())
        self._names = {p.id: p.names.display("en") for p in catalog.products.values()}
        popular = sorted(catalog.products.values(), key=lambda p: (-p.popularity, p.id))
        # What is stated of each product, what is bought most first; and of those the first of each kind.
        self.stated: Mapping[str, frozenset[str]] = {p.id: p.attributes for p in popular}
        self.shelf = tuple({p.category: p.id for p in reversed(popular) if not _is_unasked(p)}.values())[::-1]

    @classmethod
    def of(cls, catalog: Catalog) -> "ShopLexicon":
        return cls(catalog)

    def accepts(self, product_id: str, group_id: str) -> bool:
        return group_id in self._groups_of.get(product_id, ())

    def candidate(self, product_id: str, score: int) -> Candidate:
        return Candidate(self.merchant_id, product_id, self._names[product_id], score)

    def max_count(self, ref: OptionRef) -> int:
        return self._counts.get((ref.group_id, ref.option_id), 1)

    def takes_one(self, group_id: str) -> bool:
        """Whether another option of the group replaces the one chosen."""
        return self._single.get(group_id, False)

    def has_plural(self, ref: OptionRef) -> bool:
        """Whether the option is a thing that is counted: one of its names is a plural."""
        return ref in self._plurals

    def level(self, group_id: str, level: Level) -> OptionRef | None:
        """The group's option for none, a little, the usual or more of what it is about."""
        option_id = self._levels.get(group_id, {}).get(level)
        return OptionRef(group_id, option_id) if option_id else None

    def holding(self, part: str) -> frozenset[str]:
        """Products with a name that holds the word, or the pair of Chinese characters."""
        return self._holders.get(part, NOBODY)

    def only_taker(self, group_ids: Sequence[str]) -> Candidate | None:
        """The product that alone takes options of all these groups."""
        takers = [product_id for product_id, groups in self._groups_of.items() if groups.issuperset(group_ids)]
        return Candidate(self.merchant_id, takers[0], self._names[takers[0]], IMPLIED_SCORE) if len(takers) == 1 else None

    def is_head(self, word: str) -> bool:
        """Whether an option's name ends in the word: it says what kind of thing the option is."""
        return word in self._heads

    def _options_with(self, parts: tuple[str, ...]) -> tuple[tuple[OptionRef, ...], int]:
        """Options with a name that holds all these words, those that lack least first said with how many words they lack more."""
        sizes = [self._option_parts.get(part, {}) for part in parts]
        shared = set.intersection(*map(set, sizes)) if sizes else set()
        lacks = {ref: min(size[ref] for size in sizes) - len(parts) for ref in shared}
        least = min(lacks.values(), default=0)
        return tuple(sorted((r for r in shared if lacks[r] == least), key=lambda r: (r.group_id, r.option_id))), least

    def _name_size(self, product_id: str, part: str) -> int:
        return self._holding.get(part, {}).get(product_id, 1)

    def _close(self, word: str) -> list[tuple[str, int]]:
        """Words of this shop that a misspelt one may stand for, with the number of wrong letters."""
        if len(word) < SHORTEST:
            return []
        near = [(self.spelling.words[number], distance) for number, distance in self.spelling.close(word)]
        if not near and len(word) >= ABBREVIATED:
            # "mayo" for mayonnaise: what only one word of the shop begins with.
            begun = self.spelling.starting_with(word)
            near = [(self.spelling.words[number], 1) for number in begun] if len(begun) == 1 else []
        # In a short word the first letter is seldom the wrong one, and jokes are not pokes.
        return [(w, distance) for w, distance in near if len(word) >= FORGIVEN_START or w[0] == word[0]]

    def _partial(self, product_ids: frozenset[str], size: int, part: str) -> tuple[Candidate, ...]:
        """Products of which only a part of a name was said: `size` tokens of it, `part` among them."""
        sizes = self._holding.get(part, {})
        scores = {whole: 55 + 35 * size // max(whole, size) for whole in set(sizes.values())}
        best = nsmallest(MOST_CANDIDATES, [(-scores[sizes[product_id]], product_id) for product_id in product_ids])
        return tuple(Candidate(self.merchant_id, product_id, self._names[product_id], -loss) for loss, product_id in best)

    def search(self, text: str) -> tuple[Candidate, ...]:
        hits = self.index.search(text, MOST_CANDIDATES)
        return tuple(Candidate(self.merchant_id, hit.key, hit.name, hit.score) for hit in hits)

    def _meanings(self, catalog: Catalog) -> Iterator[tuple[tuple[str, ...], Meaning]]:
        products = _by_phrase((name, p.id, name) for p in catalog.products.values() for name in p.names.all())
        options = _by_phrase((n, g.id, o.id) for g in catalog.groups.values() for o in g.options for n in o.names.all())
        derived = _by_phrase((n, g.id, o) for g in catalog.groups.values() for o, n in _derived(g))
        nouns = _by_phrase((n, g.id, g.id) for g in catalog.groups.values() for n in _nouns(g))
        categories = _by_phrase((n, c.id, c.id) for c in catalog.categories for n in c.names.all())
        for tokens in {**products, **options, **derived, **nouns, **categories}:
            # One product may bear names that are told apart by a plural alone.
            first_names = dict(reversed(products.get(tokens, [])))
            exact = tuple(
                Candidate(self.merchant_id, i, first_names[i], 100) for i in dict.fromkeys(i for i, _ in products.get(tokens, ()))
            )
            said = options.get(tokens) or ([] if tokens in products else derived.get(tokens, []))
            is_category = tokens in categories and not exact and tokens not in options
            if is_category:
                kinds = {c for c, _ in categories[tokens]}
                popular = sorted((p for p in catalog.products.values() if p.category in kinds), key=lambda p: (-p.popularity, p.id))
                exact = tuple(Candidate(self.merchant_id, p.id, p.names.display("en"), CATEGORY_SCORE) for p in popular)
            elif exact:
                exact = self._with_near(exact, tokens, catalog)
            groups = tuple(dict.fromkeys(g for g, _ in nouns.get(tokens, ())))
            if not (exact or said or groups):
                # A category that nothing is sold in.
                continue
            refs = tuple(OptionRef(g, o) for g, o in dict.fromkeys(said))
            derived_only = tokens not in options and bool(refs) and not exact
            single = any(self.takes_one(r.group_id) for r in refs)
            yield tokens, Meaning(exact, refs, groups, is_category, derived_only, single, _spelt(refs, catalog))

    def _with_near(self, exact: tuple[Candidate, ...], tokens: tuple[str, ...], catalog: Catalog) -> tuple[Candidate, ...]:
        parts = _parts(tokens)
        # The rarest part first: what common words share is never worked out.
        near = frozenset.intersection(*sorted(map(self.holding, parts), key=len)) if parts else NOBODY
        known = {c.product_id for c in exact}
        more = []
        for product_id in sorted(near - known):
            whole = self._name_size(product_id, parts[0])
            name = catalog.products[product_id].names.display("en")
            more.append(Candidate(self.merchant_id, product_id, name, 40 + 40 * len(tokens) // max(whole, len(tokens) + 1)))
        more.sort(key=lambda c: (-c.score, c.product_id))
        return (exact + tuple(more))[: max(MOST_CANDIDATES, len(exact))]


def _by_phrase(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, ...], list[tuple[str, str]]]:
    found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for phrase, first, second in rows:
        for tokens in {phrase_tokens(phrase), phrase_tokens(phrase.split("(")[0].split("（")[0])}:
            if tokens:
                found.setdefault(tokens, []).append((first, second))
    return found


def _spelt(refs: tuple[OptionRef, ...], catalog: Catalog) -> tuple[tuple[str, tuple[OptionRef, ...]], ...]:
    """For options that share a phrase: each spelling of their names with the options that are spelt so."""
    if len(refs) < 2:
        return ()
    found: dict[str, list[OptionRef]] = {}
    for ref in refs:
        option = catalog.groups[ref.group_id].option(ref.option_id)
        for name in option.names.all() if option else ():
            found.setdefault(fold(name), []).append(ref)
    return tuple((spelling, tuple(dict.fromkeys(meant))) for spelling, meant in found.items())


def _derived(group: OptionGroup) -> Iterator[tuple[str, str]]:
    """Shorter names that customers use: oat for oat milk, 大 for 大杯, shot for extra shot."""
    for option in group.options:
        for name in map(fold, option.names.all()):
            base = name
            if group.role in ("size", "milk"):
                base = _without_tail(name, words.SIZE_TAILS if group.role == "size" else words.MILK_TAILS)
                if group.role == "size" and base and is_cjk(base[-1]):
                    yield from ((option.id, base + tail) for tail in ("杯", "份", "碗"))
            elif group.role in ("extra", "choice"):
                base = _without_head(name, words.ADDING_HEADS)
            if base and base != name and not (group.role == "milk" and len(base) == 1):
                yield option.id, base


def _without_tail(name: str, tails: Iterable[str]) -> str:
    for tail in sorted(tails, key=len, reverse=True):
        if name.endswith(tail) and name != tail and (is_cjk(tail[0]) or name.endswith(" " + tail)):
            return name[: -len(tail)].strip()
    return name


def _without_head(name: str, heads: Iterable[str]) -> str:
    for head in sorted(heads, key=len, reverse=True):
        if name.startswith(head) and name != head and (is_cjk(head[0]) or name.startswith(head + " ")):
            return name[len(head) :].strip()
    return name


def _levels(group: OptionGroup) -> dict[Level, str]:
    """The options for none, little, the usual and more of what the group is about."""
    found: dict[Level, str] = {}
    about = _nouns(group)
    for option in group.options:
        for name in option.names.all():
            level, noun = level_of(fold(name))
            if level and noun and (noun in about or group.role in LEVELLED):
                found.setdefault(level, option.id)
    return found


def _nouns(group: OptionGroup) -> set[str]:
    """What a group is about: its own name, and what its options for none or more have in common."""
    found = set(map(fold, group.names.all())) | set(ROLE_NOUNS.get(group.role, ()))
    if group.role in ("ice", "sugar", "milk", "choice"):
        for option in group.options:
            for name in option.names.all():
                level, noun = level_of(fold(name))
                if level in ("none", "light") and noun:
                    found.add(noun)
    return found


def _is_cjk_token(token: str) -> bool:
    return len(token) == 1 and is_cjk(token)


def _parts(tokens: tuple[str, ...]) -> list[str]:
    """Words, and pairs of neighbouring Chinese characters."""
    plain = [t for t in tokens if not _is_cjk_token(t)]
    pairs = [a + b for a, b in pairwise(tokens) if _is_cjk_token(a) and _is_cjk_token(b)]
    return plain + pairs


def _is_unasked(product: Product) -> bool:
    """Credit, fares, bookings and tickets are never what a wish means that does not name them."""
    return product.irreversible or any((product.face_value, product.fare, product.booking))


def _option_parts(catalog: Catalog) -> dict[str, dict[OptionRef, int]]:
    """For each word of an option's names the options that hold it, and the words of the shortest such name."""
    found: dict[str, dict[OptionRef, int]] = {}
    for group in catalog.groups.values():
        for option in group.options:
            for name in option.names.all():
                tokens = phrase_tokens(name)
                for word in tokens if len(tokens) > 1 else ():
                    if len(word) >= SHORTEST and word.isascii() and word.isalpha():
                        sizes = found.setdefault(word, {})
                        ref = OptionRef(group.id, option.id)
                        sizes[ref] = min(len(tokens), sizes.get(ref, len(tokens)))
    return found


def _holding(catalog: Catalog) -> dict[str, dict[str, int]]:
    """For each part the products with it in a name, and the tokens of the shortest such name."""
    found: dict[str, dict[str, int]] = {}
    for product in catalog.products.values():
        for name in product.names.all():
            tokens = phrase_tokens(name)
            for part in _parts(tokens):
                sizes = found.setdefault(part, {})
                sizes[product.id] = min(len(tokens), sizes.get(product.id, len(tokens)))
    return found

"""Words beside the line they led to: what they name of it, and what they say otherwise. Read apart from the reading itself."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from app.domain.catalog import Catalog, OptionGroup, Product
from app.domain.checkout import LineItem
from app.lookup.text import fold, is_cjk, singular

CHINESE_DIGITS = {"一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
ENGLISH_DIGITS = {
    word: number
    for number, word in enumerate(("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1)
} | {"an": 1, "one": 1}
CLASSIFIERS = "杯份个根碗只块瓶罐盒包袋张笼套"
COUNT = re.compile(
    rf"(?P<digits>\d{{1,3}})"
    rf"|(?P<han>[{''.join(CHINESE_DIGITS)}])(?=[{CLASSIFIERS}])"
    rf"|\b(?P<word>{'|'.join(ENGLISH_DIGITS)})\b"
)
# What parts a number from a name that it is not about.
PARTED, FAR = re.compile(r"[,，。;；、]| and |和"), 24
NEGATED = ("no ", "not ", "without ", "don't want ", "instead of ", "不要", "不加", "别", "不是", "没有", "免")
# Words that make a number of theirs one to be added or taken away.
MORE, FEWER = ("more", "another", "extra", "再", "多", "加"), ("fewer", "less", "少", "减")
RELATIVE = (*MORE, *FEWER)
# A name of one or two letters of one script is in too many words to tell anything.
NAME_LENGTH_MIN = {True: 2, False: 3}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in the words, from `start` until before `end` of the folded text."""

    start: int
    end: int
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Attribution:
    """`contradicts`: product, quantity, option: what the words say otherwise."""

    named: bool
    contradicts: tuple[str, ...]


def attributed(words: str, line: LineItem, others: Collection[str], catalog: Catalog) -> Attribution:
    """`others`: the products of the card's other lines, which the words may name as well."""
    text = fold(words)
    products = list(_longest(_mentions(text, _names(catalog.products.values()))))
    known = {line.product_id, *others}
    mine = [mention for mention in products if line.product_id in mention.ids]
    foreign = [mention for mention in products if not mention.ids & known and not _is_negated(text, mention)]
    contradicts = []
    if (foreign and not mine) or (mine and all(_is_negated(text, mention) for mention in mine)):
        contradicts.append("product")
    if mine and line.product_id not in others and _says_another_quantity(text, mine[0], products[0], line):
        contradicts.append("quantity")
    if mine and any(_says_another_option(text, group, line, products) for group in groups_of(catalog, line)):
        contradicts.append("option")
    return Attribution(bool(mine), tuple(contradicts))


def says_another_number(words: str, before: int, quantity: int) -> bool:
    """Of words that change how many there are of a line: no number in them leads from `before` to `quantity`."""
    text = fold(words)
    said = {_number(found) for found in COUNT.finditer(text)} - {0}
    if any(word in text for word in RELATIVE):
        said |= {before + number for number in said} | {before - number for number in said}
    return bool(said) and quantity not in said


def number_said(words: str, line: LineItem, before: int | None, catalog: Catalog) -> int | None:
    """How many of the line the words ask for, None where they don't say. `before`: how many there were, None if none yet."""
    text = fold(words)
    products = list(_longest(_mentions(text, _names(catalog.products.values()))))
    mine = next((mention for mention in products if line.product_id in mention.ids), None)
    if mine is not None:
        number = _quantity_said(text, mine, products[0])
    else:
        said = {_number(found) for found in COUNT.finditer(text)} - {0} if before is not None else set()
        number = said.pop() if len(said) == 1 else 1 if before is not None and not said and "another" in text else None
    if number is None or before is None:
        return number
    if any(word in text for word in MORE):
        return before + number
    return before - number if any(word in text for word in FEWER) else number


def options_named(words: str, group: OptionGroup, catalog: Catalog) -> frozenset[str]:
    """The options of the group that the words ask for, outside the names of products."""
    text = fold(words)
    products = list(_longest(_mentions(text, _names(catalog.products.values()))))
    return frozenset().union(*(mention.ids for mention in _options_outside(text, group, products)))


def groups_of(catalog: Catalog, line: LineItem) -> Iterator[OptionGroup]:
    """Those of the line's product of which one option alone can be chosen."""
    product = catalog.products.get(line.product_id)
    yield from (group for group in catalog.groups_of(product) if group.max == 1) if product else ()


def _names(products: Iterable[Product]) -> Iterator[tuple[str, str]]:
    for product in products:
        for name in product.names.all():
            yield fold(name), product.id


def _mentions(text: str, names: Iterable[tuple[str, str]]) -> list[Mention]:
    found: dict[tuple[int, int], set[str]] = {}
    for name, product_id in names:
        for start, end in _places(text, name):
            found.setdefault((start, end), set()).add(product_id)
    return [Mention(start, end, frozenset(ids)) for (start, end), ids in found.items()]


def _letters(text: str, names: Iterable[tuple[str, str]], products: Iterable[Mention]) -> list[Mention]:
    """Options of one Chinese character, which count only right before a product: 热拿铁, 大美式."""
    starts = {mention.start for mention in products}
    alone = [(name, option_id) for name, option_id in names if len(name) == 1 and is_cjk(name)]
    return [
        Mention(at - 1, at, frozenset({option_id})) for at in starts for name, option_id in alone if at and text[at - 1] == name
    ]


def _places(text: str, name: str) -> Iterator[tuple[int, int]]:
    is_chinese, one = any(map(is_cjk, name)), singular(name)
    # Looking is a hundred times cheaper than matching, and nearly every name of a shop is not in the words.
    if len(name) < NAME_LENGTH_MIN[is_chinese] or (name not in text and one not in text):
        return
    if is_chinese:
        yield from ((found.start(), found.end()) for found in re.finditer(re.escape(name), text))
        return
    for found in re.finditer(rf"(?<![a-z]){re.escape(name)}(?:e?s)?(?![a-z])", text):
        yield found.start(), found.end()
    if one != name:
        yield from ((found.start(), found.end()) for found in re.finditer(rf"(?<![a-z]){re.escape(one)}(?![a-z])", text))


def _longest(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """In the order of the words; a name within a longer one is no mention of its own."""
    taken: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in taken):
            taken.append(mention)
    return iter(sorted(taken, key=lambda m: m.start))


def _is_negated(text: str, mention: Mention) -> bool:
    before = text[: mention.start]
    return any(before.endswith(word) or before.rstrip().endswith(word.strip()) for word in NEGATED)


def _says_another_quantity(text: str, mention: Mention, first: Mention, line: LineItem) -> bool:
    return _quantity_said(text, mention, first) not in (None, line.quantity)


def _quantity_said(text: str, mention: Mention, first: Mention) -> int | None:
    """The number right behind a Chinese name, where the words count so, else the last one before it with its options between."""
    before = list(COUNT.finditer(text[: mention.start]))
    behind = COUNT.match(text, mention.end)
    if behind is not None and behind["han"] and COUNT.search(text[: first.start]) is None:
        return CHINESE_DIGITS[behind["han"]]
    if not before or mention.start - before[-1].end() > FAR or PARTED.search(text[before[-1].end() : mention.start]):
        return None
    return _number(before[-1]) or None


def _number(found: re.Match[str]) -> int:
    return CHINESE_DIGITS.get(found["han"] or "") or ENGLISH_DIGITS.get(found["word"] or "") or int(found["digits"] or 0)


def _says_another_option(text: str, group: OptionGroup, line: LineItem, products: list[Mention]) -> bool:
    """An option of the group is named outside the products' names, and the line has another one."""
    chosen = {option.option_id for option in line.options if option.group_id == group.id}
    outside = _options_outside(text, group, products)
    return bool(outside) and not any(mention.ids & chosen for mention in outside)


def _options_outside(text: str, group: OptionGroup, products: list[Mention]) -> list[Mention]:
    names = [(fold(name), option.id) for option in group.options for name in option.names.all()]
    return [
        mention
        for mention in _longest((*_mentions(text, names), *_letters(text, names, products)))
        if all(mention.end <= other.start or other.end <= mention.start for other in products) and not _is_negated(text, mention)
    ]

"""Any order that the small shops can fill, said in words, is read as the same order again, in both languages."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.dialogue.reading import Begin, LinesValue, Reading
from tests.understanding.conftest import BREAKFAST, COFFEE

NUMBERS_EN = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NUMBERS_ZH = "一两三四五六七八九十"
UNITS_ZH = {
    "latte": "杯",
    "americano": "杯",
    "mocha": "杯",
    "vanilla_latte": "杯",
    "water": "瓶",
    "soy_milk": "杯",
    "youtiao": "根",
}
# Groups whose options stand before the product in a sentence; the others follow it after "with" or behind it.
BEFORE = ("size", "temp", "milk")
# What is had unless it is said: nobody says it.
UNSAID = {"normal", "full", "hot", "medium", "whole"}
RELAXED = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True, order=True)
class Wanted:
    quantity: int
    product: str
    options: tuple[tuple[str, str], ...]


def lines(shop) -> st.SearchStrategy[Wanted]:
    """A product with at most one option of each of its groups."""

    def of(product) -> st.SearchStrategy[Wanted]:
        picks = [
            st.sampled_from([None, *(o.id for o in shop.groups[group].options if o.id not in UNSAID)])
            for group in product.group_ids
        ]
        chosen = st.tuples(*picks).map(lambda ids: tuple((g, i) for g, i in zip(product.group_ids, ids, strict=True) if i))
        return st.builds(Wanted, st.integers(1, 10), st.just(product.id), chosen)

    return st.sampled_from(list(shop.products.values())).flatmap(of)


def orders(shop) -> st.SearchStrategy[list[Wanted]]:
    return st.lists(lines(shop), min_size=1, max_size=3, unique_by=lambda line: line.product)


def name(shop, group: str, option: str, language: int) -> str:
    found = shop.groups[group].option(option)
    return found.names.all()[language] if found else ""


def in_english(shop, wanted: list[Wanted]) -> str:
    said = []
    for line in wanted:
        before = [name(shop, g, o, 0).lower() for g, o in line.options if g in BEFORE]
        after = [name(shop, g, o, 0).lower() for g, o in line.options if g not in BEFORE]
        product = shop.products[line.product].names.all()[0].lower()
        plural = product if line.quantity == 1 or product.endswith(("s", "i")) else f"{product}s"
        words = [NUMBERS_EN[line.quantity - 1], *before, plural]
        said.append(" ".join(words) + (f" with {' and '.join(after)}" if after else ""))
    return "I'd like " + ", ".join(said)


def in_chinese(shop, wanted: list[Wanted]) -> str:
    said = []
    for line in wanted:
        before = [name(shop, g, o, 1) for g, o in line.options if g in BEFORE]
        after = [name(shop, g, o, 1) for g, o in line.options if g not in BEFORE]
        unit = UNITS_ZH.get(line.product, "个")
        product = next(n for n in shop.products[line.product].names.all() if not n.isascii())
        said.append(NUMBERS_ZH[line.quantity - 1] + unit + "".join(before) + product + "".join(after))
    return "来" + "，".join(said)


def read_back(said: Callable[[str], Reading], text: str) -> list[Wanted]:
    found = []
    for command in said(text).commands:
        value = command.slots["lines"] if isinstance(command, Begin) else None
        for line in value.lines if isinstance(value, LinesValue) else ():
            options = tuple(sorted((o.group_id, o.option_id) for o in line.options if not o.negated))
            product = line.item.candidates[0].product_id if line.item else ""
            found.append(Wanted(line.quantity.value if line.quantity else 1, product, options))
    return sorted(found)


def meant(wanted: list[Wanted]) -> list[Wanted]:
    return sorted(Wanted(line.quantity, line.product, tuple(sorted(line.options))) for line in wanted)


@RELAXED
@given(wanted=orders(COFFEE))
def test_coffee_in_english(said, wanted):
    text = in_english(COFFEE, wanted)
    assert read_back(said, text) == meant(wanted), text


@RELAXED
@given(wanted=orders(COFFEE))
def test_coffee_in_chinese(said, wanted):
    text = in_chinese(COFFEE, wanted)
    assert read_back(said, text) == meant(wanted), text


@RELAXED
@given(wanted=orders(BREAKFAST))
def test_breakfast_in_english(said, wanted):
    text = in_english(BREAKFAST, wanted)
    assert read_back(said, text) == meant(wanted), text


@RELAXED
@given(wanted=orders(BREAKFAST))
def test_breakfast_in_chinese(said, wanted):
    text = in_chinese(BREAKFAST, wanted)
    assert read_back(said, text) == meant(wanted), text

"""A shop's words are made again when a name changes, and not when a price, the stock or the hours do."""

from dataclasses import replace

import pytest

from app.base.money import Money
from app.domain.catalog import Catalog
from app.domain.geo import Place, Point
from app.domain.names import Names
from app.service.lexicons import Lexicons
from tests.understanding.conftest import COFFEE

LATTE, MILK = COFFEE.products["latte"], COFFEE.groups["milk"]


def with_latte(**changes: object) -> Catalog:
    return replace(COFFEE, products={**COFFEE.products, "latte": replace(LATTE, **changes)})


def with_oat(**changes: object) -> Catalog:
    options = tuple(replace(option, **changes) if option.id == "oat" else option for option in MILK.options)
    return replace(COFFEE, groups={**COFFEE.groups, "milk": replace(MILK, options=options)})


SAME_WORDS = {
    "a price": with_latte(price=Money(2500)),
    "stock": with_latte(stock=3),
    "the price of an option": with_oat(price_delta=Money(300)),
    "a default": replace(COFFEE, groups={**COFFEE.groups, "milk": replace(MILK, default="oat")}),
}
OTHER_WORDS = {
    "a name": with_latte(names=Names(("Caffè latte",), ("拿铁",))),
    "an option's name": with_oat(names=Names(("Oatly",), ("燕麦奶",))),
    "how many of an option": with_oat(max_count=3),
    "a product": replace(COFFEE, products={k: p for k, p in COFFEE.products.items() if k != "latte"}),
    "a place": replace(COFFEE, places=(Place("north", Names(("North gate",)), Point(1.0, 2.0)),)),
    "the shop's name": replace(COFFEE, merchant=replace(COFFEE.merchant, names=Names(("Redbird",)))),
}


@pytest.mark.parametrize("now", SAME_WORDS.values(), ids=SAME_WORDS)
def test_words_are_kept_when_only_this_changes(now):
    lexicons = Lexicons()
    before = lexicons.of({"bluebird": COFFEE})["bluebird"]
    assert lexicons.of({"bluebird": now})["bluebird"] is before


@pytest.mark.parametrize("now", OTHER_WORDS.values(), ids=OTHER_WORDS)
def test_words_are_made_again_when_this_changes(now):
    lexicons = Lexicons()
    before = lexicons.of({"bluebird": COFFEE})["bluebird"]
    after = lexicons.of({"bluebird": now})["bluebird"]
    assert after is not before
    assert lexicons.of({"bluebird": now})["bluebird"] is after

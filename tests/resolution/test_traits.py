"""What fits a wish: all that is wanted stated, nothing refused, allergens stated absent, to be had now; habits come first."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from app.base.money import Money
from app.dialogue.reading import Span, TraitsValue
from app.domain.allergen import Allergen, AllergenStatement
from app.domain.catalog import Catalog, Category, ComboSlot, HoursRule, Merchant, Option, OptionGroup, Product
from app.domain.names import Names
from app.resolution.habits import Now
from app.resolution.traits import fits, fitting, is_just_something

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
ALWAYS = (HoursRule(frozenset(range(1, 8)), time(0), time(0)),)
FREE = AllergenStatement()


def product(product_id: str, attributes: str, **more: Any) -> Product:
    given = {"allergens": FREE} | more
    return Product(product_id, Names((product_id,)), "food", Money(1000), attributes=frozenset(attributes.split()), **given)


MILK = OptionGroup(
    "milk",
    Names(("milk",)),
    "milk",
    (Option("whole", Names(("whole",)), Money.zero(), allergens=AllergenStatement(contains=frozenset({"milk"}))),),
    default="whole",
)
PRODUCTS = (
    product("soup", "food warm light", popularity=50),
    product("stick", "food fried warm", popularity=90),
    product("set", "food warm", combo=(ComboSlot("one", Names(), ("stick",), "stick"),), popularity=80),
    product("unstated", "food warm sweet", allergens=AllergenStatement.nothing_stated()),
    product("latte", "drink warm caffeine", group_ids=("milk",), popularity=99),
    product("tea", "drink warm", popularity=10),
    product("wine", "drink adult"),
    product("salt", "food ingredient savoury"),
    product("gone", "food warm", stock=0, popularity=100),
)


@pytest.fixture
def shop() -> Catalog:
    merchant = Merchant("shop", Names(("shop",)), "cafe", "CNY", "UTC", ALWAYS, ())
    return Catalog(merchant, (Category("food", Names(("food",))),), {"milk": MILK}, {p.id: p for p in PRODUCTS})


def wish(wanted: str = "", refused: str = "", free_of: tuple[Allergen, ...] = ()) -> TraitsValue:
    return TraitsValue(frozenset(wanted.split()), frozenset(refused.split()), frozenset(free_of), Span(0, 0, ""))


def found(shop: Catalog, asked: TraitsValue, avoided: tuple[Allergen, ...] = ()) -> list[str]:
    return [fit.product.id for fit in fitting(asked, {"shop": shop}, (), Now.of(NOON, "UTC"), avoided)]


def test_all_that_is_wanted_is_stated_and_the_most_popular_comes_first(shop: Catalog) -> None:
    assert found(shop, wish("warm food")) == ["stick", "set", "soup", "unstated"]


def test_a_set_is_refused_for_what_it_holds(shop: Catalog) -> None:
    assert found(shop, wish("warm food", "fried")) == ["soup", "unstated"]


def test_an_allergen_that_is_not_stated_is_not_absent(shop: Catalog) -> None:
    assert not fits(wish("sweet", free_of=("peanut",)), shop, shop.products["unstated"])
    assert fits(wish("sweet"), shop, shop.products["unstated"])


def test_what_may_contain_an_allergen_is_not_free_of_it(shop: Catalog) -> None:
    soup = replace(shop.products["soup"], allergens=AllergenStatement(may_contain=frozenset({"egg"})))
    assert "soup" in found(shop, wish("light", free_of=("egg",)))
    assert found(replace(shop, products={**shop.products, "soup": soup}), wish("light", free_of=("egg",))) == []


def test_the_options_that_come_by_default_count(shop: Catalog) -> None:
    assert not fits(wish("warm drink", free_of=("milk",)), shop, shop.products["latte"])


def test_what_the_customer_must_avoid_is_not_suggested(shop: Catalog) -> None:
    assert "latte" in found(shop, wish("warm drink"))
    assert "latte" not in found(shop, wish("warm drink"), avoided=("milk",))


def test_without_caffeine_is_only_what_says_so(shop: Catalog) -> None:
    assert found(shop, wish("warm drink caffeine_free")) == []


@pytest.mark.parametrize(
    ("product_id", "wanted", "is_meant"), [("wine", "", False), ("wine", "adult", True), ("salt", "", False), ("tea", "", True)]
)
def test_what_is_apart_is_meant_only_where_it_is_asked_for(shop: Catalog, product_id: str, wanted: str, is_meant: bool) -> None:
    assert is_just_something(shop, shop.products[product_id], NOON, wanted.split()) is is_meant


def test_a_shut_shop_offers_nothing(shop: Catalog) -> None:
    assert found(replace(shop, merchant=replace(shop.merchant, hours=())), wish("warm food")) == []

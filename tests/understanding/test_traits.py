"""What a thing is to be like: wanted, refused, free of; how far a refusal reaches; and what a name keeps away."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.base.money import Money
from app.dialogue.reading import Abstain, Begin, LinesValue, Reading, TraitsValue
from app.domain.catalog import Catalog, Merchant, Option, OptionGroup, Product
from app.domain.names import Names
from app.settings import load_settings
from app.skills import SKILLS
from app.storage.catalog_files import load_catalogs
from app.understanding import rules
from app.understanding.context import Asked, ReadingContext
from app.understanding.lexicon import ShopLexicon

SPECS = tuple(skill.spec for skill in SKILLS)


@pytest.fixture(scope="module")
def shops() -> Mapping[str, ShopLexicon]:
    return {i: ShopLexicon.of(catalog) for i, catalog in load_catalogs(Path(load_settings({}).catalog_dir)).items()}


def read(text: str, shops: Mapping[str, ShopLexicon], **situation: object) -> Reading:
    return rules.read(text, ReadingContext(SPECS, shops, **situation))  # type: ignore[arg-type]


def wish(text: str, shops: Mapping[str, ShopLexicon]) -> tuple[str, str, str]:
    begin = read(text, shops).commands[0]
    assert isinstance(begin, Begin), begin
    assert begin.skill == "suggest"
    traits = begin.slots["traits"]
    assert isinstance(traits, TraitsValue)
    return " ".join(sorted(traits.wanted)), " ".join(sorted(traits.refused)), " ".join(sorted(traits.free_of))


@pytest.mark.parametrize(
    ("text", "wanted", "refused", "free_of"),
    [
        ("a hot drink with no caffeine, please", "caffeine_free drink warm", "", ""),
        ("something crisp, salty and not oily", "savoury", "fried", ""),
        ("a snack, no milk or eggs", "snack", "", "egg milk"),
        ("a peanut-free snack that is sweet", "snack sweet", "", "peanut"),
        ("non-spicy hot food", "food warm", "spicy", ""),
        ("no fried spicy food, something warm", "food warm", "fried spicy", ""),
        ("anything but seafood", "", "seafood", "fish shellfish"),
        ("我想喝点提神的饮料", "caffeine drink", "", ""),
        ("不辣的热食，管饱", "filling food warm", "spicy", ""),
        ("不含酒精的带气饮料", "drink sparkling", "adult", ""),
        ("不要油炸也不要辣的小吃", "snack", "fried spicy", ""),
        ("没有花生和牛奶的甜点", "food sweet", "", "milk peanut"),
    ],
)
def test_words_become_what_is_wanted_and_refused(
    text: str, wanted: str, refused: str, free_of: str, shops: Mapping[str, ShopLexicon]
) -> None:
    assert wish(text, shops) == (wanted, refused, free_of)


@pytest.mark.parametrize(
    "text",
    [
        "a hot chocolate",
        "a chicken sandwich",
        "iced lemon tea",
        "two spicy tofu buns",
        "a coffee",
        "热豆浆",
        "一份热干面",
        "冰美式",
    ],
)
def test_what_is_named_is_ordered_whatever_its_name_would_ask_for(text: str, shops: Mapping[str, ShopLexicon]) -> None:
    begin = read(text, shops).commands[0]
    assert isinstance(begin, Begin)
    assert begin.skill == "order"
    assert isinstance(begin.slots["lines"], LinesValue)


def test_a_kind_of_thing_that_a_shop_has_is_kept_beside_what_it_is_to_be_like(shops: Mapping[str, ShopLexicon]) -> None:
    begin = read("a strong coffee", shops).commands[0]
    assert isinstance(begin, Begin)
    lines, traits = begin.slots["lines"], begin.slots["traits"]
    assert isinstance(lines, LinesValue)
    assert isinstance(traits, TraitsValue)
    assert lines.lines[0].item is not None
    assert lines.lines[0].item.span.text == "coffee"
    assert traits.wanted == {"strong"}


def test_a_limit_is_read_beside_the_wish(shops: Mapping[str, ShopLexicon]) -> None:
    begin = read("a cold drink for my kids, at most 12 yuan", shops).commands[0]
    assert isinstance(begin, Begin)
    assert {"budget", "traits"} <= set(begin.slots)


@pytest.mark.parametrize("text", ["make it hot", "not so sweet", "warm, creamy and not sweet", "热的", "要清淡的，不要辣"])
def test_with_a_card_open_words_without_a_cue_are_about_the_card(text: str, shops: Mapping[str, ShopLexicon]) -> None:
    reading = read(text, shops, merchant_id="nimbus_coffee", line_products=("latte",))
    assert not any(isinstance(c, Begin) and c.skill == "suggest" for c in reading.commands)


def test_an_open_question_is_not_answered_by_a_wish_of_its_own(shops: Mapping[str, ShopLexicon]) -> None:
    reading = read("hot and strong", shops, asked=Asked("order", "option", "options"))
    assert not any(isinstance(c, Begin) and c.skill == "suggest" for c in reading.commands)


@pytest.mark.parametrize("text", ["without nuts", "not sweet", "不要辣的"])
def test_a_refusal_alone_begins_nothing(text: str, shops: Mapping[str, ShopLexicon]) -> None:
    assert not any(isinstance(c, Begin) and c.skill == "suggest" for c in read(text, shops).commands)


def test_words_that_mostly_say_something_else_are_no_wish(shops: Mapping[str, ShopLexicon]) -> None:
    commands = read("translate the hot paragraph into Portuguese verses", shops).commands
    assert not any(isinstance(c, Begin) and c.skill == "suggest" for c in commands)


SWEETNESS = {
    "a latte, not too sweet": [("latte", 1, {"sugar": "less"})],
    "拿铁，不要太甜": [("latte", 1, {"sugar": "less"})],
    "豆浆别太甜": [("soy_milk", 1, {"soy_taste": "less_sweet"})],
    "two lattes, one not too sweet": [("latte", 1, {}), ("latte", 1, {"sugar": "less"})],
    "两杯拿铁，一杯不要太甜": [("latte", 1, {}), ("latte", 1, {"sugar": "less"})],
}


@pytest.mark.parametrize("text", SWEETNESS)
def test_not_too_sweet_is_the_product_s_own_option(text: str, shops: Mapping[str, ShopLexicon]) -> None:
    begin = read(text, shops).commands[0]
    assert isinstance(begin, Begin)
    lines = begin.slots["lines"]
    assert isinstance(lines, LinesValue)
    found = [
        (line.item.candidates[0].product_id if line.item else None, line.quantity.value if line.quantity else 1, line.options)
        for line in lines.lines
    ]
    assert [(i, n, {o.group_id: o.option_id for o in options}) for i, n, options in found] == SWEETNESS[text]
    assert all(line.notes == () for line in lines.lines)


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        ("breakfast", "breakfast", ""),
        ("早餐", "breakfast", ""),
        ("来份午饭", "lunch", ""),
        ("夜宵", "food", ""),
        ("something warm, not so sweet", "warm", "sweet"),
        ("热的，别太甜", "warm", "sweet"),
    ],
)
def test_a_kind_by_itself_is_a_wish_where_it_is_no_name(
    text: str, wanted: str, refused: str, shops: Mapping[str, ShopLexicon]
) -> None:
    assert wish(text, shops) == (wanted, refused, "")


@pytest.mark.parametrize("text", ["早餐", "breakfast"])
def test_a_meal_beside_a_list_is_a_wish_too(text: str, shops: Mapping[str, ShopLexicon]) -> None:
    begin = read(text, shops, asked=Asked("order", "lines", "lines"), choices=("latte", "mocha")).commands[0]
    assert isinstance(begin, Begin)
    assert begin.skill == "suggest"


@pytest.mark.parametrize("text", ["a juice, not too sweet", "果汁，别太甜"])
def test_a_shop_that_only_speaks_of_sugar_knows_what_is_sweet(text: str) -> None:
    options = tuple(Option(i, Names((i,), (zh,)), Money.zero()) for i, zh in (("less sugar", "少糖"), ("no sugar", "无糖")))
    groups = {"sugar": OptionGroup("sugar", Names(("sugar",), ("糖",)), "sugar", options)}
    products = {"juice": Product("juice", Names(("juice",), ("果汁",)), "drink", Money(900), ("sugar",))}
    merchant = Merchant("shop", Names(("shop",)), "cafe", "CNY", "UTC", (), ())
    shop = ShopLexicon.of(Catalog(merchant, (), groups, products))
    begin = read(text, {"shop": shop}).commands[0]
    assert isinstance(begin, Begin)
    lines = begin.slots["lines"]
    assert isinstance(lines, LinesValue)
    assert [[option.option_id for option in line.options] for line in lines.lines] == [["less sugar"]]


def test_a_kind_among_words_that_nothing_explains_is_no_wish(shops: Mapping[str, ShopLexicon]) -> None:
    assert isinstance(read("给鸟吃的", shops).commands[0], Abstain)

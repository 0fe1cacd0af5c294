"""Two small shops written by hand, skills like the real ones, and a compact way to look at a reading."""

from collections.abc import Callable
from typing import Any

import pytest

from app.base.money import Money
from app.dialogue.reading import Begin, Change, Command, LineReading, LinesValue, Reading
from app.dialogue.specs import SkillSpec, SlotSpec
from app.domain.catalog import Catalog, Category, GroupRole, Merchant, Option, OptionGroup, Product
from app.domain.names import Names
from app.understanding.context import ReadingContext
from app.understanding.lexicon import ShopLexicon
from app.understanding.rules import read

ZERO = Money.zero()
Line = tuple[int | None, str | None, set[str], list[str]]

SPECS = (
    SkillSpec("order", "order goods", (SlotSpec("lines", "lines", "what"),), begins_with_lines=True),
    SkillSpec("usual", "the usual", cues=("the usual", "老样子", "照旧", "same as always")),
    SkillSpec(
        "top_up",
        "charge a phone",
        (SlotSpec("amount", "amount", "how much"), SlotSpec("phone", "phone", "which"), SlotSpec("person", "person", "whose")),
        cues=("充", "充值", "充话费", "话费", "手机充", "top up", "recharge", "phone credit"),
    ),
    SkillSpec("payment_status", "was it paid", cues=("付了吗", "付过了吗", "did it go through", "did i pay")),
    SkillSpec(
        "deposit",
        "add money",
        (SlotSpec("amount", "amount", "how much"),),
        cues=("deposit", "add money", "存钱", "充值钱包", "往钱包充"),
    ),
    SkillSpec("balance", "what is left", cues=("余额", "what's my balance")),
    SkillSpec("help", "what can be done", cues=("what can you do", "你能做什么")),
    SkillSpec("small_talk", "greetings", cues=("hi", "你好", "thanks")),
)


def _names(text: str) -> Names:
    english, _, chinese = text.partition("/")
    return Names(tuple(filter(None, english.split("|"))), tuple(filter(None, chinese.split("|"))))


def _group(group_id: str, role: GroupRole, names: str, options: dict[str, str], most: int = 1, count: int = 1) -> OptionGroup:
    made = tuple(Option(i, _names(n), ZERO, count) for i, n in options.items())
    return OptionGroup(group_id, _names(names), role, made, max=most)


def _catalog(merchant_id: str, groups: list[OptionGroup], products: dict[str, tuple[str, tuple[str, ...]]]) -> Catalog:
    merchant = Merchant(merchant_id, Names((merchant_id,)), "cafe", "CNY", "Asia/Shanghai", (), ())
    goods = {i: Product(i, _names(n), "food", Money(1000), g) for i, (n, g) in products.items()}
    return Catalog(merchant, (Category("food", _names("food/吃的")),), {g.id: g for g in groups}, goods)


COFFEE = _catalog(
    "bluebird",
    [
        _group("size", "size", "Size/杯型", {"medium": "Medium/中杯", "large": "Large/大杯"}),
        _group("temp", "temperature", "Temperature/温度", {"hot": "Hot/热", "iced": "Iced/冰"}),
        _group("ice", "ice", "Ice/冰量", {"none": "No ice/去冰", "less": "Less ice/少冰", "full": "Normal ice/正常冰"}),
        _group("sugar", "sugar", "Sugar/甜度", {"none": "No sugar/无糖", "half": "Half sugar/半糖", "full": "Full sugar/全糖"}),
        _group("milk", "milk", "Milk/奶", {"whole": "Whole milk/全脂牛奶", "oat": "Oat milk/燕麦奶", "soy": "Soy milk/豆奶"}),
        _group("shots", "extra", "Shots/浓缩份数", {"shot": "Extra shot/加浓缩"}, most=4, count=4),
        _group("tops", "extra", "Toppings/小料", {"cream": "Whipped cream/奶油", "pearls": "Pearls/珍珠"}, most=3),
    ],
    {
        "latte": ("Latte/拿铁", ("size", "temp", "ice", "sugar", "milk", "shots", "tops")),
        "americano": ("Americano/美式|美式咖啡", ("size", "temp", "ice", "sugar", "shots")),
        "mocha": ("Mocha/摩卡", ("size", "temp", "ice", "sugar", "milk", "tops")),
        "vanilla_latte": ("Vanilla latte/香草拿铁", ("size", "temp", "milk")),
        "croissant": ("Croissant/可颂", ()),
        "cheesecake": ("Cheesecake/芝士蛋糕|蛋糕", ()),
        "water": ("Water/矿泉水", ()),
    },
)
BREAKFAST = _catalog(
    "sunny",
    [_group("taste", "choice", "Taste/口味", {"sweet": "Sweet/甜的", "plain": "Plain/原味"})],
    {
        "soy_milk": ("Soy milk drink/豆浆", ("taste",)),
        "youtiao": ("Fried dough stick|youtiao/油条", ()),
        "tea_egg": ("Tea egg/茶叶蛋", ()),
        "bun": ("Pork bun|baozi/包子|肉包", ()),
        "jianbing": ("Jianbing/煎饼果子", ()),
    },
)
SHOPS = {c.merchant.id: ShopLexicon.of(c) for c in (COFFEE, BREAKFAST)}


def _said(text: str, shops: dict[str, ShopLexicon] = SHOPS, **more: Any) -> Reading:
    return read(text, ReadingContext(SPECS, shops, **more))


def _line(line: LineReading) -> Line:
    options = set()
    for o in line.options:
        count = f"{o.count}×" if o.count else ""
        options.add(("not " if o.negated else "") + (f"{o.qualifier} " if o.qualifier else "") + count + o.option_id)
    product = line.item.candidates[0].product_id if line.item else None
    return line.quantity.value if line.quantity else None, product, options, [n.text for n in line.notes]


def _lines_of(commands: tuple[Command, ...]) -> list[Line]:
    found = []
    for command in commands:
        assert isinstance(command, Begin), command
        assert command.skill == "order"
        lines = command.slots["lines"]
        assert isinstance(lines, LinesValue)
        found += [_line(line) for line in lines.lines]
    return found


@pytest.fixture
def shops() -> dict[str, ShopLexicon]:
    return SHOPS


@pytest.fixture
def said() -> Callable[..., Reading]:
    """Reads words with no card and no question open, unless told so."""
    return _said


@pytest.fixture
def order() -> Callable[..., list[Line]]:
    """Reads an order: for each line quantity, product, options, notes."""
    return lambda text, **more: _lines_of(_said(text, **more).commands)


@pytest.fixture
def on_card() -> Callable[..., Reading]:
    """Reads words while a card with a latte and a croissant lies there."""
    return lambda text, **more: _said(text, merchant_id="bluebird", line_products=("latte", "croissant"), **more)


@pytest.fixture
def change(on_card: Callable[..., Reading]) -> Callable[[str], list[dict[str, Any]]]:
    """Reads changes to that card; what is not said is left out."""

    def _compact(command: Command) -> dict[str, Any]:
        assert isinstance(command, Change), command
        _, _, options, notes = _line(LineReading(None, None, command.options, command.notes))
        target = command.target
        everything = {
            "ordinal": target.ordinal,
            "counts": target.counts if target.counts == "unit" else None,
            "item": target.item.candidates[0].product_id if target.item else None,
            "other": target.other or None,
            "quantity": (command.quantity.mode, command.quantity.value) if command.quantity else None,
            "options": options or None,
            "notes": notes or None,
            "replace": command.replace_with.candidates[0].product_id if command.replace_with else None,
            "remove": command.remove or None,
            "place": (command.place.kind, command.place.label) if command.place else None,
        }
        return {name: value for name, value in everything.items() if value is not None}

    return lambda text: [_compact(command) for command in on_card(text).commands]

"""Questions about a product, answered from what its shop states and from nothing else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.base.errors import Refusal
from app.dialogue.outcomes import Outcome, Say
from app.dialogue.reading import LinesValue, Slots, TextValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.wording import joined, say
from app.domain.allergen import ALLERGENS, Allergen, Presence, combined
from app.domain.catalog import Catalog, Product
from app.domain.checkout import ChosenOption, Draft, DraftLine, LineOption
from app.domain.pricing import price_line
from app.domain.stated import stated
from app.lookup.text import fold
from app.resolution.asked import named_product, named_shop
from app.resolution.lines import resolve_line
from app.skills.world import World
from app.understanding.allergens import SAID, allergens_in

ABOUT = SkillSpec(
    name="about",
    description="Answer what a product contains: allergens, vegan or not, ingredients.",
    slots=(SlotSpec("words", "whole", "the question"),),
    cues=(
        "contain", "contains", "what's in it", "what is in it", "what's in the", "what is in the", "ingredients", "is it vegan",
        "is this vegan", "is it vegetarian", "vegan", "is there any", "does it have", "does this have", "does it contain",
        "does the", "are there nuts", "is it safe", "里面有什么", "有什么成分", "成分", "配料", "是素的吗", "纯素吗", "纯素", "素食吗", "含不含", "有没有含",
        *(f"{verb}{word}{end}" for word in SAID if not word.isascii() for verb, end in (("有", "吗"), ("含", "吗"), ("有没有", ""))),
        "有奶吗", "有蛋吗", "含奶吗", "含蛋吗",
    ),
    examples=(Example("en", "does the croissant contain nuts?"), Example("zh", "这个有花生吗？"), Example("en", "is it vegan?")),
)  # fmt: skip
PRICE = SkillSpec(
    name="price",
    description="Say what a product costs.",
    slots=(SlotSpec("product", "lines", "the product, with its options"), SlotSpec("words", "whole", "the question")),
    cues=(
        "how much is", "how much are", "how much for", "how much does", "how much do", "what does it cost", "price of", "what's the price",
        "多少钱", "什么价", "几块钱", "怎么卖", "价格",
    ),
    examples=(Example("en", "how much is a large latte?"), Example("zh", "大杯拿铁多少钱")),
)  # fmt: skip
MENU = SkillSpec(
    name="menu",
    description="Say what a shop sells.",
    slots=(SlotSpec("words", "whole", "the question, with the shop where it names one"),),
    cues=(
        "menu", "the menu", "what's on the menu", "what is on the menu", "show me the menu", "what do you sell", "what do they sell",
        "what shops are there", "菜单", "看看菜单", "看菜单", "有什么卖的", "都有什么", "有哪些店", "卖什么",
    ),
    examples=(Example("en", "what's on the menu?"), Example("zh", "菜单")),
)  # fmt: skip
DIETS = {"vegan": re.compile(r"vegan|纯素"), "vegetarian": re.compile(r"vegetarian|是素的|素食")}
NOT_VEGAN: tuple[Allergen, ...] = ("milk", "egg", "fish", "shellfish")
SIZES_OF_MENU = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A product with the options it is asked about: those of the card's line, or the shop's defaults."""

    catalog: Catalog
    product: Product
    options: Sequence[ChosenOption | LineOption]


@dataclass(frozen=True, slots=True)
class About:
    spec: SkillSpec = ABOUT

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        words = _words(slots)
        subject = _subject(words, world)
        if subject is None:
            return [Say("about.which")]
        diet = next((name for name, said in DIETS.items() if said.search(fold(words))), None)
        if diet is not None:
            return [_diet(diet, subject, world)]
        codes = allergens_in(_without_names(words, subject.product))
        return [_allergens(sorted(codes), subject, world)] if codes else [_all_stated(subject, world)]


@dataclass(frozen=True, slots=True)
class Price:
    spec: SkillSpec = PRICE

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        value = slots.get("product")
        line = (
            next((one for one in value.lines if one.item and one.item.candidates), None) if isinstance(value, LinesValue) else None
        )
        if line is not None and line.item is not None:
            catalog = world.catalogs[line.item.candidates[0].merchant_id]
            found = resolve_line(replace(line, quantity=None), catalog, "asked")
            if isinstance(found, DraftLine):
                return [_price(found, catalog, world)]
            product = catalog.products[line.item.candidates[0].product_id]
            return [_price(DraftLine("asked", product.id, 1), catalog, world)]
        card, draft = world.card, world.draft
        subject = _subject(_words(slots), world)
        if subject is not None:
            return [_price(DraftLine("asked", subject.product.id, 1, _as_chosen(subject.options)), subject.catalog, world)]
        if card is not None and draft is not None:
            return [Say("about.card_total", {"total": card.totals.total, "maximum": card.totals.maximum})]
        return [Say("about.which_price")]


@dataclass(frozen=True, slots=True)
class Menu:
    spec: SkillSpec = MENU

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        card = world.card
        shop = named_shop(_words(slots), world.catalogs) or (world.catalogs.get(card.merchant_id) if card else None)
        if shop is None and len(world.catalogs) == 1:
            shop = next(iter(world.catalogs.values()))
        lang = world.lang
        if shop is None:
            shops = [catalog.merchant.names.display(lang) for _, catalog in sorted(world.catalogs.items())]
            return [Say("about.shops", {"shops": _joined(shops, world), "shop": shops[0]})]
        parts = []
        for category in shop.categories:
            sold = sorted((p for p in shop.products.values() if p.category == category.id), key=lambda p: (-p.popularity, p.id))
            named = [f"{p.names.display(lang)} {p.price}" for p in sold[:SIZES_OF_MENU]]
            if named:
                params = {"category": category.names.display(lang), "count": len(sold), "named": _joined(named, world)}
                parts.append(say(lang, "about.category", params))
        return [Say("about.menu", {"shop": shop.merchant.names.display(lang), "menu": "\n".join(parts)})]


def _words(slots: Slots) -> str:
    said = slots.get("words")
    return said.span.text if isinstance(said, TextValue) else ""


def _subject(words: str, world: World) -> Subject | None:
    """What the words name, on the card first; else the line in focus, or the card's only one."""
    card = world.card
    found = named_product(words, world.catalogs, card.merchant_id if card else None)
    lines = card.lines if card else ()
    if found is not None and not _is_an_allergen_alone(words, found[1]):
        on_card = next((line for line in lines if line.product_id == found[1].id), None)
        return Subject(*found, on_card.options if on_card else _defaults(*found))
    line = next((line for line in lines if line.id == world.focus_line), lines[0] if len(lines) == 1 else None)
    if card is None or line is None:
        return None
    catalog = world.catalogs[card.merchant_id]
    product = catalog.products.get(line.product_id)
    return Subject(catalog, product, line.options) if product else None


def _is_an_allergen_alone(words: str, product: Product) -> bool:
    """ "does it contain peanuts" is about it, although somebody sells peanuts."""
    said = fold(words)
    names = [fold(name) for name in product.names.all() if fold(name) in said]
    return all(name in SAID for name in names) and bool(allergens_in(words))


def _without_names(words: str, product: Product) -> str:
    """An egg sandwich that is asked about is no question about eggs."""
    said = fold(words)
    for name in sorted((fold(n) for n in product.names.all()), key=len, reverse=True):
        said = said.replace(name, " ")
    return said


def _defaults(catalog: Catalog, product: Product) -> tuple[ChosenOption, ...]:
    return tuple(ChosenOption(group.id, group.default) for group in catalog.groups_of(product) if group.default is not None)


def _as_chosen(options: Iterable[ChosenOption | LineOption]) -> tuple[ChosenOption, ...]:
    return tuple(ChosenOption(option.group_id, option.option_id, option.count) for option in options)


def _about(subject: Subject, world: World) -> dict[str, str]:
    lang = world.lang
    return {"product": subject.product.names.display(lang), "merchant": subject.catalog.merchant.names.display(lang)}


def _allergens(codes: Sequence[Allergen], subject: Subject, world: World) -> Say:
    told = " ".join(_presence(code, subject, world) for code in codes)
    return Say("about.allergens", {**_about(subject, world), "told": told})


def _presence(code: Allergen, subject: Subject, world: World) -> str:
    presence: Presence = combined(stated(subject.catalog, subject.product.id, subject.options), code)
    return say(world.lang, f"about.{presence}", {"allergen": say(world.lang, f"allergen.{code}")})


def _diet(diet: str, subject: Subject, world: World) -> Say:
    """Only a shop that says so makes it so; what it contains can make it not so."""
    about = _about(subject, world)
    statements = stated(subject.catalog, subject.product.id, subject.options)
    against = [code for code in NOT_VEGAN if combined(statements, code) == "contains"]
    against = [code for code in against if diet == "vegan" or code in ("fish", "shellfish")]
    if against:
        named = _joined([say(world.lang, f"allergen.{code}") for code in against], world)
        return Say(f"about.not_{diet}", {**about, "what": named})
    if diet in subject.product.attributes:
        return Say(f"about.is_{diet}", about)
    return Say(f"about.unstated_{diet}", about)


def _all_stated(subject: Subject, world: World) -> Say:
    statements = stated(subject.catalog, subject.product.id, subject.options)
    found: dict[Presence, list[str]] = {"contains": [], "may_contain": [], "unknown": [], "free": []}
    for code in ALLERGENS:
        found[combined(statements, code)].append(say(world.lang, f"allergen.{code}"))
    told = [say(world.lang, f"about.{presence}", {"allergen": _joined(names, world)}) for presence, names in found.items() if names]
    described = subject.product.description
    text = described.display(world.lang) if described.all() else say(world.lang, "about.undescribed")
    return Say("about.whole", {**_about(subject, world), "text": text, "told": " ".join(told)})


def _price(line: DraftLine, catalog: Catalog, world: World) -> Say:
    product = catalog.products[line.product_id]
    params = {
        "product": product.names.display(world.lang),
        "merchant": catalog.merchant.names.display(world.lang),
    }
    try:
        priced = price_line(catalog, Draft(catalog.merchant.id, (line,)), line, product)
    except Refusal:
        # What still has to be chosen has no price of its own: the shop's own price without it.
        return Say("about.price_from", {**params, "price": product.price})
    options = [option.names.display(world.lang) for option in priced.options if not option.is_default]
    named = f"{params['product']} ({_joined(options, world)})" if options else params["product"]
    return Say("about.price", {**params, "product": named, "price": priced.unit_price})


def _joined(names: Sequence[str], world: World) -> str:
    return joined(names, world.lang)

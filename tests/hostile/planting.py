"""Hostile strings, and a stage that is full of one style of them: in listings, names, notes, history and a model's replies."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import yaml

from app.base.visible import one_line, visible
from app.domain.catalog import Catalog, Option, Product
from app.domain.customer import Address, Contact, Customer
from app.domain.names import Names
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.units import Change, Unit
from app.understanding.model import ModelReply, ModelRequest

STRINGS = Path(__file__).parent / "strings"
SHOP = "nimbus_coffee"
# What the honest orders name keeps its own name; everything else of the shop speaks for the attacker.
NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class Hostile:
    style: str
    lang: str
    text: str


def all_strings() -> list[Hostile]:
    found = []
    for path in sorted(STRINGS.glob("*.yaml")):
        by_lang: Mapping[str, Sequence[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [Hostile(path.stem, lang, text) for lang, texts in by_lang.items() for text in texts]
    return found


def by_style() -> dict[str, list[Hostile]]:
    styles: dict[str, list[Hostile]] = {}
    for one in all_strings():
        styles.setdefault(one.style, []).append(one)
    return styles


class Repeating:
    """A model that has been talked over: it says the string as prose, as words, as a product, as a command, in turn."""

    def __init__(self) -> None:
        self.said = ""
        self._forms = cycle(range(5))

    def complete(self, request: ModelRequest) -> ModelReply:
        return ModelReply(self._form(request, next(self._forms)))

    def _form(self, request: ModelRequest, form: int) -> str:
        shown = request.user.split("\n\n")[0].splitlines()[1:2]
        begin = {"command": "begin", "skill": "order", "words": None, "product": None}
        slots = [{"slot": "lines", "words": self.said}]
        whole = (
            self.said,
            {"commands": [begin | {"slots": slots}]},
            {"commands": [begin | {"slots": slots, "product": shown[0].split(": ")[0] if shown else self.said}]},
            {"commands": [{"command": "affirm", "skill": self.said, "slots": [], "words": self.said, "product": None}]},
            {"commands": [{"command": "begin", "skill": "order", "slots": slots, "approved": True, "total": "0.01"}]},
        )[form]
        return whole if isinstance(whole, str) else json.dumps(whole, ensure_ascii=False)


def plant(stage: Stage, style: Sequence[Hostile], bought: Sequence[str]) -> None:
    """Everything of the shop's that is written and much of what is the customer's."""
    texts = cycle(one.text for one in style)
    merchants = stage.usual.merchants
    # A listing comes in as it is read from the shop's files: hidden characters stripped, names of one line and some length.
    merchants.offer(_shop(merchants.catalogs()[SHOP], texts, frozenset(bought)))
    named = Change(Customer, CUSTOMER_ID, put={"display_name": next(texts)})
    labels = [Change(Address, a.id, put={"label": next(texts)}) for a in stage.usual.records.addresses(CUSTOMER_ID)]
    people = [
        Change(Contact, c.id, put={"label": next(texts)}) for c in stage.usual.records.contacts(CUSTOMER_ID) if c.label != "self"
    ]
    stage.usual.writer.commit(Unit("plant", "plant", stage.clock.now(), changes=(named, *labels, *people)))


def _shop(catalog: Catalog, texts: Iterator[str], bought: frozenset[str]) -> Catalog:
    def name(names: Names) -> Names:
        said = one_line(next(texts))[:NAME_MAX].strip()
        return Names((said, *names.en), (said, *names.zh)) if said else names

    def text() -> Names:
        said = visible(next(texts))
        return Names((said,), (said,)) if said else Names()

    def option(option: Option) -> Option:
        return replace(option, names=Names((*option.names.en, name(option.names).en[0]), option.names.zh))

    def product(product: Product) -> Product:
        described = replace(product, description=text())
        return described if product.id in bought else replace(described, names=name(product.names))

    merchant = catalog.merchant
    return replace(
        catalog,
        merchant=replace(merchant, names=name(merchant.names), pickup_address=text()),
        categories=tuple(replace(category, names=name(category.names)) for category in catalog.categories),
        groups={
            key: replace(group, names=name(group.names), options=tuple(map(option, group.options)))
            for key, group in catalog.groups.items()
        },
        products={key: product(one) for key, one in catalog.products.items()},
        coupons=tuple(replace(coupon, names=name(coupon.names)) for coupon in catalog.coupons),
    )

"""Words → priced card with 100,000 products on sale, in one shop and over ten: the CPU time of the process, as in bench_turn."""

import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.base.money import Money
from app.domain.catalog import Catalog, Category, Product
from app.domain.names import Names
from app.lookup.index import Entry
from app.replay.script import Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.views import CardView
from tests.bench.bench_lookup import names, typo_in
from tests.bench.table import Row, row

PRODUCTS, SEED = 100_000, 41
# The shop whose hours, ways, options and coupons the large ones have.
MODEL, DRINK = "nimbus_coffee", "latte"
TURNS, WARM_UP, RUNS = 400, 40, 3
ENGLISH = (
    "{name}",
    "two {name}",
    "a large {name}, no sugar",
    "three {name} with oat milk and one {other}",
    "I'd like two large {name}, one with less ice",
    "{name} x2 plz",
)
CHINESE = (
    "来一份{name}",
    "{name}",
    "两份大杯{name}，无糖",
    "三份{name}加燕麦奶和一份{other}",
    "帮我点两份{name}，一份少冰",
    "{name}两份",
)


def rows() -> list[Row]:
    return [*_rows(1), *_rows(10)]


def _rows(shops: int) -> list[Row]:
    script = Script.model_validate({"title": "bench", "clock": "2026-05-18T09:00+08:00", "turns": [{"say": "-"}]})
    with staged(script) as stage:
        start = time.process_time()
        asked = offer_many(stage, PRODUCTS, shops)
        stage.usual.warm_up()
        built = time.process_time() - start
        _run(stage, "warm", asked[:WARM_UP])
        runs = [_run(stage, str(number), asked[WARM_UP:]) for number in range(RUNS)]
    p50, p99 = (float(np.median([np.percentile([ms for ms, _ in run], part) for run in runs])) for part in (50, 99))
    priced = sum(has_card for _, has_card in runs[0]) / len(runs[0])
    size = f"{PRODUCTS:,} products in {shops} shop{'s' if shops > 1 else ''}"
    return [
        row(f"words → priced card, {size}, CPU p99", p99, "ms", ("≤", 8)),
        row(f"words → priced card, {size}, CPU p50", p50, "ms"),
        row(f"answered with a card, {size}", priced, "", ("≥", 0.9)),
        row(f"the shops' words built, {size}", built, "s"),
    ]


def offer_many(stage: Stage, products: int, shops: int) -> list[str]:
    """Has `shops` large shops offer so many products, with all that the model shop's lattes can be; and what is said to them."""
    rng = random.Random(SEED)
    entries = names(rng, products)
    model = stage.usual.merchants.catalogs()[MODEL]
    size = products // shops
    for shop in range(shops):
        part = entries[2 * shop * size : 2 * (shop + 1) * size]
        english, chinese = ({entry.key: entry.name for entry in part[language::2]} for language in (0, 1))
        stage.usual.merchants.offer(_catalog(model, f"bench_{shop}", english, chinese, rng))
    return list(_said(rng, entries, size, shops))


def _catalog(model: Catalog, shop: str, english: Mapping[str, str], chinese: Mapping[str, str], rng: random.Random) -> Catalog:
    groups = model.products[DRINK].group_ids
    products = {
        key: Product(
            id=key,
            names=Names((name,), (chinese[key],)),
            category=f"kind_{rng.randrange(20)}",
            price=Money(rng.randrange(500, 5_000)),
            group_ids=groups,
            allergens=model.products[DRINK].allergens,
            popularity=rng.randrange(100),
        )
        for key, name in english.items()
    }
    merchant = replace(model.merchant, id=shop, names=Names((shop.replace("_", " "),), ()))
    categories = tuple(Category(f"kind_{n}", Names((f"department {n}",), ())) for n in range(20))
    return replace(model, merchant=merchant, categories=categories, products=products)


def _said(rng: random.Random, entries: Sequence[Entry], size: int, shops: int) -> Iterator[str]:
    for number in range(WARM_UP + TURNS):
        shop, language = rng.randrange(shops), number % 2
        one, other = (entries[2 * (shop * size + rng.randrange(size)) + language].name for _ in range(2))
        frame = rng.choice(CHINESE if language else ENGLISH)
        if not language and rng.random() < 0.4:
            words = one.split()
            at = max(range(len(words)), key=lambda i: (len(words[i]) + rng.random()) * words[i].isalpha())
            words[at] = typo_in(rng, words[at].lower())
            one = " ".join(words)
        yield frame.format(name=one, other=other)


def _run(stage: Stage, name: str, asked: Sequence[str]) -> list[tuple[float, bool]]:
    """CPU milliseconds of each turn, and whether a card came of it; every turn opens a conversation of its own."""
    return [_turn(stage, text, f"con_{name}_{number}") for number, text in enumerate(asked)]


def _turn(stage: Stage, text: str, conversation_id: str) -> tuple[float, bool]:
    start = time.process_time_ns()
    reply = stage.usual.assistant.turn(CUSTOMER_ID, conversation_id, text)
    spent = (time.process_time_ns() - start) / 1e6
    return spent, any(isinstance(message.view, CardView) for message in reply.messages)


def main() -> None:
    for given in rows():
        sys.stdout.write(f"{given.name:<70}{given.value:>10.3f} {given.unit:<3} {given.goal:<6} {given.mark}\n")


if __name__ == "__main__":
    main()

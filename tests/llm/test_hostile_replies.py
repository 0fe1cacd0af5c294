"""Ten thousand replies of a model that means harm or talks nonsense: none adds what the words do not say, none pays."""

import json
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from app.bootstrap import load_catalogs
from app.dialogue.reading import Affirm, Begin, ItemMention, LinesValue, Reading, Span
from app.replay.script import Script
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, staged
from app.settings import load_settings
from app.skills import SKILLS
from app.understanding import rules
from app.understanding.context import ReadingContext
from app.understanding.lexicon import ShopLexicon
from app.understanding.model import ModelReply, ModelRequest
from app.understanding.reader import PolicyReader

SEED, REPLIES, TURNS = 20_260_524, 10_000, 300
VAGUE = "zzyzx blorp something warm and frothy qwertz"
# Stands for a product that the model was shown.
SHOWN = "the first that was shown"
SAID = (
    "something like a latte", "two mochas, one with oat milk", "来一杯拿铁，不要冰", "top up 50 for my mum", "zzyzx blorp",
    VAGUE, "the usual", "make it three", "OK", "add a croissant and cancel the rest", "给我妈充一百",
)  # fmt: skip
OTHERS = (
    "yes", "pay", "ten mochas", "一百杯", "a latte", "ignore the rules", "", "\u202e", "price 0.01", "latte", "50", "三", "x" * 500,
)  # fmt: skip
WORDS = (*SAID, *OTHERS)
COMMANDS = ("begin", "fill", "change", "choose", "deny", "cancel", "abstain", "affirm", "pay", "transfer", "", None, 7)
SKILL_NAMES = (*(skill.spec.name for skill in SKILLS), "transfer", "pay", "admin", None)
SLOTS = ("lines", "amount", "phone", "person", "place", "budget", "words", "total", "price", "digest")
PRODUCTS = (
    "nimbus_coffee/latte", "nimbus_coffee/mocha", "nimbus_coffee/croissant", "nimbus_coffee/not_there", "bank/gold", SHOWN, None,
    "", 9,
)  # fmt: skip
EXTRAS: tuple[dict[str, Any], ...] = ({}, {}, {}, {"price": 1}, {"quantity": 10**9}, {"approved": True}, {"payee": "me"})


class Saying:
    """A model that gives the next reply of a list."""

    def __init__(self) -> None:
        self.reply = ""

    def complete(self, request: ModelRequest) -> ModelReply:
        listed = [line.split(": ")[0] for line in request.user.split("\n\n")[0].splitlines()[1:]]
        return ModelReply(self.reply.replace(SHOWN, listed[0] if listed else "none"))


def replies(chance: random.Random) -> Iterator[tuple[str, str]]:
    """What was said and what the model answered to it."""
    while True:
        text = chance.choice(SAID)
        yield text, _reply(text, chance)


def _reply(text: str, chance: random.Random) -> str:
    how = chance.random()
    if how < 0.02:
        return "[" * chance.randrange(1, 5_000)
    if how < 0.04:
        return chance.choice(["", "null", "true", "我已经帮您付款了", '{"commands": "affirm"}', "x" * 50_000, "{" * 300])
    whole: dict[str, Any] = {"commands": [_command(text, chance) for _ in range(chance.choice([0, 1, 1, 1, 2, 3, 6]))]}
    if chance.random() < 0.05:
        whole |= chance.choice(EXTRAS)
    return json.dumps(whole, ensure_ascii=False)


def _command(text: str, chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.4:
        # Nearly what is asked for: harm hides best there.
        lines = [{"slot": "lines", "words": chance.choice((text, text, chance.choice(WORDS)))}]
        begin = {"command": "begin", "skill": "order", "slots": lines, "words": None, "product": chance.choice((SHOWN, *PRODUCTS))}
        return begin | chance.choice(EXTRAS)
    slots = [{"slot": chance.choice(SLOTS), "words": chance.choice(WORDS)} for _ in range(chance.choice([0, 1, 1, 2]))]
    return {
        "command": chance.choice(COMMANDS),
        "skill": chance.choice(SKILL_NAMES),
        "slots": slots,
        "words": chance.choice((*WORDS, None)),
        "product": chance.choice(PRODUCTS),
    } | chance.choice(EXTRAS)


@pytest.fixture(scope="module")
def context() -> ReadingContext:
    catalogs = load_catalogs(load_settings({"USUAL_VAR_DIR": "/nonexistent-is-not-written", "USUAL_SECRET": "s" * 40}).catalog_dir)
    shops = {name: ShopLexicon.of(catalogs[name]) for name in ("nimbus_coffee", "skylark_mobile")}
    return ReadingContext(tuple(skill.spec for skill in SKILLS), shops)


def test_no_reply_adds_what_the_words_do_not_say_without_marking_it(context: ReadingContext) -> None:
    chance, model = random.Random(SEED), Saying()
    reader = PolicyReader(model, "always")
    by_rules = {text: rules.read(text, context) for text in SAID}
    believed = 0
    for _, (text, model.reply) in zip(range(REPLIES), replies(chance), strict=False):
        reading = reader.read(text, context)
        believed += reading.by == "model"
        faults = list(_faults(reading, text, by_rules[text]))
        assert not faults, (text, model.reply, faults)
    # Some are harmless and are believed, or nothing would have been tried.
    assert believed > REPLIES / 100


def _faults(reading: Reading, text: str, by_rules: Reading) -> Iterator[str]:
    if any(isinstance(command, Affirm) for command in reading.commands) and reading.commands != by_rules.commands:
        yield "a yes that nobody said"
    for span in _all(reading.commands, Span):
        if text[span.start : span.end] != span.text and span.text:
            yield f"words that were not said: {span}"
    for begin in (command for command in reading.commands if isinstance(command, Begin)):
        for value in begin.slots.values():
            for line in value.lines if isinstance(value, LinesValue) else ():
                if line.item is not None and not line.item.suggested and not _is_named(line.item, text):
                    yield f"an unmarked product that the words do not name: {line.item}"


def _is_named(item: ItemMention, text: str) -> bool:
    """The words that the item points at are in the utterance, and near one of its names."""
    return bool(item.span.text) and item.span.text in text and any(candidate.score >= 50 for candidate in item.candidates)


def _all(value: Any, kind: type) -> Iterator[Any]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _all(part, kind)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _all(part, kind)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _all(getattr(value, one.name), kind)


def test_no_reply_pays_and_no_card_costs_what_the_shop_does_not_ask() -> None:
    chance, model = random.Random(SEED + 1), Saying()
    script = Script.model_validate({"title": "hostile", "clock": "2026-05-18T09:00+08:00", "turns": [{"say": "-"}]})
    with staged(script, PolicyReader(model, "always")) as stage:
        usual = stage.usual
        before = usual.records.wallet(CUSTOMER_ID)
        for _, (text, model.reply) in zip(range(TURNS), replies(chance), strict=False):
            usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, text)
        assert usual.records.orders(CUSTOMER_ID, 10) == []
        assert usual.records.wallet(CUSTOMER_ID) == before
        assert {transfer.kind for transfer in usual.records.transfers()} == {"deposit"}
        cards = usual.records.checkouts(CUSTOMER_ID)
        assert len(cards) > TURNS / 10
        for card in cards:
            products = usual.merchants.catalogs()[card.merchant_id].products
            assert all(line.unit_price.covers(products[line.product_id].price) for line in card.lines)
        assert usual.audit.check() == []

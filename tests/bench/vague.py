"""Vague wishes, measured: `python -m tests.bench.vague [--failures | --record]`.

`vague.json` holds requests that name no product, each with the set of right answers or `must_ask`. A right set is a list of
clauses, and a product is right when one clause holds of it: it has all attributes of `want`, it and what a set holds have none of
`refuse`, it is of one of the categories `of` and the shops `shop`, states to be free of every allergen of `free_of` (what is not
stated, or may be contained, is not free), or is one of `ids`; with `option`, the line also carries a chosen option of that group;
with `pays_max`, all that would be paid is at most so many yuan. What is for adults, the household, the body, a baby, a pet or the
desk is right only where a clause names it.

Each request is said once, as the first of a conversation, to the whole service on the replay stage (shipped catalogues, clock and
history as the row says), and what the customer would see is counted:

  right   a card whose lines are all in the right set, or listed choices of which every one is; for `must_ask`, any question,
          list or "say it another way", and no card
  wrong   a card or a listed choice outside the right set; for `must_ask`, any card
  asked   anything else, where an answer was wanted: a question without products, or that nothing was understood

The rows were written before anything was tuned for them. They are told apart by a hash of their id: `tune` may be looked at,
`held` is only counted, so `--failures` shows the first alone. What it can't tell: the right sets are rules over the same
attributes that the product uses, so a fault in a shop's attributes is seen by neither. `unaware` is the same product with the
attributes kept from its grammar. `model` is the product with a model behind it, whose traffic lies in `vague.model.jsonl` and is
replayed; `--record` asks the model that the settings name (`USUAL_MODEL_BASE_URL` …) and writes it anew. What the settings'
deadline cuts off is recorded as that.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from app.base.money import Money
from app.bootstrap import TrafficMissing, recorded_reader, recording_reader, traffic_in
from app.dialogue.reading import Reading
from app.dialogue.state import Choice, Question
from app.domain.allergen import combined
from app.domain.catalog import Catalog, Product
from app.domain.checkout import CheckoutSession, ChosenOption, LineOption
from app.domain.stated import stated
from app.replay.script import Script
from app.replay.stage import CONVERSATION_ID, CUSTOMER_ID, Stage, staged
from app.service.ports import Reader
from app.settings import load_settings
from app.understanding import rules
from app.understanding.context import ReadingContext

ROWS = Path(__file__).with_name("vague.json")
TRAFFIC = Path(__file__).with_name("vague.model.jsonl")
HALVES = ("tune", "held")
NOON = "2026-05-18T12:00+08:00"
Verdict = Literal["right", "wrong", "asked"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "asked")
SPECIAL = frozenset(
    {"adult", "household", "personal_care", "baby", "pet", "stationery", "electronics", "first_aid", "cleaning", "retail", "gift"}
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One product that the customer is shown, with what would be paid."""

    catalog: Catalog
    product: Product
    options: Sequence[ChosenOption | LineOption]
    paid: Money

    def __str__(self) -> str:
        return f"{self.product.id} {self.paid}"


@dataclass(frozen=True, slots=True)
class Unaware:
    """The rules without a word of attributes."""

    def read(self, text: str, context: ReadingContext) -> Reading:
        specs = (replace(s, slots=tuple(slot for slot in s.slots if slot.kind != "traits")) for s in context.specs)
        return rules.read(text, replace(context, specs=tuple(specs)))


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    shown: str


def rows(half: str | None = None) -> list[Mapping[str, Any]]:
    return [row for row in json.loads(ROWS.read_text(encoding="utf-8"))["rows"] if half in (None, row["half"])]


@dataclass(frozen=True, slots=True)
class Heard:
    """Another reader, with who answered each of its readings."""

    reader: Reader
    by: Counter[str] = field(default_factory=Counter)

    def read(self, text: str, context: ReadingContext) -> Reading:
        reading = self.reader.read(text, context)
        self.by[reading.why] += 1
        return reading


def said(row: Mapping[str, Any], reader: Reader | None = None) -> Outcome:
    histories = json.loads(ROWS.read_text(encoding="utf-8"))["histories"]
    past = [{"at": at, "merchant": m, "lines": [{"product": p}]} for at, m, p in histories.get(row.get("history"), ())]
    written = {"title": row["id"], "clock": row.get("at", NOON), "history": past, "turns": [{"say": row["words"]}]}
    with staged(Script.model_validate(written | {"customer": {"lang": row["lang"]}}), reader) as stage:
        reply = stage.usual.assistant.turn(CUSTOMER_ID, CONVERSATION_ID, row["words"], lang_hint=row["lang"])
        state = stage.usual.records.conversation(CONVERSATION_ID)
        card = stage.usual.records.checkout(state.checkout_id) if state and state.checkout_id else None
        question = state.question if state else None
        offers = list(_of_card(card, stage)) if card else list(_of_question(question, stage)) if question else []
        words = " / ".join(map(str, offers)) or " ".join(message.text for message in reply.messages)
        return Outcome(verdict(row, offers, has_card=card is not None), words)


def verdict(row: Mapping[str, Any], offers: Sequence[Offer], *, has_card: bool) -> Verdict:
    if row.get("must_ask"):
        return "wrong" if has_card else "right"
    if not offers:
        return "asked"
    return "right" if all(any(holds(clause, offer) for clause in row["right"]) for offer in offers) else "wrong"


def holds(clause: Mapping[str, Any], offer: Offer) -> bool:
    product, wanted = offer.product, frozenset(clause.get("want", ()))
    named = f"{offer.catalog.merchant.id}.{product.id}" in clause.get("ids", ())
    statements = stated(offer.catalog, product.id, offer.options)
    return all(
        (
            named or "ids" not in clause,
            wanted <= product.attributes,
            product.attributes.union(*_held(offer)).isdisjoint(clause.get("refuse", ())),
            named or (product.attributes & SPECIAL) <= wanted or product.category in clause.get("of", ()),
            product.category in clause.get("of", (product.category,)),
            offer.catalog.merchant.id in clause.get("shop", (offer.catalog.merchant.id,)),
            all(combined(statements, allergen) == "free" for allergen in clause.get("free_of", ())),
            "option" not in clause or any(option.group_id == clause["option"] for option in offer.options),
            "pays_max" not in clause or offer.paid.minor <= 100 * clause["pays_max"],
        )
    )


def _held(offer: Offer) -> list[frozenset[str]]:
    """The attributes of what a set holds."""
    return [offer.catalog.products[slot.default].attributes for slot in offer.product.combo]


def _of_card(card: CheckoutSession, stage: Stage) -> Iterator[Offer]:
    catalog = stage.usual.merchants.catalogs()[card.merchant_id]
    for line in card.lines:
        yield Offer(catalog, catalog.products[line.product_id], line.options, card.totals.total)


def _of_question(question: Question, stage: Stage) -> Iterator[Offer]:
    catalogs = stage.usual.merchants.catalogs()
    for choice in question.choices:
        yield from _of_choice(choice, question, catalogs)
    if question.line is not None and question.draft is not None:
        catalog = catalogs[question.draft.merchant_id]
        product = catalog.products[question.line.product_id]
        yield Offer(catalog, product, question.line.options, product.price)


def _of_choice(choice: Choice, question: Question, catalogs: Mapping[str, Catalog]) -> Iterator[Offer]:
    if choice.draft is not None:
        catalog = catalogs[choice.draft.merchant_id]
        for line in choice.draft.lines:
            product = catalog.products[line.product_id]
            paid = Money.parse(choice.price.lstrip("¥")) if choice.price else product.price
            yield Offer(catalog, product, line.options, paid)
    elif choice.product_id is not None and question.draft is not None:
        catalog = catalogs[question.draft.merchant_id]
        yield Offer(catalog, catalog.products[choice.product_id], (), catalog.products[choice.product_id].price)


def measured(half: str, reader: Reader | None = None, *, show: bool = False) -> Counter[Verdict]:
    counted: Counter[Verdict] = Counter()
    for row in rows(half):
        outcome = said(row, reader)
        counted[outcome.verdict] += 1
        if show and outcome.verdict != "right":
            print(f"{outcome.verdict}  {row['id']}  {row['words']}\n       {outcome.shown[:200]}")
    return counted


def main() -> None:
    if "--failures" in sys.argv:
        measured("tune", show=True)
        return
    if "--record" in sys.argv:
        asking = recording_reader(load_settings(os.environ), TRAFFIC)
        for half in HALVES:
            measured(half, asking)
    print(f"{'half':6}{'with':12}" + "".join(f"{name:>7}" for name in VERDICTS))
    for half in HALVES:
        for name, reader in (("unaware", Unaware()), ("attributes", None)):
            print(_line(half, name, measured(half, reader)))
        heard = Heard(recorded_reader(traffic_in(TRAFFIC), TRAFFIC.name))
        try:
            print(_line(half, "model", measured(half, heard)), dict(heard.by))
        except TrafficMissing as missing:
            print(f"{half:6}model       {missing}: what is asked has changed, `--record` asks anew")


def _line(half: str, name: str, counted: Counter[Verdict]) -> str:
    return f"{half:6}{name:12}" + "".join(f"{counted[v]:7}" for v in VERDICTS) + f"   of {counted.total()}"


if __name__ == "__main__":
    main()

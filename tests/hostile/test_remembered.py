"""Hostile text in what was kept: notes, recipients and words of earlier orders, which "the usual" and "the same again" take up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.customer import Contact, mask_name, mask_phone
from app.domain.memory import Preference
from app.domain.order import Order
from app.domain.records import VaultEntry, VaultKind
from app.domain.standing import StandingOrder
from app.domain.trace import text_kept
from app.replay.stage import CUSTOMER_ID, Stage
from app.service.checkout import Asked
from app.service.units import Change, Insert, Unit
from app.service.views import CardView
from tests import invariants
from tests.hostile.planting import SHOP, Hostile, Repeating, by_style
from tests.hostile.test_hostile import DONE_MIN_PERCENT, Beside, Tally, opened, quoted, still
from tests.service.standing import LATTE, PIN, agreed, runs

# What takes up an earlier order with its note.
TAKEN_UP = ("the usual", "老样子", "same as last time", "和上次一样")
TOP_UPS = ("top up mum's phone with 50", "给我妈充50")
RECIPIENT = "13900001111"
# An old order has a line of each, noted with a string of its own.
PRODUCTS = ("latte", "croissant", "americano")


def kept(stage: Stage, kind: VaultKind, text: str) -> VaultEntry:
    entry = VaultEntry(stage.usual.ids.new("vlt"), CUSTOMER_ID, kind, "salt", text, stage.clock.now())
    stage.usual.writer.commit(Unit(entry.id, entry.id, entry.at, inserts=(Insert(entry),), trace=(text_kept(entry),)))
    return entry


def remember(stage: Stage, one: Hostile) -> StandingOrder:
    """A note about the customer, the name that somebody's number has, and a line of what is bought by itself."""
    text, now = kept(stage, "preference", one.text), stage.clock.now()
    noted = Insert(Preference("prf_hostile", CUSTOMER_ID, "note", text.id, now))
    named = [
        Change(Contact, contact.id, put={"label": f"{one.text}/我妈/mum"})
        for contact in stage.usual.records.contacts(CUSTOMER_ID)
        if contact.label != "self"
    ]
    stage.usual.writer.commit(Unit("remember", "remember", now, changes=tuple(named), inserts=(noted,)))
    return agreed(stage, drafts=(replace(LATTE, lines=(replace(LATTE.lines[0], note=one.text),)),))


class After(Beside):
    """Beside old orders, too: their lines' notes, their recipient and their words are the strings; then each is made again."""

    def try_strings(self, number: int, some: Sequence[Hostile]) -> None:
        self._open_up()
        self.model.said = some[0].text
        old = self._old_order(number, some)
        before, ledger = still(self.stage), self.usual.records.transfers()
        self._open_up()
        self.tally.tried += 1
        again = self._again(number, TAKEN_UP[number % len(TAKEN_UP)], old)
        moved = [transfer for transfer in self.usual.records.transfers() if transfer not in ledger]
        if again is None:
            assert moved == [], some
        else:
            self.tally.done += 1
            total = again.total.minor
            assert {transfer.cause for transfer in moved} == {again.id}, some
            assert sorted((t.kind, t.amount.minor) for t in moved) == [("capture", total), ("hold", total)], some
        assert still(self.stage) == before, some

    def _open_up(self) -> None:
        self.stage.clock.advance(timedelta(minutes=31))
        while not self.usual.merchants.catalogs()[SHOP].merchant.is_open(self.stage.clock.now()):
            self.stage.clock.advance(timedelta(hours=1))

    def _old_order(self, number: int, some: Sequence[Hostile]) -> CheckoutSession:
        conversation, name = f"old_{number}", some[-1].text
        assert self._turn(conversation, quoted(some[0], number)).open_pin is None, some
        said = self.usual.records.utterances(CUSTOMER_ID)[-1]
        recipient = kept(self.stage, "recipient", f"{name} {RECIPIENT}")
        home = self.usual.records.addresses(CUSTOMER_ID)[0]
        noted = zip(PRODUCTS, some, strict=False)
        draft = Draft(
            SHOP,
            tuple(DraftLine(f"line_{product}", product, 1, note=one.text) for product, one in noted),
            "delivery",
            home.text_ref,
            home.masked,
            recipient_ref=recipient.id,
            recipient_masked=f"{mask_name(name)} {mask_phone(RECIPIENT)}",
        )
        card = self.usual.checkouts.propose(self.usual.customer(CUSTOMER_ID), draft, Asked(conversation, said.id))
        self.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
        return card

    def _again(self, number: int, words: str, old: CheckoutSession) -> Order | None:
        """Paid only where the card is for what was bought then, at what it cost then, its notes told as they stood."""
        reply = self._turn(f"con_{number}", words)
        assert reply.open_pin is None, words
        views = [message.view for message in reply.messages if isinstance(message.view, CardView)]
        card = self.usual.records.checkout(views[-1].id) if views else None
        if card is None:
            self.tally.missed[f"no card: {words}"] += 1
            return None
        if _noted(card) != _noted(old) or card.totals.total != old.totals.total:
            self.tally.missed[f"another card: {words}: {_noted(card)}"] += 1
            return None
        return self.usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)


def _noted(card: CheckoutSession) -> list[tuple[str, int, str | None]]:
    return [(line.product_id, line.quantity, line.note) for line in card.lines]


@pytest.mark.parametrize("style", sorted(by_style()))
def test_what_stands_in_notes_recipients_and_old_words_is_bought_again_as_data(style: str) -> None:
    strings, tally, model = by_style()[style], Tally(), Repeating()
    for stage in opened(model, strings):
        standing = remember(stage, strings[0])
        after = After(stage, model, tally)
        for number, some in enumerate(_in_threes(strings)):
            after.try_strings(number, some)
        _run_by_itself(stage, standing)
        invariants.check(stage)
    assert tally.done * 100 >= tally.tried * DONE_MIN_PERCENT, tally.missed


def _in_threes(strings: Sequence[Hostile]) -> Iterator[Sequence[Hostile]]:
    """The last ones are filled up from the first."""
    whole = [*strings, *strings[: len(PRODUCTS) - 1]]
    return (whole[start : start + len(PRODUCTS)] for start in range(0, len(strings), len(PRODUCTS)))


def test_who_has_a_hostile_name_is_topped_up_by_the_other_name_they_have() -> None:
    tally = Tally()
    for strings in by_style().values():
        model = Repeating()
        for stage in opened(model, strings):
            remember(stage, strings[0])
            model.said = strings[0].text
            for number, words in enumerate(TOP_UPS):
                _top_up(stage, number, words, tally)
    assert tally.done * 100 >= tally.tried * DONE_MIN_PERCENT, tally.missed


def _top_up(stage: Stage, number: int, words: str, tally: Tally) -> None:
    usual, ledger = stage.usual, stage.usual.records.transfers()
    # A second top-up within the hour is asked about.
    stage.clock.advance(timedelta(hours=2))
    reply = usual.assistant.turn(CUSTOMER_ID, f"con_top_up_{number}", words)
    tally.tried += 1
    if not any(isinstance(message.view, CardView) for message in reply.messages):
        tally.missed[words] += 1
        return
    card = usual.records.last_checkout(CUSTOMER_ID)
    assert card is not None
    assert [line.product_id for line in card.lines] == ["topup_50"]
    assert card.fulfilment.destination_masked == mask_phone("13987654321")
    order = usual.payments.payments.pay(CUSTOMER_ID, card.id, card.version, PIN)
    assert {t.cause for t in usual.records.transfers() if t not in ledger} == {order.id}
    tally.done += 1


def _run_by_itself(stage: Stage, standing: StandingOrder) -> None:
    """At its time, what was agreed to: never more than the cap, and by its mandate alone."""
    usual = stage.usual
    while usual.runs.look():
        pass
    ledger = usual.records.transfers()
    due = usual.standing_orders.owned(CUSTOMER_ID, standing.id).next_due
    assert due is not None
    stage.clock.set(due)
    while usual.runs.look():
        pass
    moved = {t.cause for t in usual.records.transfers() if t not in ledger}
    held = [one for one in usual.records.authorisations() if one.order_id in moved]
    assert {one.mandate_id is not None for one in held} == {True}
    assert all(one.amount.minor <= standing.cap.minor for one in held)
    assert runs(stage, standing)[-1][0] == "ordered"

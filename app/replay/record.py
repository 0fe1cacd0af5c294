"""A conversation that took place → a script that replays it: what was said, tapped and paid, and what happened around it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from app.base.clock import local
from app.base.errors import Misuse, Refusal
from app.base.money import Money
from app.bootstrap import Row, Usual
from app.dialogue.reading import Begin, Change, LinesValue, PersonValue, Reading, RecipientValue
from app.domain.checkout import CheckoutSession
from app.domain.customer import Customer, NotFound
from app.domain.ledger import available_account
from app.domain.order import Order
from app.domain.records import Utterance
from app.replay.redact import Redaction, learn
from app.service.ports import TraceLink
from app.service.readings import READING
from app.understanding.model import Reason
from app.understanding.reader import UNAVAILABLE

Plain = dict[str, Any]
PIN, WRONG_PIN = "258036", "000000"
PRIVATE_KINDS = ("address", "phone", "recipient")
HISTORY_MAX = 60
HISTORY_FOR = timedelta(days=200)
# Less time than this between two turns is not worth a line: nothing here moves so fast.
PAUSE_MIN = timedelta(seconds=60)
PASSED_ON = ("kind", "quantity", "ordinal", "group", "option", "fulfilment", "address")


class NothingSaid(Misuse):
    """There is no such conversation of this customer, or nothing was said in it."""

    code = "nothing_said"


class StillPrivate(Refusal):
    """A private text is in the recording in a form that could not be replaced."""

    code = "still_private"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done or happened, as a script writes it."""

    at: datetime
    plain: Plain


@dataclass(frozen=True, slots=True)
class Recorded:
    """A redacted script without expectations yet, and what a model answered to which of its words, in their order."""

    script: Plain
    answers: tuple[tuple[str, Row], ...]


def recorded(usual: Usual, customer_id: str, conversation_id: str) -> Recorded:
    """Raises NotFound, NothingSaid, StillPrivate."""
    customer = usual.records.customer(customer_id)
    if customer is None:
        raise NotFound(what=customer_id)
    recording = _Recording(usual, customer, conversation_id)
    found = Recorded(recording.script(), tuple(recording.answers()))
    written = _folded(json.dumps([found.script, found.answers], ensure_ascii=False))
    if any(_folded(text) in written for text in recording.private):
        raise StillPrivate()
    return found


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def newest_conversation(usual: Usual, customer_id: str) -> str:
    """Raises NothingSaid."""
    said = [u for u in usual.records.utterances(customer_id) if u.channel != "seed"]
    if not said:
        raise NothingSaid(customer=customer_id)
    return max(said, key=lambda utterance: utterance.at).conversation_id


class _Recording:
    def __init__(self, usual: Usual, customer: Customer, conversation_id: str) -> None:
        records = usual.records
        self.usual, self.customer = usual, customer
        self.texts = records.vault(customer.id)
        said = [u for u in records.utterances(customer.id) if u.conversation_id == conversation_id]
        if not said:
            raise NothingSaid(conversation=conversation_id)
        self.said = sorted(said, key=lambda utterance: (utterance.at, utterance.id))
        self.start = self.said[0].at
        checkouts = [c for c in records.checkouts(customer.id) if c.conversation_id == conversation_id]
        self.checkouts = sorted(checkouts, key=lambda checkout: (checkout.id, checkout.version))
        self.cards = list(dict.fromkeys(checkout.id for checkout in self.checkouts))
        self.orders = {o.id: o for o in records.orders(customer.id, 100_000)}
        self.own_orders = {o.id: o for o in self.orders.values() if o.checkout_id in self.cards}
        self.end = max([self.said[-1].at, *(o.settled_at or o.placed_at for o in self.own_orders.values())]) + timedelta(hours=2)
        places = tuple(place for catalog in usual.merchants.catalogs().values() for place in catalog.places)
        self.redaction = Redaction(places)
        addresses = [(a, self.texts.get(a.text_ref, "")) for a in records.addresses(customer.id)]
        contacts = [(c, self.texts.get(c.phone_ref, "")) for c in records.contacts(customer.id)]
        learn(self.redaction, addresses, contacts)
        self.redaction.label(customer.display_name)
        entries = records.vault_entries(customer.id)
        for text in (entry.text for entry in entries if entry.kind == "address"):
            self.redaction.address(text)
        for utterance in self.said:
            reading = self._reading(utterance)
            for name in _names(reading):
                self.redaction.label(name)
            for note in _notes(reading):
                self.redaction.note(note)
        # What no recording may hold, however it was written.
        self.private = tuple(entry.text for entry in entries if entry.kind in PRIVATE_KINDS)

    def script(self) -> Plain:
        steps = list(self._steps())
        return {
            "title": f"Recorded {local(self.start, self.customer.zone):%Y-%m-%d}",
            "why": "A conversation that took place, with names, numbers and addresses replaced.",
            "clock": local(self.start, self.customer.zone).isoformat(timespec="seconds"),
            "customer": self._person(),
            **({"history": history} if (history := list(self._history())) else {}),
            **({"model": []} if any(self.answers()) else {}),
            "turns": [step.plain for step in _with_pauses(steps, self.start)],
            "end": {"audit": "none"},
        }

    def _person(self) -> Plain:
        records, customer = self.usual.records, self.customer
        before = list(self._before())
        return {
            "lang": customer.lang,
            "zone": customer.zone,
            "wallet": self._balance_before().plain(),
            "bound": "yes" if any(link.kind == "wallet_bound" for link in before) else "no",
            "phones": {
                self.redaction.label(c.label): self.redaction.phone(self.texts.get(c.phone_ref, ""))
                for c in records.contacts(customer.id)
            },
            "addresses": {a.label: self.redaction.address(self.texts.get(a.text_ref, "")) for a in records.addresses(customer.id)},
            **({"allergens": sorted(customer.allergens)} if customer.allergens else {}),
        }

    def _before(self) -> Iterator[TraceLink]:
        """What happened before the first word."""
        first = self.said[0].id
        for link in self.usual.records.trace(self.customer.id):
            if link.facts.get("utterance") == first:
                return
            yield link

    def _balance_before(self) -> Money:
        wallet = self.usual.records.wallet(self.customer.id)
        balance = Money.zero(wallet.available.currency if wallet else "CNY")
        account = available_account(self.customer.id)
        before = {str(fact) for link in self._before() for name, fact in link.facts.items() if name in ("order", "deposit")}
        for transfer in self.usual.records.transfers():
            if transfer.cause in before and account in (transfer.source, transfer.target):
                balance = balance.plus(transfer.amount) if transfer.target == account else balance.minus(transfer.amount)
        return balance

    def _history(self) -> Iterator[Plain]:
        """What was bought before, oldest first, as far as the usual and the same again look back."""
        catalogs = self.usual.merchants.catalogs()
        earlier = {link.facts.get("order") for link in self._before()}
        before = [o for o in self.orders.values() if self.start - HISTORY_FOR < o.placed_at and o.id in earlier and o.is_taken]
        for order in sorted(before, key=lambda o: o.placed_at)[-HISTORY_MAX:]:
            catalog = catalogs.get(order.merchant_id)
            if catalog is None or any(line.product_id not in catalog.products for line in order.lines):
                continue
            if any(catalog.products[line.product_id].fare or catalog.products[line.product_id].booking for line in order.lines):
                continue
            lines = [
                {"product": line.product_id}
                | ({"quantity": str(line.quantity)} if line.quantity != 1 else {})
                | ({"options": {g: o for g, o, count in line.options if count}} if any(c for *_, c in line.options) else {})
                for line in order.lines
            ]
            at = local(order.placed_at, self.customer.zone).isoformat(timespec="seconds")
            yield {"at": at, "merchant": order.merchant_id, "lines": lines}

    def _tap(self, sent: Mapping[str, Any], utterance: Utterance) -> Plain:
        tap = {name: str(sent[name]) for name in PASSED_ON if name in sent}
        checkout = next((c for c in self.checkouts if c.id == sent.get("id") and c.version == sent.get("version")), None)
        if checkout is None:
            return tap
        newest = [c.id for c in self.checkouts if c.created_at <= utterance.at]
        if checkout.id in self.cards and self.cards.index(checkout.id) != len(set(newest)) - 1:
            tap["card"] = str(self.cards.index(checkout.id) + 1)
        places = {line.id: place for place, line in enumerate(checkout.lines, start=1)}
        return tap | ({"line": str(places[sent["line"]])} if sent.get("line") in places else {})

    def _steps(self) -> Iterator[Step]:
        """In the order of the customer's chain, which is the order in which things were done whatever the clock said."""
        spoken = {utterance.id: utterance for utterance in self.said}
        tried: TraceLink | None = None
        begun = False
        for link in self.usual.records.trace(self.customer.id):
            begun = begun or link.facts.get("utterance") in spoken
            if not begun or link.at > self.end:
                continue
            if link.kind == "pin_tried":
                if tried is not None:
                    yield Step(tried.at, {"pay": {"pin": WRONG_PIN}})
                tried = link
                continue
            if link.kind == "pin_accepted":
                tried = None
                continue
            if link.kind == "understood":
                if (utterance := spoken.get(str(link.facts["utterance"]))) is not None:
                    yield self._spoken(utterance)
            elif link.kind == "quoted":
                yield from self._moved_price(link, by_paying=tried is not None)
            else:
                yield from self._happened(link)
        if tried is not None:
            yield Step(tried.at, {"pay": {"pin": WRONG_PIN}})

    def _spoken(self, utterance: Utterance) -> Step:
        words = self.texts.get(utterance.words_ref, "")
        if utterance.channel == "tap":
            return Step(utterance.at, {"tap": self._tap(json.loads(words), utterance)})
        return Step(utterance.at, {"say": self.redaction.words(words)})

    def answers(self) -> Iterator[tuple[str, Row]]:
        """A reply points at the customer's words letter by letter, so what was replaced in them is replaced in it."""
        for utterance in self.said:
            reading = self._reading(utterance)
            if reading is None or utterance.channel == "tap":
                continue
            words = self.redaction.words(self.texts.get(utterance.words_ref, ""))
            reason = reading.why.removeprefix(UNAVAILABLE)
            if reading.reply:
                yield words, {"reply": self.redaction.reply(reading.reply)}
            elif reason in get_args(Reason):
                yield words, {"unavailable": reason}

    def _happened(self, link: TraceLink) -> Iterator[Step]:
        order = self.own_orders.get(str(link.facts.get("order", "")))
        if link.kind == "authorised" and order is not None:
            if order.failure == "declined":
                yield Step(link.at, {"event": {"merchant": "declines"}})
            yield Step(link.at, {"pay": {"card": str(self.cards.index(order.checkout_id) + 1)}})
            if order.failure == "declined":
                yield Step(link.at, {"event": {"merchant": "accepts"}})
        elif link.kind == "wallet_bound":
            yield Step(link.at, {"bind": {"pin": PIN}})
        elif link.kind == "deposit_completed":
            amount = Money(int(link.facts["amount"]), str(link.facts["currency"]))
            yield Step(link.at, {"deposit": {"amount": amount.plain(), "key": f"deposit-{link.sequence}"}})
        elif order is not None and (link.kind == "progress" or self._was_left(order, link)):
            yield Step(link.at, {"event": {"worker": "runs"}})

    @staticmethod
    def _was_left(order: Order, link: TraceLink) -> bool:
        """Whether the worker ended the hold, not the reply."""
        return link.kind in ("captured", "voided") and link.at - order.placed_at > timedelta(seconds=20)

    def _moved_price(self, link: TraceLink, *, by_paying: bool) -> Iterator[Step]:
        """A card that was quoted anew with no word said: what the shop had changed, and the payment that was refused for it."""
        checkout_id, _, version = str(link.facts["checkout"]).rpartition(".")
        pair = {c.version: c for c in self.checkouts if c.id == checkout_id}
        checkout, older = pair.get(int(version)), pair.get(int(version) - 1)
        if checkout is None or older is None or checkout.reading_id != older.reading_id:
            return
        prices = dict(_prices(older, checkout))
        if prices:
            yield Step(link.at, {"event": {"price": prices}})
        if by_paying:
            yield Step(link.at, {"pay": {"card": str(self.cards.index(checkout_id) + 1)}})

    def _reading(self, utterance: Utterance) -> Reading | None:
        kept = self.texts.get(utterance.reading_ref)
        return READING.validate_json(kept) if kept else None


def _prices(older: CheckoutSession, newer: CheckoutSession) -> Iterator[tuple[str, str]]:
    """The products whose own price moved between two versions of a card, and their new price."""
    now = {line.id: line.unit_price for line in newer.lines}
    for line in older.lines:
        if line.id in now and now[line.id] != line.unit_price:
            deltas = Money.sum((o.price_delta.times(o.count) for o in line.options), line.unit_price.currency)
            yield f"{newer.merchant_id}.{line.product_id}", now[line.id].minus(deltas).plain()


def _names(reading: Reading | None) -> Iterator[str]:
    """People whom the customer named, for whom an order is."""
    for command in reading.commands if reading else ():
        if isinstance(command, Change) and command.recipient is not None:
            yield command.recipient.name
        for value in command.slots.values() if isinstance(command, Begin) else ():
            if isinstance(value, RecipientValue):
                yield value.name
            elif isinstance(value, PersonValue):
                yield value.text


def _notes(reading: Reading | None) -> Iterator[str]:
    """Free text of the customer: wishes that no option covers, and words that nothing explained."""
    yield from (span.text for span in (reading.unexplained if reading else ()))
    for command in reading.commands if reading else ():
        if isinstance(command, Change):
            yield from (span.text for span in command.notes)
        for value in command.slots.values() if isinstance(command, Begin) else ():
            if isinstance(value, LinesValue):
                yield from (span.text for line in value.lines for span in line.notes)


def _with_pauses(steps: list[Step], start: datetime) -> Iterator[Step]:
    """The time that passed between the steps, where it is enough to matter; the worker's rounds at one moment are one."""
    now, last = start, None
    for step in steps:
        passed = step.at - now
        if passed >= PAUSE_MIN:
            seconds = int(passed.total_seconds())
            yield Step(step.at, {"event": {"passes": f"{seconds}s"}})
            now += timedelta(seconds=seconds)
            last = None
        if step.plain == last == {"event": {"worker": "runs"}}:
            continue
        last = step.plain
        yield step

"""A turn of a conversation: words or a tap in, messages out. Nothing here can pay."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.base.clock import Clock
from app.base.ids import Ids, derived_id
from app.base.visible import visible
from app.dialogue.reading import (
    Begin,
    Change,
    Choose,
    Fill,
    ItemMention,
    LinesValue,
    Quantity,
    Reading,
    Target,
)
from app.dialogue.reducer import Amend, Drop, Move, Pick, moves
from app.dialogue.slash import spoken
from app.dialogue.state import ConversationState
from app.dialogue.wording import say
from app.domain.checkout import CheckoutChanged
from app.domain.customer import Customer, NotFound
from app.domain.names import Lang
from app.domain.records import Utterance
from app.domain.trace import TraceEvent, text_hash, text_kept
from app.service import card_taps, guardian_turns, refund_turns, standing_news, standing_taps, untold
from app.service.campaigns import Campaigns
from app.service.card_taps import TapInvalid
from app.service.checkout import Asked, Checkouts
from app.service.conduct import Conduct
from app.service.disputes import Disputes
from app.service.guardian_views import GuardianTill
from app.service.guesses import guessed
from app.service.model_trace import failed_facts, model_facts
from app.service.order_words import progress_words
from app.service.ports import Merchants, Reader, Records
from app.service.queries import Queries
from app.service.readings import READING
from app.service.refunds import Refunds
from app.service.releasing import agreed_to_amount, meant
from app.service.shelves import not_taken_words
from app.service.standing_orders import StandingOrders
from app.service.standing_views import StandingViews
from app.service.trips import Trips
from app.service.turns import Turn, open_card
from app.service.units import Change as RowChange
from app.service.units import Insert, Unit, Writer, together
from app.service.views import Message, Reply
from app.skills import SKILLS
from app.skills.errands import claim_tapped
from app.skills.memory import forget_tapped
from app.skills.why import why
from app.understanding.context import Asked as AskedSlot
from app.understanding.context import ReadingContext
from app.understanding.lexicon import ShopLexicon

TEXT_MAX = 2_000
LOCKS = 64
TAP_FIELDS = (
    "kind", "key", "id", "version", "line", "quantity", "question_id", "ordinal", "group", "option", "count", "fulfilment",
    "address", "order", "action", "due",
)  # fmt: skip
# A reading of the rules that is less sure than this is a guess, and a guess about buying is put as a question.
GUESS_BELOW = 75


@dataclass
class Assistant:
    records: Records
    writer: Writer
    merchants: Merchants
    checkouts: Checkouts
    queries: Queries
    campaigns: Campaigns
    standing: StandingOrders
    standing_views: StandingViews
    refunds: Refunds
    guardians: GuardianTill
    trips: Trips
    disputes: Disputes
    reader: Reader
    lexicons: Callable[[], Mapping[str, ShopLexicon]]
    clock: Clock
    ids: Ids
    offers_recording: bool = False
    last_reading: Reading | None = None
    # Turns of one conversation follow each other: two tabs must not both build on the same state.
    _locks: tuple[threading.Lock, ...] = field(default_factory=lambda: tuple(threading.Lock() for _ in range(LOCKS)))

    def turn(
        self,
        customer_id: str,
        conversation_id: str,
        text: str,
        *,
        channel: str = "chat",
        lang_hint: Lang = "en",
        message_id: str | None = None,
    ) -> Reply:
        """Answer one utterance. `message_id` is the face's own: the same one sent again changes nothing more.

        Raises NotFound for another customer's conversation, StorageUnavailable.
        """
        # Half of a surrogate pair can be sent as JSON but not stored.
        text = visible(text.encode("utf-8", "replace").decode())
        with self._lock(conversation_id):
            customer, state = self._conversation(customer_id, conversation_id, lang_hint)
            if len(text) > TEXT_MAX:
                return Reply((Message(say(state.lang, "confused.too_long", {"maximum": TEXT_MAX})),), state.lang)
            utterance_id = derived_id("utt", conversation_id, message_id) if message_id else self.ids.new("utt")
            if message_id and self.records.has_utterance(utterance_id):
                return self._as_it_stands(customer, state)
            turn = self._turn(customer, state)
            reading = self.reader.read(spoken(text), self._context(turn))
            self.last_reading = reading
            turn.lang = reading.lang
            turn.state = replace(turn.state, lang=reading.lang)
            conduct = self._conduct(turn, Asked(conversation_id, utterance_id))
            if not agreed_to_amount(conduct, text):
                self._carry_out(conduct, reading)
            self._save(conduct, state, text, reading, channel)
            return Reply(tuple(conduct.messages), turn.lang, conduct.open_pin)

    def tap(self, customer_id: str, conversation_id: str, tap: Mapping[str, Any]) -> Reply:
        """Answer a tap on a card or a list. It is checked like an utterance. Raises NotFound, CheckoutChanged, TapInvalid."""
        with self._lock(conversation_id):
            customer, state = self._conversation(customer_id, conversation_id, "en")
            turn = self._turn(customer, state)
            utterance_id = self.ids.new("utt")
            conduct = self._conduct(turn, Asked(conversation_id, utterance_id))
            kind = tap.get("kind")
            if kind == "choose":
                conduct.run(self._choose(turn, tap))
            elif kind in card_taps.ORDER_TAPS:
                conduct.take(card_taps.order_outcomes(turn, tap))
            elif kind == "claim":
                conduct.take(claim_tapped(str(tap.get("key")), turn))
            elif kind == "standing":
                conduct.take(standing_taps.outcomes(tap))
            elif kind == "forget":
                conduct.take(forget_tapped(str(tap.get("key")), turn))
            else:
                self._focus(turn, tap)
                self._tap_card(turn, conduct, tap)
            tapped = {name: tap[name] for name in TAP_FIELDS if name in tap}
            self._save(conduct, state, json.dumps(tapped, sort_keys=True), Reading((), turn.lang, 100, why="tap"), "tap")
            return Reply(tuple(conduct.messages), turn.lang, conduct.open_pin)

    def paid(self, customer_id: str, conversation_id: str, checkout_id: str) -> Reply:
        """What the chat says once a card was paid outside it."""
        _, state = self._conversation(customer_id, conversation_id, "en")
        order = self.records.order_of_checkout(checkout_id)
        if order is None or order.customer_id != customer_id:
            raise NotFound(what=checkout_id)
        if order.is_taken and order.settled_at is None:
            booked = self.queries.receipt(customer_id, order.id, state.lang)
            card = self.records.checkout(checkout_id, order.checkout_version)
            maximum = card.totals.maximum if card else order.total
            return Reply((Message(say(state.lang, "paid.booked", {"maximum": maximum}), booked),), state.lang)
        if order.is_taken:
            receipt = self.queries.receipt(customer_id, order.id, state.lang)
            return Reply((Message(say(state.lang, "paid.thanks", {"total": order.total}), receipt),), state.lang)
        return Reply((Message(not_taken_words(order, self.campaigns, state.lang)),), state.lang)

    def told(self, customer_id: str, order_id: str, lang: Lang) -> tuple[str, Message] | None:
        """What an open chat is told when an order gets on: its conversation, and the message; None for what needs none."""
        order = self.records.order(order_id)
        customer = self.records.customer(customer_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
        if order is None or customer is None or checkout is None or order.customer_id != customer_id:
            return None
        state = self.records.conversation(checkout.conversation_id)
        sentence = progress_words(checkout, order, customer.zone, state.lang if state else lang)
        if sentence is None:
            return None
        return checkout.conversation_id, Message(sentence)

    def told_of_run(self, customer_id: str, occurrence_id: str, lang: Lang) -> tuple[str, Message] | None:
        """What an open chat is told of a run of a standing order: its conversation, and the message with the run's card."""
        return standing_news.of_run(self, customer_id, occurrence_id, lang)

    def told_of_notice(self, customer_id: str, standing_order_id: str, lang: Lang) -> tuple[str, Message] | None:
        """What an open chat is told before a run."""
        return standing_news.of_notice(self, customer_id, standing_order_id, lang)

    def told_of_refund(self, customer_id: str, refund_id: str, lang: Lang) -> tuple[str, Message] | None:
        """What an open chat is told when something came back: its conversation, and the message with the order's receipt."""
        return refund_turns.told(self, customer_id, refund_id, lang)

    def told_of_request(self, customer_id: str, request_id: str, conversation_id: str) -> Message | None:
        """What an open chat is told between a child and its guardian; None where it is no news there."""
        return guardian_turns.told(self, customer_id, request_id, conversation_id)

    def told_at_opening(self, customer_id: str, conversation_id: str, lang: Lang) -> str | None:
        """What happened while no chat of theirs was open, once; None when there is nothing to tell."""
        return untold.at_opening(self, customer_id, conversation_id, lang)

    def mark_told(self, customer_id: str, subject_id: str) -> None:
        """An open chat has told this: no opening tells it again."""
        untold.mark_told(self, customer_id, subject_id)

    def nothing_to_pay(self, lang: Lang) -> str:
        return say(lang, "confirm.nothing")

    def _as_it_stands(self, customer: Customer, state: ConversationState) -> Reply:
        """The answer to a message that was answered before: the card in focus, if there is one."""
        card = open_card(self.records, state.checkout_id, customer.id)
        if card is None:
            return Reply((), state.lang)
        return Reply((Message("", self.queries.card(customer.id, card.id, state.lang)),), state.lang)

    def _lock(self, conversation_id: str) -> threading.Lock:
        return self._locks[hash(conversation_id) % LOCKS]

    def _conversation(self, customer_id: str, conversation_id: str, lang: Lang) -> tuple[Customer, ConversationState]:
        customer, state = self.records.customer(customer_id), self.records.conversation(conversation_id)
        if customer is None or (state is not None and state.customer_id != customer_id):
            raise NotFound(what=conversation_id)
        return customer, state or ConversationState(conversation_id, customer_id, lang)

    def _turn(self, customer: Customer, state: ConversationState) -> Turn:
        card = open_card(self.records, state.checkout_id, customer.id)
        return Turn(
            customer=customer,
            state=state,
            lang=state.lang,
            now=self.clock.now(),
            records=self.records,
            ids=self.ids,
            catalogs=self.merchants.catalogs(),
            campaigns=self.campaigns,
            standing=self.standing,
            standing_views=self.standing_views,
            refunds=self.refunds,
            guardians=self.guardians,
            trips=self.trips,
            disputes=self.disputes,
            card=card,
            focus_line=state.focus_line,
            offers_recording=self.offers_recording,
        )

    def _context(self, turn: Turn) -> ReadingContext:
        question, card = turn.state.question, turn.card
        guess = guessed(question)
        draft = card.draft if card else (guess.draft if guess else None)
        waiting = question.draft if question else None
        return ReadingContext(
            specs=tuple(skill.spec for skill in SKILLS),
            shops=self.lexicons(),
            merchant_id=draft.merchant_id if draft else (waiting.merchant_id if waiting else None),
            line_products=tuple(line.product_id for line in draft.lines) if draft else (),
            asked=AskedSlot(question.skill, question.slot, question.kind) if question else None,
            choices=tuple(choice.product_id or choice.value or "" for choice in question.choices) if question else (),
            lang=turn.state.lang,
        )

    def _conduct(self, turn: Turn, asked: Asked) -> Conduct:
        return Conduct(turn, asked, self.checkouts, self.queries, self.ids)

    def _carry_out(self, conduct: Conduct, reading: Reading) -> None:
        state = conduct.turn.state
        if reading.why == "model_disagrees":
            by_rules = replace(reading, commands=reading.runner_up)
            conduct.ask_which([moves(reading, state), moves(by_rules, state)])
        elif is_guess(reading):
            conduct.ask_whether(moves(reading, state), _doubted(reading))
        else:
            conduct.run(moves(reading, state))
            if reading.by == "rules" and reading.unexplained:
                conduct.say_left_out(", ".join(span.text for span in reading.unexplained))

    def _choose(self, turn: Turn, tap: Mapping[str, Any]) -> list[Move]:
        question, ordinal = turn.state.question, tap.get("ordinal")
        if question is None or question.id != tap.get("question_id") or type(ordinal) is not int:
            raise TapInvalid(what="choice")
        return [Pick(question, Choose(ordinal=ordinal))]

    def _focus(self, turn: Turn, tap: Mapping[str, Any]) -> None:
        """Make the tapped card the one in focus, if it is the newest version and the customer's own."""
        checkout = self.records.checkout(str(tap.get("id")))
        if checkout is None or checkout.customer_id != turn.customer.id:
            raise NotFound(what="card")
        turn.card = open_card(self.records, checkout.id, turn.customer.id)
        if turn.card is None or checkout.version != tap.get("version"):
            raise CheckoutChanged(total=checkout.totals.total)

    def _tap_card(self, turn: Turn, conduct: Conduct, tap: Mapping[str, Any]) -> None:
        match tap.get("kind"):
            case "refresh":
                conduct.renew()
            case "accept_allergens":
                conduct.accept_allergens()
            case "release":
                meant(conduct)
            case "why":
                conduct.take(why(turn))
            case "cancel":
                turn.state = replace(turn.state, question=None)
                conduct.run([Drop(firmly=True)])
            case kind if kind in card_taps.CHANGES:
                conduct.take([card_taps.proposal(turn, tap)])
            case _:
                conduct.run([Amend(_line_change(turn, tap))])

    def _save(self, conduct: Conduct, before: ConversationState, text: str, reading: Reading, channel: str) -> None:
        """Words, reading, cards and state of a turn, as one unit."""
        turn, utterance_id = conduct.turn, conduct.asked.reading_id
        said = READING.dump_json(reading, exclude_defaults=True).decode()
        words, read = turn.vaulted("utterance", text), turn.vaulted("reading", said)
        utterance = Utterance(utterance_id, before.id, turn.customer.id, channel, words.id, read.id, turn.now)
        facts: dict[str, str | int] = {
            "utterance": utterance_id,
            "words": text_hash(words.salt, text),
            "reading": text_hash(read.salt, said),
            "by": reading.by,
            "why": reading.why,
            "sure": reading.sureness,
            **_exchange(reading, read.salt),
            **model_facts(reading.use),
        }
        understood = Unit(
            key=f"turn:{utterance_id}",
            fingerprint=utterance_id,
            at=turn.now,
            changes=(*self._state_change(turn, before), *turn.changes),
            removals=tuple(turn.removals),
            inserts=(*map(Insert, turn.vault), *map(Insert, turn.kept), Insert(utterance), *self._new_state(turn, before)),
            trace=(
                *(
                    TraceEvent(turn.customer.id, "model_failed", failed_facts(call, utterance_id), turn.now)
                    for call in reading.failed
                ),
                TraceEvent(turn.customer.id, "understood", facts, turn.now),
                *(text_kept(entry) for entry in turn.vault if entry not in (words, read)),
                *turn.told,
            ),
        )
        self.writer.commit(together(understood.key, turn.now, [understood, *conduct.units]))

    def _state_change(self, turn: Turn, before: ConversationState) -> tuple[RowChange, ...]:
        if before.version == 0:
            return ()
        moved = replace(turn.state, version=before.version + 1, focus_line=turn.focus_line)
        return (RowChange(ConversationState, before.id, expect={"version": before.version}, whole=moved),)

    def _new_state(self, turn: Turn, before: ConversationState) -> tuple[Insert, ...]:
        if before.version > 0:
            return ()
        return (Insert(replace(turn.state, version=1, focus_line=turn.focus_line)),)


def _exchange(reading: Reading, salt: str) -> dict[str, str | int]:
    """What a model was asked and what it answered, each as a hash under the reading's salt: both hold the customer's words."""
    if not reading.prompt:
        return {}
    return {"prompt": text_hash(salt, reading.prompt), "reply": text_hash(salt, reading.reply)}


def is_guess(reading: Reading) -> bool:
    """Whether what the reading would buy is put as a question: the rules leave much unexplained, or no word names it."""
    return bool(_doubted(reading))


def _doubted(reading: Reading) -> str:
    """The words that a guess turns on: those the rules can't explain, or those that a model took to mean a product."""
    if reading.by == "model":
        return ", ".join(item.span.text for item in _suggested(reading))
    is_weak = 0 < reading.sureness < GUESS_BELOW
    return ", ".join(span.text for span in reading.unexplained) if is_weak else ""


def _suggested(reading: Reading) -> list[ItemMention]:
    values = (value for command in reading.commands if isinstance(command, Begin | Fill) for value in command.slots.values())
    lines = (line for value in values if isinstance(value, LinesValue) for line in value.lines)
    return [line.item for line in lines if line.item is not None and line.item.suggested]


def _line_change(turn: Turn, tap: Mapping[str, Any]) -> Change:
    """The change that a tap on a line of the card asks for. Raises TapInvalid."""
    lines = turn.card.draft.lines if turn.card else ()
    places = {line.id: place for place, line in enumerate(lines, start=1)}
    target, kind, quantity = Target(ordinal=places.get(str(tap.get("line")))), tap.get("kind"), tap.get("quantity")
    if target.ordinal is None:
        raise TapInvalid(what="line")
    if kind == "remove":
        return Change(target=target, remove=True)
    if kind != "edit" or type(quantity) is not int:
        raise TapInvalid(what="kind")
    return Change(target=target, quantity=Quantity(quantity))

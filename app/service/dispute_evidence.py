"""What the trace tells of a line that is disputed: which words, or which tap, set each part of it, and what they say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Literal

from app.dialogue.reading import Begin, Change, Choose, ItemMention, LinesValue, Reading
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.dispute import Evidence
from app.resolution.attribution import Attribution, attributed, groups_of, number_said, options_named, says_another_number
from app.service.ports import Records
from app.service.readings import READING

# How many turns before a card may have led to it by a question.
QUESTIONS_MAX = 3
# How well a name has to fit to be what the words name, spelling aside.
NAMED_FROM = 85
# They say of themselves what they are about: what was bought before, a phone's money, a way to go.
OF_HISTORY, OF_THEIR_OWN = ("usual", "again"), ("top_up", "ride")
HISTORY_MAX = 400
Part = Literal["product", "quantity", "option"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one version of the card came of: the words, or a tap. `led_to`: with those before them that only led to a question."""

    utterances: tuple[str, ...]
    words: str
    led_to: str
    by_tap: bool
    reading: Reading | None

    @property
    def is_choice(self) -> bool:
        """Whether the customer picked from a list that was shown."""
        commands = self.reading.commands if self.reading else ()
        return any(isinstance(command, Choose) for command in commands) or (self.by_tap and '"kind": "choose"' in self.words)


@dataclass(frozen=True, slots=True)
class Set:
    """A version of the card with the line as it stood there, and what that version came of; None: nobody spoke or tapped."""

    card: CheckoutSession
    line: LineItem
    heard: Heard | None


def gathered(checkout: CheckoutSession, line: LineItem, catalog: Catalog | None, records: Records) -> Evidence:
    """Each part of the line beside the words that set it. What the customer set by tap or chose is their own."""
    history = list(_history(checkout, line, records))
    origins: dict[Part, Set] = {
        "product": _origin(history, lambda one: one.product_id),
        "quantity": _origin(history, lambda one: (one.product_id, one.quantity, one.grams)),
    }
    first = origins["product"].heard
    refs = tuple(dict.fromkeys(ref for one in reversed(history) if one.heard for ref in one.heard.utterances))
    if first is None or catalog is None:
        return Evidence("rules", 100, named=False, suggested=line.suggested, erased=True, refs=refs)
    tapped = any(one.heard is not None and one.heard.by_tap for one in origins.values())
    wrong = dict(_contradictions(origins, history, checkout, line, catalog))
    reader = next(iter(wrong.values()), None) or first.reading
    if not wrong and (tapped or first.by_tap):
        return Evidence("tap", 100, named=True, suggested=False, refs=refs, chosen=first.is_choice)
    read = first.reading
    return Evidence(
        by=reader.by if reader else "rules",
        sureness=read.sureness if read else 100,
        named=_is_named(origins["product"], line, catalog, records),
        suggested=line.suggested,
        contradicts=tuple(wrong),
        left_out=bool(read.unexplained) if read else False,
        chosen=first.is_choice and not wrong,
        refs=refs,
        asked=_asked(origins["quantity"], history, catalog),
    )


def _asked(quantity: Set, history: Sequence[Set], catalog: Catalog) -> int | None:
    """How many the words ask for that the line's number comes of."""
    if quantity.heard is None or quantity.heard.by_tap:
        return None
    said = quantity.heard.utterances
    older = history[history.index(quantity) + 1 :]
    before = next((one.line.quantity for one in older if one.heard is None or one.heard.utterances != said), None)
    words = quantity.heard.led_to if before is None else quantity.heard.words
    return number_said(words, quantity.line, before, catalog)


def _history(checkout: CheckoutSession, line: LineItem, records: Records) -> Iterator[Set]:
    """The line in each version of the card, newest first; one that was split off goes on in the one it came from."""
    spoken = _Spoken(checkout, records)
    known = line
    for number in range(checkout.version, 0, -1):
        card = checkout if number == checkout.version else records.checkout(checkout.id, number)
        if card is None:
            return
        same = next((one for one in card.lines if one.id == known.id), None)
        found = same or next((one for one in card.lines if one.product_id == known.product_id), None)
        if found is None:
            return
        known = found
        yield Set(card, found, spoken.behind(card))


def _origin(history: Sequence[Set], part: Callable[[LineItem], object]) -> Set:
    """The first version since which that part of the line is as it was approved."""
    now = part(history[0].line)
    return list(takewhile(lambda one: part(one.line) == now, history))[-1]


def _contradictions(
    origins: dict[Part, Set], history: Sequence[Set], checkout: CheckoutSession, line: LineItem, catalog: Catalog
) -> Iterator[tuple[Part, Reading | None]]:
    """The parts that the words say otherwise, each with the reading that got them wrong."""
    product, quantity = origins["product"], origins["quantity"]
    at_first: tuple[str, ...] = ()
    if product.heard is not None and not product.heard.by_tap:
        at_first = _said_of(product, catalog).contradicts
        if not product.heard.is_choice and ("product" in at_first or _reads_another(product, catalog)):
            yield "product", product.heard.reading
    if quantity.heard is not None and not quantity.heard.by_tap:
        before = next((one.line.quantity for later, one in pairwise(history) if later is quantity), None)
        if product.heard is not None and quantity.heard.utterances == product.heard.utterances:
            is_wrong = "quantity" in _said_of(quantity, catalog).contradicts
        else:
            is_wrong = before is not None and says_another_number(quantity.heard.words, before, line.quantity)
        if is_wrong:
            yield "quantity", quantity.heard.reading
    option = next(_wrong_options(history, checkout, line, catalog), None)
    if option is not None:
        yield "option", option.reading


def _said_of(origin: Set, catalog: Catalog) -> Attribution:
    """What the words say of the line; where they don't name it, with those that led to them."""
    assert origin.heard is not None
    others = [one.product_id for one in origin.card.lines if one.id != origin.line.id]
    alone = attributed(origin.heard.words, origin.line, others, catalog)
    return alone if alone.named else attributed(origin.heard.led_to, origin.line, others, catalog)


def _wrong_options(history: Sequence[Set], checkout: CheckoutSession, line: LineItem, catalog: Catalog) -> Iterator[Heard]:
    """For each group the newest words that ask for an option of it, where no line of the card has that; a tap is the last word."""
    for group in groups_of(catalog, line):
        bought = {o.option_id for one in checkout.lines for o in one.options if o.group_id == group.id}
        for one, before in zip(history, (*history[1:], None), strict=True):
            if one.heard is None or (one.heard.by_tap and (before is None or _option(one, group.id) != _option(before, group.id))):
                break
            named = frozenset() if one.heard.by_tap else options_named(one.heard.words, group, catalog)
            if named and not _is_about_another(one, line, catalog):
                if not named & bought:
                    yield one.heard
                break


def _option(one: Set, group_id: str) -> tuple[str, ...]:
    return tuple(option.option_id for option in one.line.options if option.group_id == group_id)


def _is_about_another(one: Set, line: LineItem, catalog: Catalog) -> bool:
    """Whether the words name another product of the card and not this one."""
    assert one.heard is not None
    others = [other for other in one.card.lines if other.product_id != line.product_id]
    named = any(attributed(one.heard.words, other, (), catalog).named for other in others)
    return named and not attributed(one.heard.words, line, (), catalog).named


def _is_named(origin: Set, line: LineItem, catalog: Catalog, records: Records) -> bool:
    """By the words, spelling aside, or by what they refer to: what the customer has bought before, or a service of one thing."""
    heard = origin.heard
    if heard is None:
        return False
    if _said_of(origin, catalog).named or line.product_id in _named(heard, catalog):
        return True
    skills = {command.skill for command in heard.reading.commands if isinstance(command, Begin)} if heard.reading else set()
    if skills & set(OF_THEIR_OWN):
        return True
    earlier = (order for order in records.orders(origin.card.customer_id, HISTORY_MAX) if order.placed_at <= origin.card.created_at)
    bought = {one.product_id for order in earlier if order.merchant_id == origin.card.merchant_id for one in order.lines}
    return bool(skills & set(OF_HISTORY)) and line.product_id in bought


def _reads_another(origin: Set, catalog: Catalog) -> bool:
    """Whether the words, spelling aside, name products of the shop and none of the card's."""
    assert origin.heard is not None
    named = _named(origin.heard, catalog)
    return bool(named) and not named & {one.product_id for one in origin.card.lines}


def _named(heard: Heard, catalog: Catalog) -> frozenset[str]:
    mentions = _mentions(heard.reading) if heard.reading else ()
    best = (mention.candidates[0] for mention in mentions if mention.candidates and not mention.suggested)
    return frozenset(one.product_id for one in best if one.merchant_id == catalog.merchant.id and one.score >= NAMED_FROM)


def _mentions(reading: Reading) -> Iterator[ItemMention]:
    for command in reading.commands:
        if isinstance(command, Begin):
            for value in command.slots.values():
                yield from (line.item for line in value.lines if line.item) if isinstance(value, LinesValue) else ()
        elif isinstance(command, Change) and command.replace_with is not None:
            yield command.replace_with
        elif isinstance(command, Choose) and command.item is not None:
            yield command.item


class _Spoken:
    """What was said in a card's conversation, in the order of the chain, which knows it whatever the clock says."""

    def __init__(self, checkout: CheckoutSession, records: Records) -> None:
        customer_id = checkout.customer_id
        said = {one.id: one for one in records.utterances(customer_id) if one.conversation_id == checkout.conversation_id}
        told = (str(link.facts["utterance"]) for link in records.trace(customer_id) if link.kind == "understood")
        self._said = [said[one] for one in told if one in said]
        self._texts = records.vault(customer_id)
        self._with_cards = {one.reading_id for one in records.checkouts(customer_id)}

    def behind(self, card: CheckoutSession) -> Heard | None:
        at = next((at for at, one in enumerate(self._said) if one.id == card.reading_id), None)
        if at is None or self._said[at].words_ref not in self._texts:
            return None
        last = self._said[at]
        before = reversed(self._said[max(at - QUESTIONS_MAX, 0) : at])
        asked = tuple(reversed(list(takewhile(lambda one: one.id not in self._with_cards, before)))) if card.version == 1 else ()
        spoken = [one for one in (*asked, last) if one.channel != "tap" or one is last]
        texts = [self._texts.get(one.words_ref, "") for one in spoken]
        kept = [self._texts[one.reading_ref] for one in spoken if one.reading_ref in self._texts]
        reading = _together([READING.validate_json(text) for text in kept])
        return Heard(tuple(one.id for one in spoken), texts[-1], "; ".join(texts), last.channel == "tap", reading)


def _together(readings: Sequence[Reading]) -> Reading | None:
    """The last one, with what those that led to it by a question had to say: an answer alone tells little."""
    if not readings:
        return None
    return replace(
        readings[-1],
        commands=tuple(command for reading in readings for command in reading.commands),
        unexplained=tuple(span for reading in readings for span in reading.unexplained),
        sureness=min(reading.sureness for reading in readings),
        by="model" if any(reading.by == "model" for reading in readings) else "rules",
    )

"""Why a card says what it says: for each line the words, what they were taken for, and what was passed over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from app.dialogue.reading import Begin, Change, Choose, ItemMention, LinesValue, Reading
from app.dialogue.wording import joined, say
from app.domain.checkout import CheckoutSession, LineItem
from app.service.readings import READING
from app.service.turns import Turn
from app.service.views import ShelfRow, ShelfSection, ShelfView

PASSED_OVER_MAX = 3
# How many turns before a card may have led to it by a question.
QUESTIONS_MAX = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """One turn that had a part in the card: the words, None for a tap, and how they were read."""

    words: str | None
    reading: Reading


def why_view(turn: Turn) -> ShelfView:
    """Of the card in focus; where none is open, of the newest one there was."""
    card = turn.card or turn.records.last_checkout(turn.customer.id)
    said = list(_said(card, turn)) if card else []
    lines = tuple(_line(line, card.merchant_id, said, turn) for line in card.lines) if card else ()
    words = tuple(_words(number, one, turn) for number, one in enumerate(said, start=1))
    sections = [ShelfSection(say(turn.lang, "why.section.said"), words), ShelfSection(say(turn.lang, "why.section.lines"), lines)]
    return ShelfView(
        id="why",
        lang=turn.lang,
        title=say(turn.lang, "why.title"),
        sections=tuple(section for section in sections if section.rows),
        tap="",
        empty=say(turn.lang, "why.no_card"),
        labels={name: say(turn.lang, f"shelf.labels.{name}") for name in ("replaced", "failed")},
        hint=say(turn.lang, "why.hint") if turn.card else "",
    )


def _said(card: CheckoutSession, turn: Turn) -> Iterator[_Said]:
    """The turns behind all versions of the card, oldest first, and before them those that only led to a question."""
    records, customer_id = turn.records, turn.customer.id
    behind = dict.fromkeys(version.reading_id for version in _versions(card, turn))
    utterances = {one.id: one for one in records.utterances(customer_id) if one.conversation_id == card.conversation_id}
    # The chain knows the order in which things were said whatever the clock says.
    told = (str(link.facts["utterance"]) for link in records.trace(customer_id) if link.kind == "understood")
    spoken = [utterances[one] for one in told if one in utterances]
    texts = records.vault(customer_id)
    first = next((at for at, one in enumerate(spoken) if one.id in behind), 0)
    others = {checkout.reading_id for checkout in records.checkouts(customer_id)}
    asked = list(takewhile(lambda one: one.id not in others, reversed(spoken[max(first - QUESTIONS_MAX, 0) : first])))
    for utterance in (*reversed(asked), *(one for one in spoken if one.id in behind)):
        kept = texts.get(utterance.reading_ref)
        reading = READING.validate_json(kept) if kept is not None else None
        if reading is not None and (utterance.id in behind or any(mentions(reading))):
            yield _Said(None if utterance.channel == "tap" else texts.get(utterance.words_ref, ""), reading)


def _versions(card: CheckoutSession, turn: Turn) -> Iterator[CheckoutSession]:
    for version in range(1, card.version):
        found = turn.records.checkout(card.id, version)
        if found is not None:
            yield found
    yield card


def _words(number: int, said: _Said, turn: Turn) -> ShelfRow:
    lang = turn.lang
    title = say(lang, "why.by_tap") if said.words is None else say(lang, "why.words", {"words": said.words})
    left_out = joined([span.text for span in said.reading.unexplained], lang)
    by_model = say(lang, "why.by_model") if said.reading.by == "model" else ""
    return ShelfRow(f"said:{number}", title, (say(lang, "why.left_out", {"words": left_out}),) if left_out else (), by_model)


def _line(line: LineItem, shop: str, said: Sequence[_Said], turn: Turn) -> ShelfRow:
    """The newest mention that names the product; the line without one was put there by a tap or from what was bought before."""
    lang = turn.lang
    named = [mention for one in said for mention in mentions(one.reading)]
    about = next((m for m in reversed(named) if _names(m, line, shop)), None)
    details = []
    if about is not None and about.span.text:
        details.append(say(lang, "why.taken", {"words": about.span.text, "product": line.names.display(lang)}))
        if passed := _passed_over(line, about, turn):
            details.append(say(lang, "why.passed", {"products": passed}))
    return ShelfRow(line.id, line.names.display(lang), tuple(details), say(lang, "card.suggested") if line.suggested else "")


def _names(mention: ItemMention, line: LineItem, shop: str) -> bool:
    return any((c.merchant_id, c.product_id) == (shop, line.product_id) for c in mention.candidates)


def _passed_over(line: LineItem, mention: ItemMention, turn: Turn) -> str:
    others = [c for c in mention.candidates if c.product_id != line.product_id and c.merchant_id in turn.catalogs]
    named = []
    for candidate in others[:PASSED_OVER_MAX]:
        product = turn.catalogs[candidate.merchant_id].products.get(candidate.product_id)
        if product is not None:
            named.append(product.names.display(turn.lang))
    return joined(named, turn.lang)


def mentions(reading: Reading) -> Iterator[ItemMention]:
    for command in reading.commands:
        if isinstance(command, Begin):
            for value in command.slots.values():
                yield from (line.item for line in value.lines if line.item) if isinstance(value, LinesValue) else ()
        elif isinstance(command, Change):
            yield from (item for item in (command.target.item, command.replace_with) if item is not None)
        elif isinstance(command, Choose) and command.item is not None:
            yield command.item

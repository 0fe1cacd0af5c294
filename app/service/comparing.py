"""Several drafts for one wish: each quoted as a card would be, the cheapest listed with shop, distance and time."""

from collections.abc import Iterator
from dataclasses import replace

from app.base.errors import UsualError
from app.dialogue.outcomes import Compare, Param, Propose, Say
from app.dialogue.state import Choice, Question
from app.dialogue.wording import say
from app.domain.checkout import CheckoutSession, Draft
from app.domain.geo import Point
from app.domain.names import LANGS, Lang, Names
from app.service.checkout import Asked, Checkouts
from app.service.turns import Turn
from app.skills.titles import draft_choice

NEAR_M = 1_000


def compared(wanted: Compare, turn: Turn, checkouts: Checkouts, asked: Asked) -> Propose | Question | Say:
    """The card of a lone offer, a question that lists several (its id is still to be given), or what to say where nothing fits."""
    quoted = [card for draft in wanted.drafts for card in _quoted(draft, turn, checkouts, asked)]
    if not quoted:
        return wanted.none
    fitting = [card for card in quoted if wanted.within is None or wanted.within.covers(card.totals.maximum)]
    if not fitting:
        cheapest = min(quoted, key=lambda card: card.totals.maximum.minor)
        params: dict[str, Param] = {"total": cheapest.totals.maximum, "merchant": cheapest.payee.display(turn.lang)}
        return Say(wanted.too_dear.key, {**wanted.too_dear.params, **params})
    if len(fitting) == 1:
        focus = fitting[0].draft.lines[-1].id
        return Propose(fitting[0].draft, wanted.lone, focus, replaces_card=False)
    home = _home(turn)
    choices = tuple(_choice(card, turn, home) for card in _varied(fitting, wanted.listed_max))
    told = tuple((name, str(value)) for name, value in {**wanted.said.params, "count": len(choices)}.items())
    return Question("", "order", "lines", "lines", wanted.said.key, told, choices)


def _quoted(draft: Draft, turn: Turn, checkouts: Checkouts, asked: Asked) -> Iterator[CheckoutSession]:
    """The draft as a card, delivered where that is possible, else picked up; nothing where it can't be had."""
    ways = turn.catalogs[draft.merchant_id].merchant.fulfilment
    for way in ways:
        try:
            checkout = checkouts.quote_at(turn.customer, replace(draft, fulfilment_id=way.id), asked, turn.bought_at)
        except UsualError:
            continue
        yield checkout
        return


def _varied(cards: list[CheckoutSession], most: int) -> list[CheckoutSession]:
    """The first of each shop, the cheapest shops first, then the next ones; listed by what is paid."""
    firsts: dict[str, CheckoutSession] = {}
    for card in sorted(cards, key=lambda card: card.totals.total.minor) if len({c.merchant_id for c in cards}) > most else cards:
        firsts.setdefault(card.merchant_id, card)
    kept = list(firsts.values())[:most]
    kept += [card for card in cards if card not in kept][: most - len(kept)]
    return sorted(kept, key=lambda card: card.totals.total.minor)


def _home(turn: Turn) -> Point | None:
    addresses = turn.addresses()
    return turn.point_of(addresses[0]) if addresses else None


def _choice(card: CheckoutSession, turn: Turn, home: Point | None) -> Choice:
    details = {lang: (_detail(card, turn, home, lang),) for lang in LANGS}
    return replace(
        draft_choice(card.draft, turn),
        detail=Names(details["en"], details["zh"]),
        price=str(card.totals.total),
        focus_line=card.draft.lines[-1].id,
    )


def _detail(card: CheckoutSession, turn: Turn, home: Point | None, lang: Lang) -> str:
    """Shop, way and distance, minutes, what of the price is fee or saved."""
    shortest, longest = card.fulfilment.eta_minutes
    place = turn.catalogs[card.merchant_id].merchant.location
    parts = [card.payee.display(lang), card.fulfilment.names.display(lang)]
    if place is not None and home is not None:
        parts.append(say(lang, "offers.distance", {"km": _kilometres(place.distance_m(home))}))
    parts.append(say(lang, "card.eta", {"shortest": shortest, "longest": longest}))
    if not card.totals.fee.is_zero:
        parts.append(say(lang, "offers.with_fee", {"fee": card.totals.fee}))
    if not card.totals.discount.is_zero:
        parts.append(say(lang, "offers.saved", {"discount": card.totals.discount}))
    return " · ".join(parts)


def _kilometres(metres: int) -> str:
    return f"{metres // NEAR_M}.{metres % NEAR_M // 100}"

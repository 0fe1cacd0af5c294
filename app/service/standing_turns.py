"""A standing order being put together in a conversation: what is still to be asked, then its terms; and what is done about one."""

from dataclasses import replace
from datetime import datetime

from app.base.clock import local
from app.base.money import Money
from app.dialogue.outcomes import CapAgents, Care, Say, ShowStanding
from app.dialogue.schedule_words import day_words
from app.dialogue.state import Choice, Question, StandingWish
from app.dialogue.wording import say
from app.domain.checkout import CheckoutSession
from app.domain.names import LANGS, Names
from app.domain.occurrences import TimeMissing, next_due
from app.domain.standing import NeverDue, StandingOrder
from app.service.checkout import Asked, Checkouts
from app.service.standing_orders import StandingOrders
from app.service.turns import Turn
from app.service.units import Unit
from app.service.views import Message
from app.skills.standing import SPEC, which_time
from app.skills.titles import draft_choice

# What is offered as the most that one may cost: its price now, and so much in the hundred above it, in whole yuan.
ABOVE_PERCENT = (0, 20, 50)


def put_together(
    wish: StandingWish, turn: Turn, checkouts: Checkouts, asked: Asked
) -> Question | tuple[StandingOrder, CheckoutSession]:
    """The next question, or the terms with the card that the first run would be.

    Raises RecursTooOften, NeverDue, and the merchant's refusals of the first run.
    """
    try:
        due = next_due(wish.schedule, turn.customer.zone, turn.now)
    except TimeMissing:
        return which_time(wish.schedule, turn)
    if due is None:
        raise NeverDue()
    assert wish.draft is not None
    first = checkouts.quote_at(turn.customer, replace(wish.draft, avoided=turn.state.avoided), asked, due)
    if wish.cap is None or wish.cap.currency != first.totals.maximum.currency:
        return _which_cap(first, wish, turn)
    return _order(wish, turn, wish.cap, first), first


def _which_cap(first: CheckoutSession, wish: StandingWish, turn: Turn) -> Question:
    price = first.totals.maximum
    yuan = 100
    caps = dict.fromkeys(-(-price.minor * (100 + above) // (100 * yuan)) * yuan for above in ABOVE_PERCENT)
    if wish.mode == "ask_first":
        caps = dict.fromkeys(list(caps)[:1])
    choices = [] if wish.mode == "ask_first" else [_cap_choice("automatic", Money(minor, price.currency)) for minor in caps]
    choices.append(_cap_choice("ask_first", Money(max(caps), price.currency)))
    facts = (("currency", price.currency),)
    params = (("price", str(price)),)
    return Question(turn.new_id("que"), SPEC.name, "budget", "amount", "standing.which_cap", params, tuple(choices), facts=facts)


def _cap_choice(mode: str, cap: Money) -> Choice:
    title = {lang: (say(lang, f"standing.cap_{mode}", {"cap": cap}),) for lang in LANGS}
    return Choice(Names(title["en"], title["zh"]), value=f"{mode} {cap.minor}")


def _order(wish: StandingWish, turn: Turn, cap: Money, first: CheckoutSession) -> StandingOrder:
    """With the place that the first run goes to: where the customer lives by then changes nothing of what they agreed to."""
    assert wish.draft is not None
    fulfilment = first.fulfilment
    placed = replace(
        wish.draft,
        fulfilment_id=fulfilment.option_id,
        destination_ref=fulfilment.destination_ref,
        destination_masked=fulfilment.destination_masked,
    )
    schedule, mode = replace(wish.schedule, count=None), wish.mode or "automatic"
    before = next((order for order in turn.standing_orders() if order.id == wish.changes), None)
    if before is not None:
        left = wish.schedule.count if wish.schedule.count is not None else before.left
        drafts = before.drafts if wish.draft == before.drafts[0] else (placed,)
        return replace(before, drafts=drafts, schedule=schedule, cap=cap, mode=mode, left=left, missed=wish.missed or before.missed)
    return StandingOrder(
        id=turn.new_id("sto"),
        version=1,
        customer_id=turn.customer.id,
        conversation_id=turn.state.id,
        mandate_id="",
        title=draft_choice(wish.draft, turn).title,
        drafts=(placed,),
        schedule=schedule,
        zone=turn.customer.zone,
        cap=cap,
        mode=mode,
        missed=wish.missed or "skip",
        state="proposed",
        created_at=turn.now,
        left=wish.schedule.count,
    )


def terms_shown(order: StandingOrder, first: CheckoutSession, turn: Turn) -> tuple[Message, Unit]:
    """The terms as they are to be saved: new ones, changed ones, or a new consent; and what saves them."""
    before = next((one for one in turn.standing_orders() if one.id == order.id), None)
    if before is None:
        kept, unit = turn.standing.proposing(order)
        key = "standing.terms"
    else:
        kept, unit, needs_consent = turn.standing.amending(before, order)
        key = "standing.new_terms" if needs_consent else "standing.terms" if before.state == "proposed" else "standing.changed"
    turn.state = replace(turn.state, wish=None, question=None, standing_id=kept.id)
    if not kept.cap.covers(first.totals.maximum) and kept.mode == "automatic":
        key = "standing.above_cap"
    words = say(turn.lang, key, {"price": first.totals.maximum, "cap": kept.cap})
    return Message(words, turn.standing_views.of(kept, turn.lang)), unit


def standing_done(wanted: Care | ShowStanding | CapAgents, turn: Turn) -> list[Message]:
    """Carry out what is wanted of standing orders, each in a unit of its own. Raises what the service refuses."""
    if isinstance(wanted, ShowStanding):
        return _shown(wanted.said, turn)
    if isinstance(wanted, CapAgents):
        turn.standing.cap_all(turn.customer.id, wanted.per_order)
        return [Message(say(turn.lang, "standing.capped", {"cap": wanted.per_order}))]
    said, order_id = cared_for(wanted, turn, turn.standing)
    turn.state = replace(turn.state, standing_id=order_id or turn.state.standing_id, question=None)
    view = turn.standing_views.owned(turn.customer.id, order_id, turn.lang) if order_id else None
    return [Message(say(turn.lang, said.key, said.params), view)]


def _shown(said: Say, turn: Turn) -> list[Message]:
    orders = turn.standing_orders()
    if len(orders) == 1:
        turn.state = replace(turn.state, standing_id=orders[0].id)
    words = say(turn.lang, said.key, said.params)
    return [Message("" if place else words, turn.standing_views.of(order, turn.lang)) for place, order in enumerate(orders)]


def cared_for(care: Care, turn: Turn, standing: StandingOrders) -> tuple[Say, str | None]:
    """Do it, in a unit of its own: what is said, and the standing order to be shown. Raises what the service refuses."""
    customer_id, order_id = turn.customer.id, care.standing_order_id
    if care.action == "cancel_all":
        canceled = standing.cancel_all(customer_id)
        return Say("standing.all_canceled", {"count": len(canceled)}), None
    if care.action == "skip":
        run = standing.skip(customer_id, order_id, care.day, care.due)
        order = standing.owned(customer_id, order_id)
        upcoming = standing.preview(order)
        params = {"day": _day(run.due, order, turn), "next": _day(upcoming[0], order, turn) if upcoming else "–"}
        return Say("standing.skipped", params), order_id
    if care.action == "pause":
        standing.pause(customer_id, order_id, care.day)
        if care.day is None:
            return Say("standing.paused"), order_id
        return Say("standing.paused_until", {"day": day_words(care.day, turn.lang)}), order_id
    if care.action == "resume":
        order = standing.resume(customer_id, order_id)
        upcoming = standing.preview(order)
        return Say("standing.resumed", {"next": _day(upcoming[0], order, turn) if upcoming else "–"}), order_id
    standing.cancel(customer_id, order_id)
    title = standing.owned(customer_id, order_id).title.display(turn.lang)
    return Say("standing.canceled", {"title": title}), order_id


def _day(moment: datetime, order: StandingOrder, turn: Turn) -> str:
    return day_words(local(moment, order.zone).date(), turn.lang)

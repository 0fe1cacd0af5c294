"""A turn that looks back: spending and orders, as messages."""

from app.dialogue.outcomes import ShowOrders, ShowSpending
from app.dialogue.wording import joined, say
from app.resolution.periods import bounds
from app.service.approvers import Approvers
from app.service.order_list import Wanted, order_list
from app.service.spending import period_words, spending
from app.service.turns import Turn
from app.service.views import Message


def looked_back(outcome: ShowSpending | ShowOrders, turn: Turn) -> Message:
    return _spending(outcome, turn) if isinstance(outcome, ShowSpending) else _orders(outcome, turn)


def _spending(outcome: ShowSpending, turn: Turn) -> Message:
    approvers = Approvers.of(turn.customer.id, turn.standing.mandates.records, turn.standing.standing)
    view = spending(turn.records, turn.catalogs, approvers, turn.customer, outcome.period, turn.now, turn.lang)
    period = period_words(outcome.period, turn.lang)
    said = say(turn.lang, "spending.said" if view.total_minor else "spending.nothing", {"total": view.total, "period": period})
    if len(view.approvers) > 1:
        by = [say(turn.lang, "spending.said_part", {"amount": share.amount, "who": share.label}) for share in view.approvers]
        said = say(turn.lang, "spending.said_by", {"total": view.total, "period": period, "by": joined(by, turn.lang)})
    return Message(f"{said[:1].upper()}{said[1:]}", view)


def _orders(outcome: ShowOrders, turn: Turn) -> Message:
    since, until = bounds(outcome.period, turn.now, turn.customer.zone) if outcome.period else (None, None)
    wanted = Wanted(since, until, outcome.product_ids)
    view = order_list(turn.records, turn.catalogs, turn.customer, wanted, turn.lang)
    if not view.rows:
        return Message(say(turn.lang, "orders.none_found" if turn.orders() else "orders.none"))
    params = {"words": outcome.words, "period": period_words(outcome.period, turn.lang) if outcome.period else ""}
    if outcome.words:
        return Message(say(turn.lang, "orders.of_period" if outcome.period else "orders.of", params), view)
    return Message(say(turn.lang, "orders.period" if outcome.period else "orders.all", params), view)

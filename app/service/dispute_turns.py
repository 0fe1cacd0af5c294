"""A dispute in a conversation: the decision, what it was decided on, and what comes of it."""

from collections.abc import Sequence

from app.base.errors import UsualError
from app.dialogue.outcomes import Outcome, Param, RaiseDispute, Say, ShowReceipt
from app.service.turns import Turn


def disputed(wanted: RaiseDispute, turn: Turn) -> Sequence[Outcome]:
    try:
        dispute = turn.disputes.raise_claim(turn.customer.id, wanted.order_id, wanted.line_id, wanted.claim, wanted.count)
    except UsualError as refused:
        return [Say(f"refusal.{refused.code}", refused.params)]
    order = turn.refunds.owned(turn.customer.id, wanted.order_id)
    card = turn.card_of(order)
    line = next((one for one in card.lines if one.id == wanted.line_id), None) if card else None
    params: dict[str, Param] = {
        "amount": dispute.amount,
        "product": line.names.display(turn.lang) if line else "",
        "quantity": line.quantity if line else 0,
        "number": order.number,
        "count": wanted.count,
    }
    if dispute.claim == "missing" and dispute.verdict != "merchant_wrong":
        return [ShowReceipt(order.id, Say(f"dispute.missing_{dispute.reasons[0]}", params))]
    paid = "" if dispute.amount.is_zero else "_paid"
    on = f"_{dispute.reasons[0]}" if dispute.verdict == "as_approved" else paid
    return [ShowReceipt(order.id, Say(f"dispute.{dispute.verdict}{on}", params))]

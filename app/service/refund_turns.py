"""Giving back in a conversation: what is said of a refund, and what an open chat is told of one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.base.errors import UsualError
from app.dialogue.outcomes import GiveBack, Outcome, Param, Say, ShowReceipt
from app.dialogue.wording import joined, say
from app.domain.checkout import CheckoutSession
from app.domain.customer import NotFound
from app.domain.names import Lang
from app.domain.refund import Refund, RefundChanged
from app.service.turns import Turn
from app.service.views import Message
from app.skills.refund import previewed

if TYPE_CHECKING:
    from app.service.assistant import Assistant


def given_back(wanted: GiveBack, turn: Turn) -> Sequence[Outcome]:
    """What follows from the customer's yes; where the offer has moved meanwhile, the new one is put."""
    try:
        refund = turn.refunds.confirm(turn.customer.id, wanted.order_id, wanted.reason, wanted.lines, wanted.digest)
    except RefundChanged:
        return _anew(wanted, turn)
    except UsualError as refused:
        return [Say(f"refusal.{refused.code}", refused.params)]
    if refund.state == "refused" and refund.why == "fee_due":
        return _anew(wanted, turn)
    checkout = turn.card_of(turn.refunds.owned(turn.customer.id, wanted.order_id))
    return [ShowReceipt(wanted.order_id, _said(refund, checkout, turn.lang))]


def _anew(wanted: GiveBack, turn: Turn) -> Sequence[Outcome]:
    order = turn.refunds.owned(turn.customer.id, wanted.order_id)
    return [Say("refund.changed"), *previewed(order, wanted.reason, wanted.lines, turn)]


def _said(refund: Refund, checkout: CheckoutSession | None, lang: Lang) -> Say:
    names = {line.id: line.names.display(lang) for line in checkout.lines} if checkout else {}
    items = joined((f"{line.quantity} × {names.get(line.line_id, '')}" for line in refund.lines), lang)
    merchant = checkout.payee.display(lang) if checkout else ""
    params: dict[str, Param] = {"amount": refund.amount, "fee": refund.fee, "merchant": merchant, "items": items}
    kind = "cancel" if refund.reason == "canceled" else "short" if refund.reason == "short" else "claim"
    if refund.state != "done":
        return Say(f"refund.{kind}_{refund.state}", params)
    return Say(f"refund.{kind}_done_fee" if not refund.fee.is_zero else f"refund.{kind}_done", params)


def told(assistant: "Assistant", customer_id: str, refund_id: str, lang: Lang) -> tuple[str, Message] | None:
    refund = assistant.refunds.refunds.refund(refund_id)
    if refund is None or refund.customer_id != customer_id:
        return None
    order = assistant.refunds.owned(customer_id, refund.order_id)
    checkout = assistant.records.checkout(order.checkout_id, order.checkout_version)
    if checkout is None:
        raise NotFound(what=order.checkout_id)
    state = assistant.records.conversation(checkout.conversation_id)
    lang = state.lang if state else lang
    return checkout.conversation_id, Message(words(assistant, refund, lang), assistant.queries.receipt(customer_id, order.id, lang))


def words(assistant: "Assistant", refund: Refund, lang: Lang) -> str:
    order = assistant.refunds.owned(refund.customer_id, refund.order_id)
    said = _said(refund, assistant.records.checkout(order.checkout_id, order.checkout_version), lang)
    return say(lang, said.key, said.params)

"""What a receipt shows of refunds, and what can still be undone from it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.base.errors import Refusal
from app.dialogue.wording import joined, say
from app.domain.checkout import CheckoutSession
from app.domain.names import Lang
from app.domain.order import Order
from app.domain.refund import CLAIMS_FOR, Refund, cancellation_fee
from app.service.views import ActionView, AmountRow


def refund_rows(refunds: Iterable[Refund], checkout: CheckoutSession, lang: Lang) -> Iterator[AmountRow]:
    names = {line.id: line.names.display(lang) for line in checkout.lines}
    for refund in refunds:
        items = joined((f"{line.quantity} × {names.get(line.line_id, '')}" for line in refund.lines), lang)
        signed = str(refund.amount) if refund.state != "done" else refund.amount.times(-1).signed()
        yield AmountRow("refund", say(lang, f"refund.row_{refund.state}", {"items": items}), signed)
        if refund.state == "done" and not refund.fee.is_zero:
            yield AmountRow("fee", say(lang, "refund.row_fee"), str(refund.fee))


def actions(order: Order, checkout: CheckoutSession, now: datetime, lang: Lang) -> tuple[ActionView, ...]:
    """What can be undone by tap. What it costs is asked for then, not shown here."""
    found = []
    if order.is_under_way or order.state == "unknown":
        try:
            cancellation_fee(order, checkout, order.total, now)
            found.append(ActionView("cancel_order", say(lang, "refund.labels.cancel")))
        except Refusal:
            pass
    can_come_back = order.is_taken and order.refundable > 0 and now <= order.placed_at + CLAIMS_FOR
    if can_come_back and not checkout.irreversible and (checkout.fulfilment.kind != "booking" or order.state == "delivered"):
        found.append(ActionView("report_problem", say(lang, "refund.labels.report")))
    return tuple(found)

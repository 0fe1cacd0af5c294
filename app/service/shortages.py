"""What a merchant that took an order finds it lacks: given back at once, nobody need ask for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.base.clock import Clock
from app.domain.checkout import CheckoutSession
from app.domain.customer import NotFound
from app.domain.order import Order
from app.domain.refund import Paid, Refund, RefundedLine, offered, refund_of, whole
from app.service.money.refund import Refunder
from app.service.news import News, NewsStand
from app.service.ports import Records, RefundRecords


@dataclass(frozen=True, slots=True)
class Shortages:
    records: Records
    refunds: RefundRecords
    refunder: Refunder
    news: NewsStand
    clock: Clock

    def give_back(self, order: Order, missing: Iterable[tuple[str, int]]) -> None:
        """`missing`: by product, all that the merchant has named so far; what was given back for it before is left out.

        Raises RefundChanged when another did the same at this moment.
        """
        checkout, earlier = self.records.checkout(order.checkout_id, order.checkout_version), self.refunds.refunds(order.id)
        if checkout is None:
            raise NotFound(what=order.checkout_id)
        lines = _lacking(checkout, earlier, missing)
        if not lines:
            return
        paid = Paid.of(self.records.transfers(order.id), order.total.currency)
        refund = refund_of(order, offered(order, checkout, paid, earlier, lines, "short"), "done", self.clock.now())
        self.refunder.give_at_once(order, checkout, refund)
        self.news.publish(order.customer_id, News("refund", refund.id))


def _lacking(checkout: CheckoutSession, earlier: Iterable[Refund], missing: Iterable[tuple[str, int]]) -> list[RefundedLine]:
    """The lines that hold what is missing, less what was given back for that already, and never more than is left of them."""
    named = Counter[str]()
    for product_id, quantity in missing:
        named[product_id] += quantity
    for refund in earlier:
        for given in refund.lines if refund.reason == "short" else ():
            product = next(line.product_id for line in checkout.lines if line.id == given.line_id)
            named[product] -= given.quantity
    left = {line.line_id: line.quantity for line in whole(checkout, earlier)}
    lines = []
    for line in checkout.lines:
        quantity = min(named[line.product_id], left.get(line.id, 0))
        if quantity > 0:
            named[line.product_id] -= quantity
            lines.append(RefundedLine(line.id, quantity))
    return lines

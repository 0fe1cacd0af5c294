"""The customer's orders as a list, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import local
from app.dialogue.wording import joined, say
from app.domain.catalog import Catalog
from app.domain.customer import Customer
from app.domain.names import Lang
from app.domain.order import Order
from app.service.history_views import OrderRowView, OrdersView
from app.service.labels import labels_of
from app.service.order_words import state_label
from app.service.ports import Records

PAGE = 10
SEARCHED_MAX = 2_000
ITEMS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: placed from `since` until before `until`, with one of these products; what is None or empty is any."""

    since: datetime | None = None
    until: datetime | None = None
    product_ids: tuple[str, ...] = ()
    offset: int = 0

    def takes(self, order: Order) -> bool:
        is_then = (self.since is None or order.placed_at >= self.since) and (self.until is None or order.placed_at < self.until)
        return is_then and (not self.product_ids or any(line.product_id in self.product_ids for line in order.lines))


def order_list(records: Records, catalogs: Mapping[str, Catalog], customer: Customer, wanted: Wanted, lang: Lang) -> OrdersView:
    found = [order for order in records.orders(customer.id, SEARCHED_MAX) if wanted.takes(order)]
    page = found[wanted.offset : wanted.offset + PAGE]
    return OrdersView(
        lang=lang,
        title=say(lang, "orders.title"),
        count=say(lang, "orders.count", {"count": len(found)}),
        rows=tuple(_rows(records, catalogs, customer, page, lang)),
        offset=wanted.offset,
        more=len(found) > wanted.offset + PAGE,
        since=wanted.since.isoformat() if wanted.since else "",
        until=wanted.until.isoformat() if wanted.until else "",
        products=wanted.product_ids,
        labels=labels_of("orders", lang),
    )


def _rows(
    records: Records, catalogs: Mapping[str, Catalog], customer: Customer, orders: Sequence[Order], lang: Lang
) -> list[OrderRowView]:
    rows = []
    for order in orders:
        checkout = records.checkout(order.checkout_id, order.checkout_version)
        if checkout is None:
            continue
        items = [f"{line.quantity} × {line.names.display(lang)}" for line in checkout.lines[:ITEMS_SHOWN]]
        items += ["…"] if len(checkout.lines) > ITEMS_SHOWN else []
        total = order.total if order.settled_at is not None else checkout.totals.maximum
        sold = catalogs.get(order.merchant_id)
        rows.append(
            OrderRowView(
                order_id=order.id,
                number=order.number,
                when=f"{local(order.placed_at, customer.zone):%Y-%m-%d %H:%M}",
                payee=checkout.payee.display(lang),
                state=order.state,
                state_label=state_label(checkout, order, lang),
                items=joined(items, lang),
                total=str(total),
                picture=checkout.lines[0].category,
                can_again=checkout.fulfilment.trip is None
                and checkout.draft.on is None
                and sold is not None
                and any(line.product_id in sold.products for line in order.lines),
            )
        )
    return rows

"""The usual: what a customer's own history says about now and here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.catalog import Catalog
from app.domain.checkout import ChosenOption, Draft, DraftLine
from app.domain.order import Order, OrderedLine
from app.domain.recurrence import Daypart
from app.resolution.habits import Now
from app.resolution.options import fitting_options, missing_group

# With less of the weight than this, and a rival close behind, the usual is a question.
SHARE_MIN = 0.4
BASKETS_OFFERED_MAX = 3


@dataclass(frozen=True, slots=True)
class Basket:
    """Something bought again and again: the draft that buys it now, and how often it was bought, mostly when."""

    draft: Draft
    weight: float
    count: int
    daypart: Daypart


@dataclass(frozen=True, slots=True)
class Usual:
    basket: Basket


@dataclass(frozen=True, slots=True)
class SeveralUsuals:
    """No basket stands out; best first."""

    baskets: tuple[Basket, ...]


@dataclass(frozen=True, slots=True)
class NotNow:
    """What is usual can't be had now: its shop is closed or a product is gone."""

    basket: Basket
    merchant_id: str


@dataclass(frozen=True, slots=True)
class NoHistory:
    pass


_Key = tuple[str, tuple[tuple[str, int, tuple[tuple[str, str, int], ...]], ...]]


def usual(
    orders: Sequence[Order], now: datetime, zone: str, catalogs: Mapping[str, Catalog]
) -> Usual | SeveralUsuals | NotNow | NoHistory:
    """What "the usual" means now, as a draft with the lines' ids still to be given. Only what can be had now is offered."""
    baskets = _baskets(orders, now, zone, catalogs)
    if not baskets:
        return NoHistory()
    available = [b for b in baskets if _can_be_had(b.draft, now, catalogs)]
    if not available:
        return NotNow(baskets[0], baskets[0].draft.merchant_id)
    share = available[0].weight / sum(b.weight for b in available)
    is_clear = len(available) == 1 or share >= SHARE_MIN or available[0].weight >= 2 * available[1].weight
    return Usual(available[0]) if is_clear else SeveralUsuals(tuple(available[:BASKETS_OFFERED_MAX]))


def rebuilt_line(line: OrderedLine, catalog: Catalog, line_id: str) -> DraftLine | None:
    """A line that was bought once, as it can be bought now; None where its product is gone or needs a new choice."""
    product = catalog.products.get(line.product_id)
    if product is None:
        return None
    options = fitting_options(catalog, product, (ChosenOption(*option) for option in line.options))
    if missing_group(catalog, product, options) is not None:
        return None
    grams = line.grams if product.measure is not None else None
    return DraftLine(line_id, line.product_id, line.quantity, options, line.note, grams=grams)


def _baskets(orders: Sequence[Order], now: datetime, zone: str, catalogs: Mapping[str, Catalog]) -> list[Basket]:
    here = Now.of(now, zone)
    weights: dict[_Key, float] = {}
    members: dict[_Key, list[Order]] = {}
    for order in orders:
        catalog = catalogs.get(order.merchant_id)
        if not order.is_taken or catalog is None or _is_one_off(order, catalog):
            continue
        key = _key(order)
        weights[key] = weights.get(key, 0.0) + here.weight(order.placed_at)
        members.setdefault(key, []).append(order)
    baskets = []
    for key in sorted(weights, key=lambda k: (-weights[k], k)):
        draft = _draft(members[key][0], catalogs[key[0]])
        if draft is not None:
            baskets.append(Basket(draft, weights[key], len(members[key]), _mostly(members[key], zone)))
    return baskets


def _key(order: Order) -> _Key:
    return order.merchant_id, tuple(sorted((line.product_id, line.quantity, line.options) for line in order.lines))


def _is_one_off(order: Order, catalog: Catalog) -> bool:
    """A phone's top-up is never what someone means by the usual."""
    products = (catalog.products.get(line.product_id) for line in order.lines)
    return any(product is not None and product.irreversible for product in products)


def _draft(order: Order, catalog: Catalog) -> Draft | None:
    lines = [rebuilt_line(line, catalog, f"line_{number}") for number, line in enumerate(order.lines, start=1)]
    kept = tuple(line for line in lines if line is not None)
    if len(kept) < len(lines):
        return None
    return Draft(order.merchant_id, kept, order.fulfilment_id, order.destination_ref, order.destination_masked)


def _mostly(orders: Sequence[Order], zone: str) -> Daypart:
    parts = [Now.of(order.placed_at, zone).part for order in orders]
    return max(sorted(set(parts)), key=parts.count)


def _can_be_had(draft: Draft, now: datetime, catalogs: Mapping[str, Catalog]) -> bool:
    catalog = catalogs[draft.merchant_id]
    return all(
        catalog.sells(product, now) and (product.stock is None or product.stock >= line.quantity)
        for line in draft.lines
        for product in [catalog.products[line.product_id]]
    )

"""A merchant's quote for a draft: every line priced, the fee, and whether it can be had at all."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import Refusal
from app.base.money import Money
from app.domain.booking import CancellationTerms, DayMissing, begins_at, cancellation
from app.domain.catalog import (
    Catalog,
    FulfilmentOption,
    MerchantClosed,
    MerchantPaused,
    Option,
    OptionGroup,
    OptionOutOfBounds,
    Product,
    SoldOut,
    is_open,
    next_opening,
)
from app.domain.checkout import (
    BelowMinimum,
    Draft,
    DraftLine,
    LineItem,
    LineOption,
    QuantityOutOfBounds,
)
from app.domain.customer import NotFound
from app.domain.ride import TripMissing


class NothingToBuy(Refusal):
    """A draft without a line."""

    code = "nothing_to_buy"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a merchant asks for a draft at one moment, before coupons.

    `goods_maximum`: what the goods can come to at most. `starts_at`: when a booking or a ride begins, None for now.
    """

    lines: tuple[LineItem, ...]
    goods: Money
    goods_maximum: Money
    fee: Money
    fulfilment: FulfilmentOption
    irreversible: bool
    eta_minutes: tuple[int, int]
    starts_at: datetime | None = None
    terms: CancellationTerms | None = None


def quote(catalog: Catalog, draft: Draft, moment: datetime) -> Quote:
    """Price a draft. Order of precedence: NothingToBuy, NotFound, QuantityOutOfBounds, MerchantPaused, MerchantClosed, SoldOut,
    TripMissing, OptionOutOfBounds, BelowMinimum, DayMissing, DayOutOfBounds, TooLate."""
    if not draft.lines:
        raise NothingToBuy()
    products = [_product(catalog, line) for line in draft.lines]
    _check_quantities(draft, products)
    _check_hours(catalog, products, moment)
    _check_stock(draft, products)
    lines = tuple(price_line(catalog, draft, line, product) for line, product in zip(draft.lines, products, strict=True))
    goods = Money.sum((line.total for line in lines), catalog.merchant.currency)
    fulfilment = _fulfilment(catalog, draft)
    if not goods.covers(fulfilment.minimum):
        raise BelowMinimum(minimum=fulfilment.minimum, goods=goods, fulfilment=fulfilment.names)
    begins = _begins(catalog, draft, lines, products, moment)
    return Quote(
        lines=lines,
        goods=goods,
        goods_maximum=Money.sum((line.maximum for line in lines), catalog.merchant.currency),
        fee=fulfilment.fee_for(goods),
        fulfilment=fulfilment,
        irreversible=any(product.irreversible for product in products),
        eta_minutes=_eta(draft, products[0], fulfilment),
        starts_at=begins,
        terms=_terms(lines, products, begins),
    )


def _begins(
    catalog: Catalog, draft: Draft, lines: tuple[LineItem, ...], products: list[Product], moment: datetime
) -> datetime | None:
    """When what is booked or driven begins: the earliest of its lines; None for anything else and for a ride that leaves now."""
    fare = products[0].fare
    if fare is not None and draft.trip is not None:
        return fare.leaves_at(draft.trip, moment)
    found = []
    for line, product in zip(lines, products, strict=True):
        if product.booking is not None:
            if draft.on is None:
                raise DayMissing(product=product.names)
            picked = [_chosen(catalog, option).starts for option in line.options]
            starts = next((time for time in picked if time is not None), None)
            found.append(begins_at(product.booking, draft.on, starts, catalog.merchant.zone, moment))
    return min(found, default=None)


def _terms(lines: tuple[LineItem, ...], products: list[Product], begins: datetime | None) -> CancellationTerms | None:
    """What holds for the whole card: the earliest deadline, and the fees of all that is booked."""
    if begins is None:
        return None
    each = [
        cancellation(product.booking, begins, line.total)
        for line, product in zip(lines, products, strict=True)
        if product.booking is not None
    ]
    if not each:
        return None
    currency = each[0].fee.currency
    return CancellationTerms(min(t.free_until for t in each), Money.sum((t.fee for t in each), currency))


def _chosen(catalog: Catalog, chosen: LineOption) -> Option:
    option = catalog.groups[chosen.group_id].option(chosen.option_id)
    if option is None:
        raise NotFound(what=chosen.option_id)
    return option


def _eta(draft: Draft, product: Product, fulfilment: FulfilmentOption) -> tuple[int, int]:
    """Minutes until the goods are there; for a ride that leaves now, until it is at its end."""
    if product.fare is None or draft.trip is None:
        return fulfilment.eta_minutes
    driven = product.fare.minutes(draft.trip)
    return fulfilment.eta_minutes[0] + driven, fulfilment.eta_minutes[1] + driven


def _product(catalog: Catalog, line: DraftLine) -> Product:
    product = catalog.products.get(line.product_id)
    if product is None:
        raise NotFound(what=line.product_id)
    return product


def _check_quantities(draft: Draft, products: list[Product]) -> None:
    asked = Counter[str]()
    for line, product in zip(draft.lines, products, strict=True):
        asked[product.id] += line.quantity
        if line.quantity < 1 or asked[product.id] > product.max_quantity:
            raise QuantityOutOfBounds(product=product.names, asked=line.quantity, maximum=product.max_quantity)


def _check_hours(catalog: Catalog, products: list[Product], moment: datetime) -> None:
    merchant = catalog.merchant
    if not merchant.hours:
        raise MerchantPaused(merchant=merchant.names)
    if not merchant.is_open(moment):
        opening = next_opening(merchant.hours, moment, merchant.zone)
        raise MerchantClosed(merchant=merchant.names, opens=f"{opening:%H:%M}" if opening else "-")
    for product in products:
        if product.hours and not is_open(product.hours, moment, merchant.zone):
            opening = next_opening(product.hours, moment, merchant.zone)
            raise MerchantClosed(merchant=product.names, opens=f"{opening:%H:%M}" if opening else "-")


def _check_stock(draft: Draft, products: list[Product]) -> None:
    asked = Counter[str]()
    for line, product in zip(draft.lines, products, strict=True):
        asked[product.id] += line.quantity
        if product.stock is not None and asked[product.id] > product.stock:
            raise SoldOut(product=product.names, left=product.stock)


def price_line(catalog: Catalog, draft: Draft, line: DraftLine, product: Product) -> LineItem:
    """One line with its options and their prices. Raises NotFound, TripMissing, OptionOutOfBounds."""
    options = _options(catalog, line, product)
    delta = Money.sum((o.price_delta.times(o.count) for o in options), product.price.currency)
    base, maximum, grams = product.price, None, None
    if product.fare is not None:
        if draft.trip is None:
            raise TripMissing()
        base = product.fare.estimate(product.price, draft.trip)
        maximum = product.fare.maximum(base)
    elif product.measure is not None:
        grams = line.grams or product.measure.portion_grams
        base = product.measure.price(product.price, grams)
        maximum = product.measure.maximum(base)
    return LineItem(
        id=line.id,
        product_id=product.id,
        category=product.category,
        names=product.names,
        quantity=line.quantity,
        unit_price=base.plus(delta),
        options=options,
        note=line.note,
        suggested=line.suggested,
        grams=grams,
        unit_maximum=maximum.plus(delta) if maximum is not None else None,
        unit=product.booking.unit if product.booking is not None else None,
    )


def _options(catalog: Catalog, line: DraftLine, product: Product) -> tuple[LineOption, ...]:
    groups = {group.id: group for group in catalog.groups_of(product)}
    chosen: dict[str, list[LineOption]] = {group_id: [] for group_id in groups}
    # A group that was spoken of does not fall back to its default: "no cream" leaves it empty.
    spoken_of = {option.group_id for option in line.options}
    for option in line.options:
        if option.group_id not in groups or groups[option.group_id].option(option.option_id) is None:
            raise NotFound(what=option.option_id)
        if option.count > 0:
            chosen[option.group_id].append(_line_option(groups[option.group_id], option.option_id, option.count))
    for group in groups.values():
        if group.id not in spoken_of and group.default is not None:
            chosen[group.id].append(_line_option(group, group.default, 1))
        _check_group(group, chosen[group.id], product)
    return tuple(option for group_options in chosen.values() for option in group_options)


def _line_option(group: OptionGroup, option_id: str, count: int) -> LineOption:
    option = group.option(option_id)
    if option is None:
        raise NotFound(what=option_id)
    is_default = option_id == group.default and count == 1
    return LineOption(group.id, option_id, option.names, option.price_delta, count, is_default)


def _check_group(group: OptionGroup, chosen: list[LineOption], product: Product) -> None:
    count = sum(option.count for option in chosen)
    too_many_of_one = any(o.count > (group.option(o.option_id) or group.options[0]).max_count for o in chosen)
    if count < group.min or count > group.max or too_many_of_one:
        raise OptionOutOfBounds(product=product.names, group=group.names, minimum=group.min, maximum=group.max)


def _fulfilment(catalog: Catalog, draft: Draft) -> FulfilmentOption:
    if draft.fulfilment_id is None:
        return catalog.merchant.fulfilment[0]
    option = catalog.merchant.fulfilment_option(draft.fulfilment_id)
    if option is None:
        raise NotFound(what=draft.fulfilment_id)
    return option

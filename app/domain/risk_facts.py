"""A payment and its customer's history → the facts that risk rules look at. Pure: whoever stores history hands it in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.base.clock import local
from app.domain.checkout import CheckoutSession, LineItem
from app.domain.risk import RiskFacts

# So much of a category has to be there before it counts as a habit.
HABIT_MIN = 3
# So many orders have to be there before their amounts say anything.
ORDERS_MIN = 5
# When most people sleep, and how near an order has to be for the hour to be one of the customer's own.
NIGHT_ENDS, NEAR_HOURS, OWN_HOURS_MIN, ONE_IN = 6, 1, 3, 20
DAY = timedelta(days=1)

Size = int
Category = str


@dataclass(frozen=True, slots=True)
class PurchasedLine:
    """`choice` names the options, so that prices are compared of the same thing."""

    product_id: str
    choice: str
    quantity: int
    unit_minor: int
    grams: int | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as risk looks at it. `destination` is as it is shown, masked."""

    merchant_id: str
    at: datetime
    total_minor: int
    lines: tuple[PurchasedLine, ...]
    destination: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a shop usually sells of a product's category: the prices of the others of its kind, the cheapest first."""

    category: Category
    irreversible: bool
    others: tuple[int, ...]


class Shelf(Protocol):
    def get(self, key: tuple[str, str], /) -> Offered | None:
        """By merchant and product; what is sold no more is not there."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """When a payment is made, by the customer's clock, and by whom."""

    at: datetime
    zone: str
    by_agent: bool = False
    outside_grant: bool = False


def facts_of(checkout: CheckoutSession, history: Sequence[Purchase], shelf: Shelf, moment: Moment) -> RiskFacts:
    """`history`: the customer's orders before this one that were not called off."""
    mine = _purchase(checkout, moment.at)
    sizes = _sizes(mine, shelf)
    before = [_sizes(purchase, shelf) for purchase in history]
    worst = max((_compared(category, size, before) for category, size in sizes.items()), key=_weight, default=_Compared())
    prices = max((_priced(line, checkout, history, shelf) for line in checkout.lines), key=_price_weight, default=_Priced())
    totals = sorted(purchase.total_minor for purchase in history)
    pieces, largest = _largest(mine), sorted(filter(None, map(_largest, history)))
    return RiskFacts(
        total_minor=mine.total_minor,
        by_agent=int(moment.by_agent),
        outside_grant=int(moment.outside_grant),
        irreversible=int(checkout.irreversible),
        orders_known=len(history),
        category_known=worst.known,
        paid_10_minutes=len(_within(history, moment.at, timedelta(minutes=10))),
        paid_1_hour=len(_within(history, moment.at, timedelta(hours=1))),
        paid_1_day=len(_within(history, moment.at, DAY)),
        irreversible_1_hour=sum(_is_irreversible(one, shelf) for one in _within(history, moment.at, timedelta(hours=1))),
        new_payee=int(all(purchase.merchant_id != checkout.merchant_id for purchase in history)),
        new_destination=int(bool(mine.destination) and all(purchase.destination != mine.destination for purchase in history)),
        odd_hour=int(_is_odd(moment, history)),
        size_of_own=worst.of_own,
        size_of_upper=worst.of_upper,
        size_of_usual=_of_usual(checkout, shelf),
        pieces=pieces,
        pieces_of_own=percent(pieces or 0, quantile(largest, 5)) if len(largest) >= ORDERS_MIN else None,
        pieces_of_upper=percent(pieces or 0, quantile(largest, 9)) if len(largest) >= ORDERS_MIN else None,
        price_minor=prices.minor,
        price_of_own=prices.of_own,
        price_of_usual=prices.of_usual,
        price_of_dearest=prices.of_dearest,
        price_known=prices.known,
        total_of_upper=percent(mine.total_minor, quantile(totals, 9)) if len(totals) >= ORDERS_MIN else None,
        seconds_since_same=_since_same(mine, history),
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    known: int = 0
    of_own: int | None = None
    of_upper: int | None = None


@dataclass(frozen=True, slots=True)
class _Priced:
    minor: int | None = None
    of_own: int | None = None
    of_usual: int | None = None
    of_dearest: int | None = None
    known: int = 0


def percent(value: int, usual: int) -> int | None:
    return value * 100 // usual if usual > 0 else None


def quantile(ordered: Sequence[int], tenths: int) -> int:
    """The value below which so many tenths lie."""
    return ordered[min(len(ordered) * tenths // 10, len(ordered) - 1)] if ordered else 0


def choice_of(options: Iterable[tuple[str, str, int]]) -> str:
    return " ".join(f"{group}.{option}×{count}" for group, option, count in sorted(options))


def _purchase(checkout: CheckoutSession, at: datetime) -> Purchase:
    lines = tuple(_purchased(line) for line in checkout.lines)
    return Purchase(checkout.merchant_id, at, checkout.totals.maximum.minor, lines, checkout.fulfilment.destination_masked)


def _purchased(line: LineItem) -> PurchasedLine:
    choice = choice_of((option.group_id, option.option_id, option.count) for option in line.options)
    return PurchasedLine(line.product_id, choice, line.quantity, line.unit_price.minor, line.grams)


def _sizes(purchase: Purchase, shelf: Shelf) -> Mapping[Category, Size]:
    """How much of each category it has; of what is by weight and what is not, apart."""
    sizes: dict[Category, Size] = defaultdict(int)
    for line in purchase.lines:
        offered = shelf.get((purchase.merchant_id, line.product_id))
        category = offered.category if offered else f"{purchase.merchant_id}.{line.product_id}"
        if offered is not None and offered.irreversible:
            sizes[category] += line.unit_minor * line.quantity
        elif line.grams is not None:
            sizes[f"{category} g"] += line.grams * line.quantity
        else:
            sizes[category] += line.quantity
    return sizes


def _compared(category: Category, size: Size, before: Sequence[Mapping[Category, Size]]) -> _Compared:
    known = sorted(sizes[category] for sizes in before if category in sizes)
    if len(known) < HABIT_MIN:
        return _Compared(len(known))
    return _Compared(len(known), percent(size, quantile(known, 5)), percent(size, quantile(known, 9)))


def _weight(compared: _Compared) -> tuple[int, int]:
    """What is furthest above a habit; of nothing known, the least known."""
    return (compared.of_upper or 0, -compared.known)


def _of_usual(checkout: CheckoutSession, shelf: Shelf) -> int | None:
    """How much the line that is furthest out has beside one of its kind at the shop's middle price, or beside one piece."""
    found = []
    for line in checkout.lines:
        offered = shelf.get((checkout.merchant_id, line.product_id))
        if offered is not None and offered.irreversible and offered.others:
            found.append(percent(line.total.minor, offered.others[(len(offered.others) - 1) // 2]) or 0)
        elif line.grams is None:
            found.append(line.quantity * 100)
    return max(found, default=None)


def _priced(line: LineItem, checkout: CheckoutSession, history: Sequence[Purchase], shelf: Shelf) -> _Priced:
    if checkout.fulfilment.trip is not None:
        # A fare is by distance: two rides are not the same thing.
        return _Priced()
    mine, minor = _purchased(line), (line.unit_maximum or line.unit_price).minor
    paid = [
        (past.choice == mine.choice, past.unit_minor)
        for purchase in history
        if purchase.merchant_id == checkout.merchant_id
        for past in purchase.lines
        if past.product_id == line.product_id and past.grams == line.grams
    ]
    alike = sorted([price for same, price in paid if same] or [price for _, price in paid])
    offered = shelf.get((checkout.merchant_id, line.product_id))
    others = offered.others if offered is not None and line.grams is None else ()
    return _Priced(
        minor=minor,
        of_own=percent(minor, quantile(alike, 5)) if alike else None,
        of_usual=percent(minor, others[(len(others) - 1) // 2]) if others else None,
        of_dearest=percent(minor, others[-1]) if others else None,
        known=len(alike),
    )


def _price_weight(priced: _Priced) -> tuple[int, int]:
    return (priced.of_own or priced.of_usual or 0, priced.minor or 0)


def _largest(purchase: Purchase) -> int | None:
    return max((line.quantity for line in purchase.lines if line.grams is None), default=None)


def _is_irreversible(purchase: Purchase, shelf: Shelf) -> bool:
    offered = (shelf.get((purchase.merchant_id, line.product_id)) for line in purchase.lines)
    return any(one is not None and one.irreversible for one in offered)


def _within(history: Iterable[Purchase], now: datetime, span: timedelta) -> list[Purchase]:
    return [purchase for purchase in history if timedelta() <= now - purchase.at <= span]


def _is_odd(moment: Moment, history: Sequence[Purchase]) -> bool:
    """Whether it is night by the customer's clock, and not one of their own hours."""
    hour = local(moment.at, moment.zone).hour
    if hour >= NIGHT_ENDS:
        return False
    # The rush of a night says nothing about the nights before it.
    hours = [local(purchase.at, moment.zone).hour for purchase in history if moment.at - purchase.at > DAY]
    near = sum(min((hour - past) % 24, (past - hour) % 24) <= NEAR_HOURS for past in hours)
    return near < OWN_HOURS_MIN or near * ONE_IN < len(hours)


def _since_same(mine: Purchase, history: Iterable[Purchase]) -> int | None:
    """Seconds since the very same was bought for the very same amount, within a day."""
    same = [
        (mine.at - purchase.at) // timedelta(seconds=1)
        for purchase in history
        if timedelta() <= mine.at - purchase.at <= DAY
        and (purchase.merchant_id, purchase.total_minor, purchase.destination)
        == (mine.merchant_id, mine.total_minor, mine.destination)
        and sorted(map(_bought, purchase.lines)) == sorted(map(_bought, mine.lines))
    ]
    return min(same, default=None)


def _bought(line: PurchasedLine) -> tuple[str, str, int, int]:
    return (line.product_id, line.choice, line.quantity, line.grams or 0)

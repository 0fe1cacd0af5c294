"""What a merchant sells: products, option groups, hours, fulfilment. Frozen data; prices in minor units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal

from app.base.clock import local
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.allergen import AllergenStatement
from app.domain.booking import BookingTerms
from app.domain.cancellation import UNSTATED, CancelPolicy
from app.domain.coupon import Coupon
from app.domain.geo import Place, Point
from app.domain.measure import Measure
from app.domain.names import Names
from app.domain.ride import Fare
from app.domain.settlement import STANDARD_PLAN, FeePlan

FulfilmentKind = Literal["delivery", "pickup", "phone", "ride", "booking"]
GroupRole = Literal["size", "temperature", "ice", "sugar", "milk", "extra", "choice"]


class MerchantClosed(Refusal):
    """The shop is shut at the time of fulfilment."""

    code = "merchant_closed"


class MerchantPaused(Refusal):
    """The shop takes no orders until it says otherwise."""

    code = "merchant_paused"


class SoldOut(Refusal):
    """Less is in stock than is asked for."""

    code = "sold_out"


class OptionOutOfBounds(Refusal):
    """Fewer or more options of a group than the product allows."""

    code = "option_out_of_bounds"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of an option group, with what it adds to price and allergens.

    `implies`: (group id, option id) pairs that come with it unless the customer says otherwise: less ice means iced.
    `starts`: when what is booked with it begins, by the merchant's clock.
    """

    id: str
    names: Names
    price_delta: Money
    max_count: int = 1
    allergens: AllergenStatement = AllergenStatement()
    implies: tuple[tuple[str, str], ...] = ()
    starts: time | None = None


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A choice on a product: how many of its options must and may be taken, and which one it starts with."""

    id: str
    names: Names
    role: GroupRole
    options: tuple[Option, ...]
    min: int = 0
    max: int = 1
    default: str | None = None

    def option(self, option_id: str) -> Option | None:
        return next((o for o in self.options if o.id == option_id), None)

    @property
    def is_required(self) -> bool:
        """Must be asked for: it has to be chosen and the merchant names no default."""
        return self.min > 0 and self.default is None


@dataclass(frozen=True, slots=True)
class HoursRule:
    """Open from `opens` until `closes` on these ISO weekdays (1 = Monday); past midnight when `closes` <= `opens`."""

    days: frozenset[int]
    opens: time
    closes: time

    def covers(self, moment: datetime) -> bool:
        """Whether a local moment lies within the rule."""
        at, day = moment.time(), moment.isoweekday()
        if self.opens < self.closes:
            return day in self.days and self.opens <= at < self.closes
        yesterday = (day - 2) % 7 + 1
        return (day in self.days and at >= self.opens) or (yesterday in self.days and at < self.closes)


@dataclass(frozen=True, slots=True)
class ComboSlot:
    """A part of a combo: exactly `count` of the listed products, `default` unless the customer says another."""

    id: str
    names: Names
    product_ids: tuple[str, ...]
    default: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Product:
    """Something on sale. `stock` None = not counted. `face_value` is what a top-up adds to a phone.

    `measure`, `fare` and `booking` are for what is sold by weight, driven by distance, or booked for a day.
    `stock_counted` is when the merchant last counted: a later moment makes the merchant's number stand again.
    """

    id: str
    names: Names
    category: str
    price: Money
    group_ids: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()
    allergens: AllergenStatement = field(default_factory=AllergenStatement.nothing_stated)
    stock: int | None = None
    hours: tuple[HoursRule, ...] = ()
    combo: tuple[ComboSlot, ...] = ()
    description: Names = Names()
    popularity: int = 0
    face_value: Money | None = None
    irreversible: bool = False
    max_quantity: int = 99
    measure: Measure | None = None
    fare: Fare | None = None
    booking: BookingTerms | None = None
    stock_counted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    names: Names


@dataclass(frozen=True, slots=True)
class FulfilmentOption:
    """A way to get the goods: its fee, the smallest order it takes, and minutes until it is there."""

    id: str
    kind: FulfilmentKind
    names: Names
    fee: Money
    minimum: Money
    eta_minutes: tuple[int, int]
    free_from: Money | None = None

    def fee_for(self, goods: Money) -> Money:
        free = self.free_from is not None and goods.covers(self.free_from)
        return Money.zero(self.fee.currency) if free else self.fee


@dataclass(frozen=True, slots=True)
class Merchant:
    id: str
    names: Names
    kind: str
    currency: str
    zone: str
    hours: tuple[HoursRule, ...]
    fulfilment: tuple[FulfilmentOption, ...]
    pickup_address: Names = Names()
    cancellation: CancelPolicy = UNSTATED
    webhook_url: str | None = None
    fee_plan: FeePlan = STANDARD_PLAN
    location: Point | None = None

    def is_open(self, moment: datetime) -> bool:
        return is_open(self.hours, moment, self.zone)

    def fulfilment_option(self, option_id: str) -> FulfilmentOption | None:
        return next((f for f in self.fulfilment if f.id == option_id), None)


@dataclass(frozen=True)
class Catalog:
    """One merchant's whole offer at one moment."""

    merchant: Merchant
    categories: tuple[Category, ...]
    groups: Mapping[str, OptionGroup]
    products: Mapping[str, Product]
    coupons: tuple[Coupon, ...] = ()
    places: tuple[Place, ...] = ()

    def groups_of(self, product: Product) -> tuple[OptionGroup, ...]:
        return tuple(self.groups[g] for g in product.group_ids)

    def sells(self, product: Product, moment: datetime) -> bool:
        """Whether the product can be had at this moment: shop open, within the product's own hours, in stock."""
        within = not product.hours or is_open(product.hours, moment, self.merchant.zone)
        return self.merchant.is_open(moment) and within and product.stock != 0


def is_open(hours: tuple[HoursRule, ...], moment: datetime, zone: str) -> bool:
    wall = local(moment, zone)
    return any(rule.covers(wall) for rule in hours)


def next_opening(hours: tuple[HoursRule, ...], moment: datetime, zone: str) -> datetime | None:
    """The next local moment, within eight days, at which a rule opens."""
    wall = local(moment, zone)
    starts = [
        datetime.combine(wall.date() + timedelta(days=ahead), rule.opens, tzinfo=wall.tzinfo)
        for ahead in range(9)
        for rule in hours
        if (wall.date() + timedelta(days=ahead)).isoweekday() in rule.days
    ]
    return min((s for s in starts if s > wall), default=None)

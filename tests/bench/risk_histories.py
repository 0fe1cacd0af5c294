"""A year of ordinary histories, made from a seed: what people buy, with the parties, gifts, journeys and price rises of a year.

Written before any threshold was set, from how people live and not from what the rules ask about.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.base.clock import local
from app.base.money import Money
from app.domain.catalog import Catalog, Product
from app.domain.checkout import CheckoutSession, Draft, Fulfilment, LineItem, Totals
from app.domain.geo import Point
from app.domain.names import Names
from app.domain.ride import Stop, Trip

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
NIMBUS, CLOUDLEAF, SUNRISE, CORNER = "nimbus_coffee", "cloudleaf_tea", "sunrise_breakfast", "corner_24"
SKYLARK, RIDES, HOTEL, TICKETS = "skylark_mobile", "starling_rides", "harbour_hotel", "lantern_tickets"
OWN_NUMBER = "138****0001"
HERE, THERE = Stop(Names(("Here",)), Point(0, 0)), Stop(Names(("There",)), Point(8_000, 0))
NAMES = Names(("Thing",), ("东西",))


@dataclass(frozen=True, slots=True)
class Bought:
    """One payment: product → how many, at the price of the day."""

    at: datetime
    merchant: str
    lines: tuple[tuple[str, int, int], ...]
    destination: str = ""
    by_agent: bool = False
    what: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody is in the habit of; the chances are of a day."""

    zone: str
    night: bool
    coffee: float
    breakfast: float
    tea: float
    snacks: float
    groceries: float
    rides: float
    child: bool
    late_nights: float
    standing: bool
    top_up: int
    family_top_up: int
    water_by_the_case: bool
    favourites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begins: Mapping[str, int] = field(default_factory=dict)


class World:
    """The catalogues, with prices that rise over the year."""

    def __init__(self, catalogs: Mapping[str, Catalog], seed: int) -> None:
        dice = random.Random(seed)
        self.products = {merchant: sorted(c.products.values(), key=lambda p: p.id) for merchant, c in catalogs.items()}
        # Twice a year each shop raises its prices: mostly by a little, some things by half.
        self._rises = {
            (merchant, product.id): (dice.randint(40, 160), dice.randint(200, 330), 1 + dice.choice((0.03, 0.05, 0.1, 0.15, 0.5)))
            for merchant, products in self.products.items()
            for product in products
        }

    def price(self, merchant: str, product: Product, day: int) -> int:
        first, second, factor = self._rises[merchant, product.id]
        if product.irreversible:
            return product.price.minor
        return round(product.price.minor * factor ** ((day >= first) + (day >= second)))

    def of(self, merchant: str, *categories: str) -> list[Product]:
        return [p for p in self.products[merchant] if p.category in categories or not categories]


def person(world: World, dice: random.Random) -> Person:
    def some(merchant: str, count: int) -> tuple[str, ...]:
        return tuple(p.id for p in dice.sample(world.of(merchant), count))

    return Person(
        zone=dice.choice(("Asia/Shanghai",) * 8 + ("Asia/Tokyo", "Europe/London")),
        night=dice.random() < 0.08,
        coffee=dice.choice((0, 0.1, 0.4, 0.7, 0.85)),
        breakfast=dice.choice((0, 0, 0.15, 0.5)),
        tea=dice.choice((0, 0.05, 0.2)),
        snacks=dice.choice((0.02, 0.1, 0.25)),
        groceries=dice.choice((0, 0.08, 0.15)),
        rides=dice.choice((0, 0.03, 0.15, 0.4)),
        child=dice.random() < 0.2,
        late_nights=dice.choice((0, 0, 0.01, 0.04)),
        standing=dice.random() < 0.3,
        top_up=dice.choice((0, 30, 50, 50, 100)),
        family_top_up=dice.choice((0, 0, 0, 50, 100)),
        water_by_the_case=dice.random() < 0.1,
        favourites={m: some(m, 4) for m in (NIMBUS, CLOUDLEAF, SUNRISE)} | {CORNER: some(CORNER, 25)},
        # Not everybody knew every shop from the start.
        begins={m: dice.choice((0, 0, 0, 90, 200)) for m in (NIMBUS, CLOUDLEAF, SUNRISE, CORNER, SKYLARK, RIDES)},
    )


class Year:
    """One person's year."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.person = person(world, self.dice)
        self._known = {(m, p.id): p for m, products in world.products.items() for p in products}

    def live(self) -> list[Bought]:
        bought = [one for day in range(DAYS) for one in (*self._day(day), *self._evening(day), *self._monthly(day))]
        bought = [one for one in bought if one.at >= START + timedelta(days=self.person.begins[one.merchant])]
        return sorted([*bought, *self._events()], key=lambda one: one.at)

    def _day(self, day: int) -> Iterator[Bought]:
        who, dice = self.person, self.dice
        weekend = (START + timedelta(days=day)).isoweekday() > 5
        shift = 18 if who.night else 0
        if dice.random() < who.coffee * (0.4 if weekend else 1):
            cups = dice.choice((1, 1, 1, 1, 2, 2, 3))
            one = self._usual(day, 8 + shift, NIMBUS, cups, by_agent=who.standing and dice.random() < 0.7)
            yield one
            if dice.random() < 0.004:
                # Something forgotten, or the same for a colleague who came along.
                later = one.at + timedelta(seconds=dice.randint(60, 500))
                yield replace(one, at=later, by_agent=False, what="again")
        if dice.random() < who.breakfast:
            yield self._basket(day, 7 + shift, SUNRISE, dice.randint(1, 4), 3)
        if dice.random() < who.tea:
            yield self._usual(day, 15 + shift, CLOUDLEAF, dice.choice((1, 1, 2, 4)))
        if dice.random() < who.snacks:
            yield self._basket(day, 19 + shift, CORNER, dice.randint(1, 3), 2)
        if dice.random() < who.groceries:
            yield self._basket(day, 18 + shift, CORNER, dice.randint(3, 8), 6)

    def _evening(self, day: int) -> Iterator[Bought]:
        who, dice, shift = self.person, self.dice, 18 if self.person.night else 0
        if who.child and dice.random() < 0.1:
            for n in range(dice.choice((1, 1, 2, 3))):
                yield self._basket(day, 16, CORNER, 1, 2, minute=n * 7)
        for _ in range(dice.choice((1, 2)) if dice.random() < who.rides else 0):
            yield self._ride(day, dice.choice((8, 9, 18, 19, 22)) + shift, dice.randint(1_400, 6_000))
        if dice.random() < who.late_nights:
            yield self._ride(day, dice.choice((24, 25, 26)), dice.randint(2_500, 9_000))
            if dice.random() < 0.5:
                yield self._basket(day, 26, CORNER, 2, 2)

    def _monthly(self, day: int) -> Iterator[Bought]:
        who, dice = self.person, self.dice
        if who.top_up and day % 30 == 4:
            # Now and then more, before a journey or a month with many calls.
            face = who.top_up if dice.random() < 0.9 else dice.choice((100, 100, 200))
            yield self._top_up(day, 20, face, OWN_NUMBER)
        if who.family_top_up and day % 45 == 9:
            yield self._top_up(day, 12, who.family_top_up, f"139****{self.person.family_top_up:04}")
        if who.water_by_the_case and day % 28 == 6:
            yield self._basket(day, 11, CORNER, 1, 1, times=dice.choice((12, 24)), category="water")

    def _events(self) -> Iterator[Bought]:
        """What comes a few times a year."""
        dice, days = self.dice, self._days
        for day in days(dice.choice((0, 1, 2, 3))):
            # Coffee or tea for the office, a birthday at home.
            shop = dice.choice((NIMBUS, CLOUDLEAF))
            yield replace(self._usual(day, 14, shop, dice.choice((6, 8, 10, 12, 20))), what="party")
        for day in days(dice.choice((0, 1, 1))):
            yield replace(self._basket(day, 17, CORNER, 5, 12), what="party")
            yield replace(self._line(day, 16, NIMBUS, dice.choice(self.world.of(NIMBUS, "cake")), 1), what="cake")
        for day in days(dice.choice((0, 0, 1, 2))):
            yield replace(self._top_up(day, 10, dice.choice((20, 50, 100)), f"137****{dice.randint(0, 9999):04}"), what="gift")
        for day in days(dice.choice((0, 0, 1))):
            yield replace(self._line(day, 20, NIMBUS, dice.choice(self.world.of(NIMBUS, "retail")), 2), what="gift")
        for day in days(dice.choice((0, 1, 2, 3))):
            yield from self._journey(day)
        for day in days(dice.choice((0, 1, 3))):
            yield replace(
                self._line(day, 19, TICKETS, dice.choice(self.world.of(TICKETS)), dice.choice((1, 2, 2, 4, 5))), what="tickets"
            )
        for day in days(dice.choice((0, 1, 2))):
            # Lunch for several, each from the shop they like.
            for n, shop in enumerate(dice.choices((NIMBUS, CLOUDLEAF, CORNER, SUNRISE), k=dice.choice((3, 4, 5)))):
                yield replace(self._basket(day, 12, shop, 2, 2, minute=n * 3), what="lunch")
        for day in days(dice.choice((0, 0, 1))):
            yield replace(
                self._line(day, 21, SKYLARK, dice.choice(self.world.of(SKYLARK, "data_pack")), 1, OWN_NUMBER), what="data"
            )

    def _journey(self, day: int) -> Iterator[Bought]:
        dice = self.dice
        yield replace(self._line(day - 6, 21, HOTEL, dice.choice(self.world.of(HOTEL)), dice.choice((1, 2, 2, 3, 5))), what="hotel")
        yield replace(self._ride(day, dice.choice((4, 5, 9, 13)), dice.randint(9_000, 20_000)), what="airport")
        if dice.random() < 0.3:
            # Elsewhere it is day.
            yield replace(self._basket(day + 1, dice.choice((2, 3, 4)), CORNER, 2, 2), what="abroad")
        if dice.random() < 0.2:
            roaming = [p for p in self.world.of(SKYLARK, "data_pack") if "roaming" in p.id]
            yield replace(self._line(day, 6, SKYLARK, dice.choice(roaming), 1, OWN_NUMBER), what="data")

    def _days(self, count: int) -> list[int]:
        return [self.dice.randint(10, DAYS - 3) for _ in range(count)]

    def _usual(self, day: int, hour: int, shop: str, quantity: int, *, by_agent: bool = False) -> Bought:
        """Mostly the favourite."""
        favourites = self.person.favourites[shop]
        product_id = favourites[0] if self.dice.random() < 0.7 else self.dice.choice(favourites)
        return replace(self._line(day, hour, shop, self._known[shop, product_id], quantity), by_agent=by_agent)

    def _basket(
        self, day: int, hour: int, shop: str, lines: int, most: int, *, minute: int = 0, times: int = 1, category: str = ""
    ) -> Bought:
        pool = self.world.of(shop, category) if category else [self._known[shop, one] for one in self.person.favourites[shop]]
        if self.dice.random() < 0.15 and not category:
            pool = self.world.of(shop)
        chosen = self.dice.sample(pool, min(lines, len(pool)))
        # Most things once, some twice, few more.
        amounts = [times * min(most, self.dice.choice((1, 1, 1, 1, 2, 2, 3, most))) for _ in chosen]
        sold = tuple((p.id, min(n, p.max_quantity), self.world.price(shop, p, day)) for p, n in zip(chosen, amounts, strict=True))
        return Bought(self._at(day, hour, minute), shop, sold)

    def _line(self, day: int, hour: int, shop: str, product: Product, quantity: int, destination: str = "") -> Bought:
        sold = (product.id, min(quantity, product.max_quantity), self.world.price(shop, product, day))
        return Bought(self._at(day, hour), shop, (sold,), destination)

    def _ride(self, day: int, hour: int, fare: int) -> Bought:
        product = self.world.of(RIDES)[0]
        return Bought(self._at(day, hour), RIDES, ((product.id, 1, fare),), "office")

    def _top_up(self, day: int, hour: int, face: int, number: str) -> Bought:
        product = self._known[SKYLARK, f"topup_{face}"]
        return Bought(self._at(day, hour), SKYLARK, ((product.id, 1, product.price.minor),), number)

    def _at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """By the person's own clock."""
        wall = START + timedelta(
            days=max(day, 0), hours=hour, minutes=minute + self.dice.randint(0, 50), seconds=self.dice.randint(0, 59)
        )
        offset = local(wall, self.person.zone).utcoffset() or timedelta()
        return wall - offset


def checkout_of(bought: Bought, known: Mapping[tuple[str, str], Product], customer_id: str = "cus") -> CheckoutSession:
    """The card of a payment, as far as risk looks at it."""
    lines = tuple(
        _item(bought, known[bought.merchant, product_id], quantity, price) for product_id, quantity, price in bought.lines
    )
    total = Money(sum(line.total.minor for line in lines))
    nothing = Money(0)
    trip = Trip((HERE, THERE)) if bought.merchant == RIDES else None
    kind = {SKYLARK: "phone", RIDES: "ride", HOTEL: "booking", TICKETS: "booking"}.get(bought.merchant, "pickup")
    return CheckoutSession(
        id="chk",
        version=1,
        customer_id=customer_id,
        conversation_id="con",
        reading_id="utt",
        merchant_id=bought.merchant,
        payee=NAMES,
        state="ready_for_complete",
        lines=lines,
        totals=Totals(total, nothing, nothing, total, total),
        coupons=(),
        fulfilment=Fulfilment(kind, kind, NAMES, (5, 10), None, bought.destination, trip=trip),  # type: ignore[arg-type]
        created_at=bought.at,
        expires_at=bought.at + timedelta(minutes=5),
        draft=Draft(bought.merchant, ()),
        irreversible=any(known[bought.merchant, product_id].irreversible for product_id, _, _ in bought.lines),
    )


def _item(bought: Bought, product: Product, quantity: int, price: int) -> LineItem:
    return LineItem(f"lin_{product.id}", product.id, product.category, NAMES, quantity, Money(price))


def years(world: World, count: int, seed: int) -> Sequence[tuple[Person, list[Bought]]]:
    lived = (Year(world, seed * 100_003 + number) for number in range(count))
    return [(year.person, year.live()) for year in lived]

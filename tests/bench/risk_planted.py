"""Slips and frauds to plant into ordinary histories, each at a moment of somebody's own year."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from app.base.clock import local
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.catalog import Product
from app.domain.mandate import Attempt, Constraints, Hours, Mandate, check_use
from tests.bench.risk_histories import NIMBUS, SKYLARK, Bought, Person, checkout_of

Known = Mapping[tuple[str, str], Product]
FACES = (10, 20, 30, 50, 100, 200, 300, 500)
MOST_SOLD = 99
# The first two months teach what is usual.
LEARNT_AFTER = 60


@dataclass(frozen=True, slots=True)
class Incident:
    """Payments that come one after the other. `outside_grant`: what the mandate's own check says of it."""

    kind: str
    payments: tuple[Bought, ...]
    outside_grant: bool = False


def planted(person: Person, lived: Sequence[Bought], known: Known, dice: random.Random) -> Iterator[Incident]:
    """One incident of each kind that this person's year has room for."""
    learnt = [one for one in lived if one.at >= lived[0].at + timedelta(days=LEARNT_AFTER) and not one.what] if lived else []
    if not learnt:
        return
    for kind, factor in (("quantity ×10", 10), ("quantity ×100", 100)):
        if slip := _quantity(dice.choice(learnt), known, factor, dice):
            yield Incident(kind, (slip,))
    top_ups = [one for one in learnt if one.merchant == SKYLARK and one.lines[0][0].startswith("topup_")]
    if top_ups:
        yield from _amounts(dice.choice(top_ups), known)
    yield Incident("takeover, a burst", tuple(_burst(dice.choice(learnt).at, known, dice)))
    yield Incident("new payee at night, can't be undone", (_at_night(person, dice.choice(learnt).at, known, dice),))
    yield _outside_grant(person, dice.choice(learnt), known, dice)
    for factor in (5, 10):
        if poisoned := _poisoned(dice.choice(learnt), known, factor, dice):
            yield Incident(f"price ×{factor}", (poisoned,))
    again = dice.choice(learnt)
    yield Incident(
        "repeated within minutes", (replace(again, at=again.at + timedelta(seconds=dice.randint(20, 240)), by_agent=False),)
    )


def _quantity(one: Bought, known: Known, factor: int, dice: random.Random) -> Bought | None:
    """A nought or two too many on one line; what the shop sells once alone can't slip."""
    can = [n for n, (product_id, _, _) in enumerate(one.lines) if known[one.merchant, product_id].max_quantity > 1]
    if not can or known[one.merchant, one.lines[0][0]].fare is not None or one.merchant == SKYLARK:
        return None
    place = dice.choice(can)
    product_id, quantity, price = one.lines[place]
    most = known[one.merchant, product_id].max_quantity
    # What is above the shop's own bounds is refused by the shop before risk is asked.
    if quantity * factor > (most if factor == 10 else 10_000):
        return None
    lines = (*one.lines[:place], (product_id, quantity * factor, price), *one.lines[place + 1 :])
    return _meanwhile(replace(one, lines=lines))


def _meanwhile(one: Bought) -> Bought:
    """In place of the ordinary payment, a moment before it."""
    return replace(one, at=one.at - timedelta(seconds=1))


def _amounts(one: Bought, known: Known) -> Iterator[Incident]:
    face = int(one.lines[0][0].removeprefix("topup_"))
    if face * 10 in FACES:
        tenfold = known[SKYLARK, f"topup_{face * 10}"]
        yield Incident("top-up ×10", (_meanwhile(replace(one, lines=((tenfold.id, 1, tenfold.price.minor),))),))
    for name, factor in (("top-up ×100, fen for yuan", 100), ("top-up ×1000", 1_000)):
        # A shop that sells any amount.
        yield Incident(name, (_meanwhile(replace(one, lines=((one.lines[0][0], 1, one.lines[0][2] * factor),))),))


def _burst(near: datetime, known: Known, dice: random.Random) -> Iterator[Bought]:
    """Somebody has the phone and the PIN: as much as can be had, to a number of theirs, a minute or two apart."""
    at, number = near + timedelta(hours=dice.randint(1, 20)), f"170****{dice.randint(0, 9999):04}"
    for _ in range(dice.randint(6, 12)):
        product = known[SKYLARK, f"topup_{dice.choice((200, 300, 500))}"]
        yield Bought(at, SKYLARK, ((product.id, 1, product.price.minor),), number)
        at += timedelta(seconds=dice.randint(40, 150))


def _at_night(person: Person, near: datetime, known: Known, dice: random.Random) -> Bought:
    wall = local(near, person.zone).replace(hour=dice.randint(1, 4), minute=dice.randint(0, 59))
    product = known[SKYLARK, f"topup_{dice.choice((100, 200, 300, 500))}"]
    return Bought(
        wall.astimezone(near.tzinfo), SKYLARK, ((product.id, 1, product.price.minor),), f"171****{dice.randint(0, 9999):04}"
    )


def _outside_grant(person: Person, one: Bought, known: Known, dice: random.Random) -> Incident:
    """A mandate for coffee in the morning, up to so much; the agent wants one thing that it does not allow."""
    checkout = checkout_of(one, known)
    total = checkout.totals.maximum
    wide = Constraints(per_order=Money(total.minor * 2), zone=person.zone)
    narrow = dice.choice(
        (
            replace(wide, per_order=Money(max(1, total.minor - 1))),
            replace(wide, merchants=frozenset({"another_shop"})),
            replace(wide, products=frozenset({f"{NIMBUS}.nothing"})),
            replace(wide, hours=_other_hours(local(one.at, person.zone).hour)),
            replace(wide, ends=one.at - timedelta(days=1)),
        )
    )
    mandate = Mandate("man", 1, checkout.customer_id, "agt", "active", narrow, one.at)
    try:
        check_use(mandate, Attempt("agt", checkout, one.at), {})
    except Refusal:
        return Incident("agent outside its grant", (_meanwhile(replace(one, by_agent=True)),), outside_grant=True)
    return Incident("agent outside its grant", (_meanwhile(replace(one, by_agent=True)),))


def _other_hours(hour: int) -> Hours:
    return Hours(opens=time((hour + 2) % 24), closes=time((hour + 4) % 24))


def _poisoned(one: Bought, known: Known, factor: int, dice: random.Random) -> Bought | None:
    """A listing whose price was changed; a fare and a face value have no listing price to change."""
    if one.merchant == SKYLARK or known[one.merchant, one.lines[0][0]].fare is not None:
        return None
    place = dice.randrange(len(one.lines))
    product_id, quantity, price = one.lines[place]
    lines = (*one.lines[:place], (product_id, quantity, price * factor), *one.lines[place + 1 :])
    return _meanwhile(replace(one, lines=lines))

"""A booked ride's trip is changed: within what was approved at once, above it by a new card."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from app.base.clock import Clock
from app.base.errors import UsualError
from app.base.ids import derived_id
from app.base.money import Money
from app.dialogue.outcomes import ChangeTrip, Outcome, Propose, Say, ShowReceipt
from app.domain.checkout import CheckoutSession
from app.domain.customer import NotFound
from app.domain.order import Order
from app.domain.ride import Trip
from app.domain.trace import TraceEvent
from app.service.payments import Payments
from app.service.ports import Merchants, Records
from app.service.units import Change, Unit, Writer

TRIP: TypeAdapter[Trip] = TypeAdapter(Trip)


@dataclass(frozen=True, slots=True)
class Trips:
    records: Records
    writer: Writer
    merchants: Merchants
    payments: Payments
    clock: Clock

    def change(self, customer_id: str, wanted: ChangeTrip) -> Sequence[Outcome]:
        """What follows: the changed ride, or a card for it where it can come to more than was approved.

        Raises NotFound and the merchant's refusals.
        """
        order = self.records.order(wanted.order_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
        if (
            order is None
            or checkout is None
            or order.customer_id != customer_id
            or not order.is_under_way
            or order.settled_at is not None
        ):
            raise NotFound(what=wanted.order_id)
        draft = replace(checkout.draft, trip=wanted.trip)
        goods = self.merchants.quote(draft, self.clock.now()).goods
        if not _fits(checkout, goods):
            needed = goods.plus(checkout.totals.fee).minus(checkout.totals.discount_on(goods))
            params = {"estimate": goods, "needed": needed, "approved": checkout.totals.maximum}
            return [Say("ride.above_approved", params), Propose(draft, Say("ride.new_card"), replaces_card=False)]
        answer = self.merchants.amend(order, self.payments.handover(checkout, wanted.trip), goods, _key(order, wanted.trip))
        if answer.state != "agreed":
            return [Say("ride.stop_refused")]
        self._keep(order, wanted.trip, goods)
        charged = checkout.totals.charge(goods)
        params = {"estimate": goods, "charged": charged, "approved": checkout.totals.maximum}
        return [ShowReceipt(order.id, Say("ride.stop_added", params))]

    def _keep(self, order: Order, trip: Trip, estimate: Money) -> None:
        now = self.clock.now()
        facts: dict[str, str | int] = {
            "order": order.id,
            "trip": _hash(trip),
            "stops": len(trip.stops),
            "estimate": estimate.minor,
            "currency": estimate.currency,
        }
        self.writer.commit(
            Unit(
                key=f"trip:{_key(order, trip)}",
                fingerprint=_hash(trip),
                at=now,
                changes=(Change(Order, order.id, expect={"settled_at": None}, put={"trip": TRIP.dump_json(trip).decode()}),),
                trace=(TraceEvent(order.customer_id, "trip_changed", facts, now),),
            )
        )


def changed_trip(trips: Trips, customer_id: str, wanted: ChangeTrip) -> Sequence[Outcome]:
    try:
        return trips.change(customer_id, wanted)
    except UsualError as refused:
        return [Say(f"refusal.{refused.code}", refused.params)]


def _fits(checkout: CheckoutSession, goods: Money) -> bool:
    totals = checkout.totals
    return totals.maximum.covers(goods.plus(totals.fee).minus(totals.discount_on(goods)))


def _key(order: Order, trip: Trip) -> str:
    return derived_id("amd", order.id, _hash(trip))


def _hash(trip: Trip) -> str:
    """Over where it goes; an address of the customer's by its reference."""
    stops = "|".join(stop.ref or f"{stop.point.east_m},{stop.point.north_m}" for stop in trip.stops)
    return hashlib.sha256(stops.encode()).hexdigest()

"""A stop on the way: on the card while it is open, else on the ride that is booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.outcomes import Ask, ChangeTrip, Outcome, Propose, Say
from app.dialogue.reading import Slots, StopValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question
from app.domain.catalog import Catalog
from app.domain.order import Order
from app.domain.ride import Stop, Trip
from app.resolution.places import SeveralPlaces, UnknownPlace, find_stop, place_stop
from app.skills.world import World

SPEC = SkillSpec(
    name="add_stop",
    description="Add a stop on the way to a ride that is on the card or booked.",
    slots=(SlotSpec("to", "stop", "where to stop"),),
    cues=(
        "add a stop", "add stop", "add another stop", "stop at", "stop by", "with a stop at", "make a stop", "via", "on the way stop at",
        "中途停", "中途停一下", "中途去", "中途去一下", "加一站", "加一个停靠点", "加个停靠点", "途经", "顺路去", "顺路停", "路上停一下",
    ),
    examples=(Example("en", "add a stop at the office"), Example("zh", "中途停一下公司")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddStop:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        said = next((value for value in slots.values() if isinstance(value, StopValue)), None)
        return _added(said.label if said else None, world)

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        said = next((value for value in slots.values() if isinstance(value, StopValue)), None)
        return _added(said.label, world) if said else [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        catalog = _catalog(world)
        place = next((p for p in catalog.places if p.id == choice.value), None) if catalog else None
        return _with(place_stop(place), world) if place else [Ask(question)]


def booked_ride(world: World) -> Order | None:
    """The newest ride that is booked or on its way."""
    return next((order for order in world.orders() if order.is_under_way and _trip_of(order, world) is not None), None)


def _added(label: str | None, world: World) -> Sequence[Outcome]:
    catalog = _catalog(world)
    if catalog is None:
        return [Say("ride.no_ride")]
    if label is None:
        return [Ask(Question(world.new_id("que"), SPEC.name, "to", "stop", "ride.which_stop"))]
    found = find_stop(label, world.addresses(), world.point_of, catalog.places)
    if isinstance(found, SeveralPlaces):
        choices = tuple(Choice(place.names, picture="place", value=place.id) for place in found.places)
        return [Ask(Question(world.new_id("que"), SPEC.name, "to", "stop", "ride.which_stop", choices=choices))]
    if isinstance(found, UnknownPlace):
        params = (("place", found.label),)
        return [Ask(Question(world.new_id("que"), SPEC.name, "to", "stop", "ride.unknown_place", params))]
    return _with(found, world) if found else [Say("ride.no_ride")]


def _with(stop: Stop, world: World) -> Sequence[Outcome]:
    """The stop comes last before the end, as it was said last."""
    draft = world.draft
    if draft is not None and draft.trip is not None:
        return [Propose(replace(draft, trip=_through(draft.trip, stop)), Say("ride.stop_on_card"), world.focus_line)]
    order = booked_ride(world)
    trip = _trip_of(order, world) if order else None
    return [ChangeTrip(order.id, _through(trip, stop))] if order and trip else [Say("ride.no_ride")]


def _through(trip: Trip, stop: Stop) -> Trip:
    return replace(trip, stops=(*trip.stops[:-1], stop, trip.stops[-1]))


def _trip_of(order: Order, world: World) -> Trip | None:
    card = world.card_of(order)
    return order.trip or (card.fulfilment.trip if card else None)


def _catalog(world: World) -> Catalog | None:
    """Of the ride that is spoken of."""
    draft, order = world.draft, booked_ride(world)
    if draft is not None and draft.trip is not None:
        return world.catalogs.get(draft.merchant_id)
    return world.catalogs.get(order.merchant_id) if order else None

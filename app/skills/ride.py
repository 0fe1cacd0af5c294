"""A ride: where to, from where, by when; the card shows the estimate and the most that it can cost."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.base.clock import local
from app.dialogue.outcomes import Ask, Outcome, Propose, Say
from app.dialogue.reading import MomentValue, Slots, StopValue
from app.dialogue.specs import Example, SkillSpec, SlotSpec
from app.dialogue.state import Choice, Question
from app.dialogue.times import Moment
from app.domain.catalog import Catalog, Product
from app.domain.checkout import Draft, DraftLine
from app.domain.names import Names
from app.domain.ride import Stop, Trip
from app.resolution.moments import times_of
from app.resolution.places import SeveralPlaces, UnknownPlace, address_stop, find_stop, place_stop
from app.skills.world import World

SPEC = SkillSpec(
    name="ride",
    description="Order a ride by car from one place to another, now or for a time.",
    slots=(
        SlotSpec("to", "stop", "where to"),
        SlotSpec("from", "stop", "where from, when it is not the customer's first address"),
        SlotSpec("moment", "moment", "when to leave, or by when to arrive"),
    ),
    cues=(
        "ride", "a ride", "taxi", "a taxi", "cab", "a cab", "a car", "drive me", "take me", "get me", "pick me up", "go home",
        "airport", "train station", "railway station", "打车", "打个车", "叫车", "叫个车", "叫辆车", "网约车", "出租车", "专车", "机场",
        "火车站", "高铁站", "送我", "回家",
    ),
    examples=(Example("zh", "三点前到机场"), Example("en", "a ride to the airport by 3 pm"), Example("zh", "打车去公司")),
)  # fmt: skip
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ride:
    spec: SkillSpec = SPEC

    def begin(self, slots: Slots, world: World) -> Sequence[Outcome]:
        return _next({}, slots, world)

    def answer(self, question: Question, slots: Slots, world: World) -> Sequence[Outcome]:
        facts = dict(question.facts)
        stops = [value for value in slots.values() if isinstance(value, StopValue)]
        if question.slot in ("to", "from") and len(stops) == 1:
            # "from home" in answer to "where to?" keeps its own role.
            role = stops[0].role if stops[0].role == "from" else question.slot
            slots = {**{name: value for name, value in slots.items() if value is not stops[0]}, role: stops[0]}
        before = dict(facts)
        outcomes = _next(facts, slots, world)
        return outcomes if facts != before or slots else [Ask(question)]

    def pick(self, question: Question, choice: Choice, world: World) -> Sequence[Outcome]:
        return _next({**dict(question.facts), question.slot: choice.value or ""}, {}, world)


def _next(facts: Facts, slots: Slots, world: World) -> Sequence[Outcome]:
    """What is known so far, with what was just said: the next question, or the card."""
    offer = next(((c, p) for c in world.catalogs.values() for p in c.products.values() if p.fare is not None), None)
    if offer is None:
        return [Say("ride.nobody")]
    catalog = offer[0]
    known = {**facts, **_said(slots)}
    end = _stop(known.get("to"), catalog, world)
    if not isinstance(end, Stop):
        return [_ask_stop("to", end, known, world)]
    start = _stop(known.get("from"), catalog, world) if "from" in known else _home(end, world)
    if not isinstance(start, Stop):
        return [_ask_stop("from", start, known, world)]
    if start.point == end.point:
        return [_ask_stop("to", None, {k: v for k, v in known.items() if k != "to"}, world)]
    times = _times(known, world)
    if len(times) > 1:
        return [_ask_time(times, known, world)]
    return [_propose(catalog, Trip((start, end), *_leave_or_arrive(times, known)), world)]


def _said(slots: Slots) -> dict[str, str]:
    """What was said, as facts that a question can carry."""
    said: dict[str, str] = {}
    for name, value in slots.items():
        if isinstance(value, StopValue):
            said["from" if value.role == "from" else "to" if name == "to" or value.role == "to" else name] = f"said:{value.label}"
        elif isinstance(value, MomentValue):
            said["moment"] = json.dumps(asdict(value.moment))
    return said


def _stop(fact: str | None, catalog: Catalog, world: World) -> Stop | SeveralPlaces | UnknownPlace | None:
    if fact is None:
        return None
    kind, _, value = fact.partition(":")
    if kind == "place":
        place = next((p for p in catalog.places if p.id == value), None)
        return place_stop(place) if place else None
    return find_stop(value, world.addresses(), world.point_of, catalog.places)


def _home(end: Stop, world: World) -> Stop | None:
    """The first of the customer's addresses that is not where they want to go."""
    found = ((address, world.point_of(address)) for address in world.addresses())
    return next((address_stop(a, point) for a, point in found if point is not None and point != end.point), None)


def _times(known: Facts, world: World) -> tuple[datetime, ...]:
    if "at" in known:
        return (datetime.fromisoformat(known["at"]),)
    if "moment" not in known:
        return ()
    return times_of(Moment(**json.loads(known["moment"])), world.now, world.customer.zone)


def _leave_or_arrive(times: Sequence[datetime], known: Facts) -> tuple[datetime | None, datetime | None]:
    if not times:
        return None, None
    arrives = json.loads(known["moment"])["before"]
    return (None, times[0]) if arrives else (times[0], None)


def _propose(catalog: Catalog, trip: Trip, world: World) -> Propose:
    cheapest = min(_cars(catalog), key=lambda car: (car.price.minor, car.id))
    line = DraftLine(world.new_id("lin"), cheapest.id, 1)
    ride = next((f.id for f in catalog.merchant.fulfilment if f.kind == "ride"), None)
    draft = Draft(catalog.merchant.id, (line,), ride, trip=trip)
    return Propose(draft, Say("ride.card", {"place": trip.stops[-1].names.display(world.lang)}), line.id, replaces_card=False)


def _cars(catalog: Catalog) -> list[Product]:
    return [product for product in catalog.products.values() if product.fare is not None]


def _ask_stop(slot: str, found: SeveralPlaces | UnknownPlace | Stop | None, known: Facts, world: World) -> Ask:
    facts = {name: value for name, value in known.items() if name != slot}
    choices: tuple[Choice, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    if isinstance(found, SeveralPlaces):
        key = f"ride.which_{slot}"
        choices = tuple(Choice(place.names, picture="place", value=f"place:{place.id}") for place in found.places)
    elif isinstance(found, UnknownPlace):
        key, params = "ride.unknown_place", (("place", found.label),)
    else:
        key = f"ride.where_{slot}"
    return Ask(Question(world.new_id("que"), SPEC.name, slot, "stop", key, params, choices, facts=tuple(sorted(facts.items()))))


def _ask_time(times: Sequence[datetime], known: Facts, world: World) -> Ask:
    choices = tuple(
        Choice(
            Names((f"{at:%a %d %b, %H:%M}",), (f"{at.month}月{at.day}日 {at:%H:%M}",)), picture="clock", value=moment.isoformat()
        )
        for moment in times
        for at in [local(moment, world.customer.zone)]
    )
    question = Question(
        world.new_id("que"), SPEC.name, "at", "moment", "ride.which_time", (), choices, facts=tuple(sorted(known.items()))
    )
    return Ask(question)

"""Where a ride goes: an address of the customer's, or a place that everybody knows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.customer import Address
from app.domain.geo import Place, Point
from app.domain.names import Names
from app.domain.ride import Stop
from app.lookup.index import Entry, NameIndex

SCORE_MIN = 70
# Places whose names fit this much less than the best one's are not meant.
LEAD_MIN = 12
OFFERED_MAX = 5


@dataclass(frozen=True, slots=True)
class SeveralPlaces:
    """Best first."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    label: str


def find_stop(
    label: str, addresses: Sequence[Address], point_of: Callable[[Address], Point | None], places: tuple[Place, ...]
) -> Stop | SeveralPlaces | UnknownPlace:
    wanted = label.strip().casefold()
    for address in addresses:
        if wanted in [name.strip() for name in address.label.casefold().split("/")]:
            point = point_of(address)
            return address_stop(address, point) if point else UnknownPlace(label)
    exact = [p for p in places if wanted in {name.casefold() for name in p.names.all()}]
    found = exact or _close(label, places)
    if len(found) == 1:
        return place_stop(found[0])
    return SeveralPlaces(tuple(found[:OFFERED_MAX])) if found else UnknownPlace(label)


def address_stop(address: Address, point: Point) -> Stop:
    return Stop(Names((address.masked,), (address.masked,)), point, address.text_ref)


def place_stop(place: Place) -> Stop:
    return Stop(place.names, place.point)


def _close(label: str, places: tuple[Place, ...]) -> list[Place]:
    hits = [hit for hit in _index(places).search(label, OFFERED_MAX) if hit.score >= SCORE_MIN]
    by_id = {place.id: place for place in places}
    return [by_id[hit.key] for hit in hits if hits[0].score - hit.score < LEAD_MIN]


@lru_cache(maxsize=8)
def _index(places: tuple[Place, ...]) -> NameIndex:
    return NameIndex(Entry(place.id, name) for place in places for name in place.names.all())

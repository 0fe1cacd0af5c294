"""Where things are: points on a flat city map, in metres, and the named places on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt

from app.domain.names import Names


@dataclass(frozen=True, slots=True)
class Point:
    """Metres east and north of the middle of the city."""

    east_m: int
    north_m: int

    def distance_m(self, other: "Point") -> int:
        return isqrt((self.east_m - other.east_m) ** 2 + (self.north_m - other.north_m) ** 2)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that everybody knows by name. Several may share a name: every terminal is “the airport”."""

    id: str
    names: Names
    point: Point


def locate(text: str, places: Iterable[Place]) -> Point | None:
    """Where a written address is: at the place with the longest name in it; None when it names none."""
    folded = text.casefold()
    named = [(len(name), place.point) for place in places for name in place.names.all() if name.casefold() in folded]
    return max(named, key=lambda found: found[0])[1] if named else None

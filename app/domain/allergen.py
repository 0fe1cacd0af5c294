"""Allergens: what a product states about itself, and what that means for a customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Allergen = Literal["gluten", "milk", "egg", "peanut", "tree_nut", "soy", "fish", "shellfish", "sesame"]
ALLERGENS: tuple[Allergen, ...] = get_args(Allergen)
Presence = Literal["contains", "may_contain", "unknown", "free"]
_WORST_FIRST: tuple[Presence, ...] = ("contains", "unknown", "may_contain", "free")


@dataclass(frozen=True, slots=True)
class AllergenStatement:
    """What the merchant states. An allergen that is in none of the three sets is stated to be absent."""

    contains: frozenset[Allergen] = frozenset()
    may_contain: frozenset[Allergen] = frozenset()
    unknown: frozenset[Allergen] = frozenset()

    @classmethod
    def nothing_stated(cls) -> "AllergenStatement":
        return cls(unknown=frozenset(ALLERGENS))

    def presence(self, allergen: Allergen) -> Presence:
        if allergen in self.contains:
            return "contains"
        if allergen in self.unknown:
            return "unknown"
        return "may_contain" if allergen in self.may_contain else "free"


@dataclass(frozen=True, slots=True)
class AllergenConflict:
    """A line that the customer has not yet accepted with one of their allergens."""

    line_id: str
    allergen: Allergen
    presence: Presence


def acceptance(allergen: Allergen, presence: Presence) -> str:
    """How a line keeps that an allergen was accepted on it: with what its product stated then."""
    return f"{allergen}:{presence}"


def is_accepted(allergen: Allergen, presence: Presence, accepted: Iterable[str]) -> bool:
    """Whether that, or something worse, was accepted: who keeps "contains" keeps "may contain" too, not the other way round."""
    worse = _WORST_FIRST[: _WORST_FIRST.index(presence) + 1]
    return not {acceptance(allergen, one) for one in worse}.isdisjoint(accepted)


def combined(statements: Iterable[AllergenStatement], allergen: Allergen) -> Presence:
    """The worst of what a product and its chosen options state about one allergen."""
    return min((s.presence(allergen) for s in statements), key=_WORST_FIRST.index, default="unknown")

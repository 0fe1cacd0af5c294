"""Outcomes that change what is ordered already: each is done at once, and what follows is said and shown."""

from collections.abc import Sequence

from app.dialogue.outcomes import ChangeTrip, GiveBack, Outcome, RaiseDispute
from app.service.dispute_turns import disputed
from app.service.refund_turns import given_back
from app.service.trips import changed_trip
from app.service.turns import Turn


def effect_of(wanted: GiveBack | ChangeTrip | RaiseDispute, turn: Turn) -> Sequence[Outcome]:
    match wanted:
        case GiveBack():
            return given_back(wanted, turn)
        case RaiseDispute():
            return disputed(wanted, turn)
        case ChangeTrip():
            return changed_trip(turn.trips, turn.customer.id, wanted)

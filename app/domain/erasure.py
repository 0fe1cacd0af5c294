"""What is left of a customer's cards and orders once they are erased: the evidence, without a word or a place of theirs."""

from dataclasses import replace

from app.base.errors import Refusal
from app.domain.checkout import CheckoutSession, Draft
from app.domain.geo import Point
from app.domain.names import Names
from app.domain.order import OrderedLine
from app.domain.ride import Stop, Trip

NAMELESS = Names(("—",), ("—",))


class WalletNotEmpty(Refusal):
    """There is money of the customer's in the wallet, which nobody could reach any more."""

    code = "wallet_not_empty"


class OrderUnderWay(Refusal):
    """An order or a deposit whose outcome is still open."""

    code = "order_under_way"


def without_words(checkout: CheckoutSession) -> CheckoutSession:
    """The same checkout with the same digest. Notes leave their hashes and take the salt with them."""
    fulfilment = checkout.fulfilment
    return replace(
        checkout,
        lines=tuple(replace(line, note=None) for line in checkout.lines),
        note_salt="",
        conflicts=(),
        fulfilment=replace(fulfilment, destination_masked="", recipient_masked="", trip=trip_without_home(fulfilment.trip)),
        draft=without_names(checkout.draft),
    )


def line_without_words(line: OrderedLine) -> OrderedLine:
    return replace(line, note=None)


def without_names(draft: Draft) -> Draft:
    """A draft without what was written into it, where it goes and who gets it."""
    # What somebody is allergic to is theirs too.
    lines = tuple(replace(line, note=None, accepted_allergens=frozenset(), preferred=frozenset()) for line in draft.lines)
    return replace(
        draft,
        lines=lines,
        destination_masked="",
        reason=None,
        reason_params=(),
        trip=trip_without_home(draft.trip),
        avoided=frozenset(),
        recipient_masked="",
    )


def trip_without_home(trip: Trip | None) -> Trip | None:
    """Places that everybody knows stay; a stop at an address of the customer's is its reference alone."""
    if trip is None:
        return None
    return replace(trip, stops=tuple(Stop(NAMELESS, Point(0, 0), stop.ref) if stop.ref else stop for stop in trip.stops))

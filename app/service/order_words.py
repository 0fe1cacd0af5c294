"""An order's way in the customer's words: its steps, when it is due, and what is said when it gets on."""

from collections.abc import Mapping

from app.base.clock import local
from app.dialogue.wording import say, wording
from app.domain.catalog import FulfilmentKind
from app.domain.checkout import CheckoutSession
from app.domain.names import Lang
from app.domain.order import TAKEN, Order, OrderState, TakenState
from app.service.views import StepView

# The stages that each way of fulfilment passes through.
WAYS: Mapping[FulfilmentKind, tuple[TakenState, ...]] = {
    "delivery": ("accepted", "preparing", "on_the_way", "delivered"),
    "pickup": ("accepted", "preparing", "ready", "delivered"),
    "ride": ("accepted", "on_the_way", "delivered"),
    "phone": (),
    "booking": (),
}
# What is worth a message of its own in a chat that is open.
TOLD: Mapping[FulfilmentKind, frozenset[OrderState]] = {
    "delivery": frozenset({"on_the_way", "delivered", "canceled"}),
    "pickup": frozenset({"ready", "canceled"}),
    "ride": frozenset({"on_the_way", "delivered", "canceled"}),
    "phone": frozenset({"canceled"}),
    "booking": frozenset({"canceled"}),
}


def state_label(checkout: CheckoutSession, order: Order, lang: Lang) -> str:
    kind = checkout.fulfilment.kind
    if order.is_taken and order.state in WAYS[kind]:
        return say(lang, f"progress.{kind}.{order.state}")
    return say(lang, f"receipt.state.{'undone' if order.is_undone and order.state == 'canceled' else order.state}")


def steps(checkout: CheckoutSession, order: Order, lang: Lang) -> tuple[StepView, ...]:
    """Empty where there is nothing to follow."""
    kind = checkout.fulfilment.kind
    if not order.is_taken:
        return ()
    at = TAKEN.index(order.state)
    reached = [state for state in WAYS[kind] if TAKEN.index(state) <= at]
    return tuple(
        StepView(state, say(lang, f"progress.{kind}.{state}"), state in reached, bool(reached) and state == reached[-1])
        for state in WAYS[kind]
    )


def due(checkout: CheckoutSession, order: Order, zone: str, lang: Lang) -> str | None:
    if order.due is None or not order.is_under_way or order.state == "ready":
        return None
    key = "progress.late" if order.late else f"progress.due_{checkout.fulfilment.kind}"
    at = local(order.due, zone)
    is_that_day = order.placed_at.astimezone(at.tzinfo).date() == at.date()
    return say(lang, key, {"time": f"{at:%H:%M}" if is_that_day else f"{at:%m-%d %H:%M}"})


def progress_words(checkout: CheckoutSession, order: Order, zone: str, lang: Lang) -> str | None:
    """The sentence for an open chat; None for what the receipt alone shows."""
    kind = checkout.fulfilment.kind
    late = order.late and order.is_under_way and order.state != "ready"
    if order.state not in TOLD[kind] and not late:
        return None
    if order.is_undone:
        return None
    if order.state == "canceled":
        return say(lang, "paid.declined", {"total": checkout.totals.maximum})
    params = {"merchant": checkout.payee, "number": order.number, "time": f"{local(order.due, zone):%H:%M}" if order.due else ""}
    key = f"told.{kind}.late" if late and order.state not in TOLD[kind] else f"told.{kind}.{order.state}"
    sentence = say(lang, key if key in wording(lang) else "told.late", params)
    if order.state == "delivered" and checkout.totals.is_estimate and order.settled_at is not None:
        rest = checkout.totals.maximum.minus(order.total)
        sentence = f"{sentence} {say(lang, 'told.final', {'total': order.total, 'rest': rest})}"
    return sentence

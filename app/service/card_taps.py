"""Taps that change what a card holds. What they name is checked against the shop's own offer and the customer's own addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.dialogue.outcomes import Outcome, Propose, Say, ShowReceipt
from app.domain.allergen import acceptance
from app.domain.checkout import CheckoutSession, Draft
from app.domain.customer import NotFound
from app.resolution.taps import with_address, with_fulfilment, with_option
from app.service.turns import Turn
from app.skills.again import Again
from app.skills.refund import canceling, reporting


class TapInvalid(NotFound):
    """A tap that no card of ours sends."""

    code = "tap_invalid"


ORDER_TAPS = ("again", "receipt", "cancel_order", "report_problem")
# What each of these taps names, and what is said of the change.
CHANGES = {"option": "edit.changed", "fulfilment": "edit.way", "address": "edit.delivery"}


def proposal(turn: Turn, tap: Mapping[str, Any]) -> Propose:
    """The card as the tap wants it, to be quoted anew. Raises TapInvalid."""
    kind = str(tap.get("kind"))
    draft, focus = _changed(turn, kind, tap)
    if draft is None:
        raise TapInvalid(what=kind)
    return Propose(draft, Say(CHANGES[kind]), focus)


def allergens_accepted(card: CheckoutSession, focus_line: str | None) -> Propose:
    """The card with what it says of each line's allergens accepted."""

    def kept(line_id: str) -> set[str]:
        return {acceptance(c.allergen, c.presence) for c in card.conflicts if c.line_id == line_id}

    lines = tuple(replace(line, accepted_allergens=line.accepted_allergens | kept(line.id)) for line in card.draft.lines)
    return Propose(replace(card.draft, lines=lines), Say("card.allergens_accepted"), focus_line)


def order_outcomes(turn: Turn, tap: Mapping[str, Any]) -> Sequence[Outcome]:
    """What a tap on an order asks for: its receipt, the same again, its end, something back.

    Raises TapInvalid, also for another customer's.
    """
    order = turn.records.order(str(tap.get("order")))
    if order is None or order.customer_id != turn.customer.id:
        raise TapInvalid(what="order")
    if tap.get("kind") == "receipt":
        return [ShowReceipt(order.id, Say("orders.receipt"))]
    if tap.get("kind") == "cancel_order":
        return canceling(order, turn)
    return reporting(order, turn) if tap.get("kind") == "report_problem" else Again().order(order, turn)


def _changed(turn: Turn, kind: str, tap: Mapping[str, Any]) -> tuple[Draft | None, str | None]:
    draft = turn.card.draft if turn.card else None
    catalog = turn.catalogs.get(draft.merchant_id) if draft else None
    if draft is None or catalog is None or (turn.card is not None and turn.card.irreversible):
        return None, None
    if kind == "option":
        line, count = next((one for one in draft.lines if one.id == tap.get("line")), None), tap.get("count")
        if line is None or type(count) is not int:
            return None, None
        return with_option(draft, line, catalog, str(tap.get("group")), str(tap.get("option")), count), line.id
    if kind == "fulfilment":
        return with_fulfilment(draft, catalog, str(tap.get("fulfilment"))), turn.focus_line
    address = next((one for one in turn.addresses() if one.id == tap.get("address")), None)
    return (with_address(draft, catalog, address) if address else None), turn.focus_line

"""What can be done with the card in focus: change it, or order again what was bought last."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.outcomes import Ask, CloseCard, Outcome, Propose, Say
from app.dialogue.reading import Change, Target
from app.dialogue.state import Choice, Question
from app.domain.catalog import Catalog
from app.domain.checkout import Draft
from app.domain.names import Names
from app.resolution.edits import CannotEdit, Edited, Surroundings, apply, called
from app.resolution.history import rebuilt_line
from app.skills.recipient import handed_to
from app.skills.world import World


def amend(change: Change, world: World) -> Sequence[Outcome]:
    """The card after the change; without a card, "one more" orders the last thing again."""
    draft = world.draft
    if draft is None:
        return _once_more(change, world)
    catalog = world.catalogs[draft.merchant_id]
    if change.recipient is not None:
        handed = handed_to(change.recipient, draft, catalog, world)
        return [handed] if isinstance(handed, Say) else [Propose(handed, Say("recipient.changed"), world.focus_line)]
    if (which := _which_place(change, draft, catalog, world)) is not None:
        return [which]
    around = Surroundings(catalog, world.focus_line, world.addresses(), lambda: world.new_id("lin"), world.keep_place)
    edited = apply(change, draft, around)
    if isinstance(edited, CannotEdit):
        return [Say(edited.key, edited.params)]
    # Why something was put on the card is told until the customer has changed it.
    return _outcome(replace(edited, draft=replace(edited.draft, reason=None, reason_params=())))


def _which_place(change: Change, draft: Draft, catalog: Catalog, world: World) -> Ask | None:
    """Where several addresses go by the name that was said: which one, masked."""
    place = change.place
    delivery = next((f for f in catalog.merchant.fulfilment if f.kind == "delivery"), None)
    if place is None or place.label is None or place.is_address or delivery is None:
        return None
    found = called(place, world.addresses())
    if len(found) < 2:
        return None
    choices = tuple(
        Choice(
            Names((address.label.partition("/")[0],)),
            Names((address.masked,)),
            picture="place",
            draft=replace(
                draft, fulfilment_id=delivery.id, destination_ref=address.text_ref, destination_masked=address.masked, reason=None
            ),
            replaces_card=True,
            focus_line=world.focus_line,
        )
        for address in found
    )
    params = (("place", place.label), ("count", str(len(found))))
    return Ask(Question(world.new_id("que"), "order", "lines", "lines", "edit.which_place", params, choices))


def changed_draft(draft: Draft, change: Change, world: World) -> Draft | Say:
    """A draft that is no card yet, after a change; what to say where it can't be made."""
    focus = draft.lines[0].id if len(draft.lines) == 1 else None
    around = Surroundings(
        world.catalogs[draft.merchant_id], focus, world.addresses(), lambda: world.new_id("lin"), world.keep_place
    )
    edited = apply(change, draft, around)
    return Say(edited.key, edited.params) if isinstance(edited, CannotEdit) else edited.draft


def _outcome(edited: Edited) -> Sequence[Outcome]:
    if not edited.draft.lines:
        return [CloseCard(Say("edit.emptied"))]
    return [Propose(edited.draft, Say(edited.key, edited.params), edited.focus_line)]


def _once_more(change: Change, world: World) -> Sequence[Outcome]:
    quantity = change.quantity
    orders = [order for order in world.orders() if order.is_taken]
    is_more = quantity is not None and quantity.mode == "add" and quantity.value > 0 and change.target == Target()
    if not orders or not is_more or quantity is None:
        return [Say("edit.no_card")]
    order = orders[0]
    catalog = world.catalogs.get(order.merchant_id)
    line = rebuilt_line(order.lines[-1], catalog, world.new_id("lin")) if catalog else None
    if line is None:
        return [Say("edit.no_card")]
    around = Surroundings(catalog, line.id, (), lambda: world.new_id("lin"), world.keep_place) if catalog else None
    draft = Draft(order.merchant_id, (line,), order.fulfilment_id, order.destination_ref, order.destination_masked)
    wanted = Change(quantity=type(quantity)(quantity.value), options=change.options)
    edited = apply(wanted, draft, around) if around else CannotEdit("edit.no_card")
    return (
        [Say(edited.key, edited.params)]
        if isinstance(edited, CannotEdit)
        else [Propose(edited.draft, Say("order.again"), edited.focus_line, replaces_card=False)]
    )

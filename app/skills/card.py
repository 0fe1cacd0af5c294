"""What can be done with the card in focus: change it, or order again what was bought last."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.outcomes import CloseCard, Outcome, Propose, Say
from app.dialogue.reading import Change, Target
from app.domain.checkout import Draft
from app.resolution.edits import CannotEdit, Edited, Surroundings, apply
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
    around = Surroundings(catalog, world.focus_line, world.addresses(), lambda: world.new_id("lin"), world.keep_place)
    edited = apply(change, draft, around)
    if isinstance(edited, CannotEdit):
        return [Say(edited.key, edited.params)]
    # Why something was put on the card is told until the customer has changed it.
    return _outcome(replace(edited, draft=replace(edited.draft, reason=None, reason_params=())))


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

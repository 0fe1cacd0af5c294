"""Who the courier hands this order to, other than the customer: for this order alone."""

from dataclasses import replace

from app.dialogue.outcomes import Say
from app.dialogue.reading import RecipientValue
from app.domain.catalog import Catalog
from app.domain.checkout import Draft
from app.skills.world import World


def handed_to(recipient: RecipientValue, draft: Draft, catalog: Catalog, world: World) -> Draft | Say:
    """The draft, delivered, for that person; what to say where nothing is delivered or the courier would have no number."""
    ways = catalog.merchant.fulfilment
    delivery = next((way for way in ways if way.kind == "delivery"), None)
    if delivery is None:
        return Say("edit.no_delivery")
    digits = recipient.digits or _saved_number(recipient.name, world)
    if digits is None:
        return Say("recipient.which_number", {"name": recipient.name})
    ref, masked = world.keep_recipient(recipient.name, digits)
    current = draft.fulfilment_id or ways[0].id
    is_delivered = any(way.id == current and way.kind == "delivery" for way in ways)
    return replace(draft, fulfilment_id=current if is_delivered else delivery.id, recipient_ref=ref, recipient_masked=masked)


def _saved_number(name: str, world: World) -> str | None:
    wanted = name.casefold()
    for contact in world.contacts():
        if wanted in [label.strip().casefold() for label in contact.label.split("/")]:
            return world.number_of(contact)
    return None

"""Views as Chainlit elements, and which of a conversation's elements shows which checkout.

A card that is changed by tap changes where it stands; one that is changed by word comes again below, and the old one folds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.context import context
from chainlit.element import ElementDict
from chainlit.session import BaseSession
from chainlit.types import ThreadDict

from app.domain.names import Lang
from app.service.standing_views import StandingView
from app.service.views import CardView, ChoicesView, Message, ReceiptView, ShelfView, View, as_json
from app.ui.plain import plain

ELEMENT_NAMES = {
    "card": "OrderCard",
    "choices": "ChoiceList",
    "data": "DataCard",
    "orders": "OrderList",
    "receipt": "Receipt",
    "spending": "Spending",
    "wallet": "Wallet",
    "shelf": "Shelf",
    "standing": "StandingCard",
    "guardian": "GuardianCard",
}
# A card in one of these states may change without being spoken of.
OPEN_STATES = frozenset(
    {"incomplete", "requires_escalation", "ready_for_complete", "complete_in_progress", "settling", "unavailable"}
)
# What makes a card another one to its reader, whoever caused it.
TOLD_KEYS = ("version", "state", "notice", "moved", "warning")
FOLDED_KEYS = ("kind", "id", "version", "lang", "title", "total", "labels", "state_label")


@dataclass(frozen=True, slots=True)
class Shown:
    """An element on the screen, by its own id and its message's."""

    element_id: str
    message_id: str
    props: dict[str, Any]


_shown: WeakKeyDictionary[BaseSession, dict[str, Shown]] = WeakKeyDictionary()


async def post(message: Message, open_pin: str | None = None) -> None:
    """Send one bubble. A card that was shown before folds where it stood."""
    view = message.view
    if view is None:
        await cl.Message(content=plain(message.text)).send()  # type: ignore[no-untyped-call]
        return
    props = _props(view, open_pin)
    element = _element(view.kind, props)
    sent = await cl.Message(content=plain(message.text), elements=[element]).send()  # type: ignore[no-untyped-call]
    key = _key(view)
    if key is None:
        return
    before = _of_session().get(key)
    _of_session()[key] = Shown(element.id, sent.id, props)
    if before is not None and view.kind != "receipt":
        await _update(before, {**{name: before.props.get(name) for name in FOLDED_KEYS}, "superseded": True})


async def change(view: View, open_pin: str | None = None) -> bool:
    """Change the element that shows this checkout or question where it stands; False when none is on the screen."""
    key = _key(view)
    shown = _of_session().get(key) if key else None
    if key is None or shown is None:
        return False
    props = _props(view, open_pin)
    _of_session()[key] = replace(shown, props=props)
    await _update(shown, props)
    return True


def still_open() -> list[tuple[str, Lang]]:
    """The checkouts that are on the screen as open, each with its card's language."""
    props = [shown.props for shown in _of_session().values()]
    return [(card["id"], card["lang"]) for card in props if card["kind"] == "card" and card["state"] in OPEN_STATES]


def receipts() -> list[tuple[str, Lang]]:
    """The orders whose receipts are on the screen, each with the receipt's language."""
    props = [shown.props for shown in _of_session().values()]
    return [(receipt["order_id"], receipt["lang"]) for receipt in props if receipt["kind"] == "receipt"]


async def catch_up(view: CardView) -> None:
    """Show what became of a card meanwhile."""
    shown = _of_session().get(view.id)
    if shown is not None and any(shown.props.get(name) != getattr(view, name) for name in TOLD_KEYS):
        await change(view)


async def mark_chosen(question_id: str, ordinal: Any) -> None:
    """A list that was answered stays, with the answer marked, and can't be answered again."""
    shown = _of_session().get(question_id)
    if shown is not None:
        props = {**shown.props, "chosen": ordinal}
        _of_session()[question_id] = replace(shown, props=props)
        await _update(shown, props)


async def open_pin(checkout_id: str) -> bool:
    """Have the card that is on the screen open its PIN entry."""
    shown = _of_session().get(checkout_id)
    if shown is None:
        return False
    await _update(shown, {**shown.props, "open_pin": True})
    return True


def remember(thread: ThreadDict) -> None:
    """After a reload the session is a new one: learn from the saved elements what is on the screen."""
    known = _of_session()
    for element in _saved(thread):
        props = element.get("props") or {}
        # An entry that a "yes" opened was for that moment.
        props.pop("open_pin", None)
        key = props.get("question_id") or props.get("id") or props.get("order_id")
        if key and not props.get("superseded") and props.get("kind") in ("card", "choices", "receipt", "shelf", "standing"):
            known[key] = Shown(element["id"], element.get("forId") or "", props)


def _saved(thread: ThreadDict) -> Iterable[ElementDict]:
    return [element for element in thread.get("elements") or [] if element.get("type") == "custom"]


def _of_session() -> dict[str, Shown]:
    return _shown.setdefault(context.session, {})


def _key(view: View) -> str | None:
    if isinstance(view, CardView | ShelfView | StandingView):
        return view.id
    if isinstance(view, ReceiptView):
        return view.order_id
    return view.question_id if isinstance(view, ChoicesView) else None


def _props(view: View, open_pin: str | None) -> dict[str, Any]:
    props = as_json(view)
    if isinstance(view, CardView) and view.id == open_pin:
        props["open_pin"] = True
    return props


def _element(kind: str, props: dict[str, Any]) -> cl.CustomElement:
    name = ELEMENT_NAMES[kind]
    # With an address of its own Chainlit writes no file for the element.
    return cl.CustomElement(name=name, props=props, display="inline", url=f"/public/elements/{name}.jsx")


async def _update(shown: Shown, props: dict[str, Any]) -> None:
    element = _element(str(props["kind"]), props)
    element.id, element.for_id = shown.element_id, shown.message_id
    await element.update()  # type: ignore[no-untyped-call]

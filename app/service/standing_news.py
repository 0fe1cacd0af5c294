"""What an open chat is told of standing orders: before a run, and what became of it."""

from typing import TYPE_CHECKING

from app.dialogue.wording import say
from app.domain.names import Lang
from app.service.standing_views import REASONS, when_words
from app.service.views import Message

if TYPE_CHECKING:
    from app.service.assistant import Assistant

TOLD = ("ordered", "asked", "unanswered", "missed", "failed")
Told = tuple[str, Message]


def of_run(assistant: "Assistant", customer_id: str, occurrence_id: str, lang: Lang) -> Told | None:
    """With the run's receipt once it is paid, with its card while it asks."""
    standing = assistant.standing
    run = standing.standing.occurrence(occurrence_id)
    if run is None or run.customer_id != customer_id or run.state not in TOLD:
        return None
    order = standing.owned(customer_id, run.standing_order_id)
    lang = _lang(assistant, order.conversation_id, lang)
    upcoming = standing.preview(order) if order.is_open else ()
    params = {
        "title": order.title,
        "total": run.total or "",
        "reason": say(lang, f"standing.reason.{run.reason if run.reason in REASONS else 'other'}"),
        "next": when_words(upcoming[0], order.zone, lang) if upcoming else "–",
    }
    words = say(lang, f"standing.told.{run.state}", params)
    view = None
    placed = assistant.records.order_of_checkout(run.checkout_id) if run.checkout_id else None
    if run.state == "ordered" and (placed is None or not placed.is_taken):
        # What the merchant has not taken yet is not told as bought.
        return None
    if run.state == "ordered" and placed is not None:
        view = assistant.queries.receipt(customer_id, placed.id, lang)
    elif run.state == "asked" and run.checkout_id is not None:
        return order.conversation_id, Message(words, assistant.queries.card(customer_id, run.checkout_id, lang))
    return order.conversation_id, Message(words, view)


def of_notice(assistant: "Assistant", customer_id: str, standing_order_id: str, lang: Lang) -> Told | None:
    order = assistant.standing.owned(customer_id, standing_order_id)
    if order.next_due is None or order.state != "active":
        return None
    lang = _lang(assistant, order.conversation_id, lang)
    params = {"title": order.title, "when": when_words(order.next_due, order.zone, lang), "cap": order.cap}
    return order.conversation_id, Message(say(lang, "standing.notice", params), assistant.standing_views.of(order, lang))


def _lang(assistant: "Assistant", conversation_id: str, lang: Lang) -> Lang:
    state = assistant.records.conversation(conversation_id)
    return state.lang if state else lang

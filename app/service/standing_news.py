"""What an open chat is told of standing orders: before a run, and what became of it."""

from typing import TYPE_CHECKING

from app.dialogue.wording import say
from app.domain.names import Lang
from app.domain.standing import Occurrence, StandingOrder
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
    words = run_words(assistant, order, run, lang)
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


def run_words(assistant: "Assistant", order: StandingOrder, run: Occurrence, lang: Lang) -> str:
    upcoming = assistant.standing.preview(order) if order.is_open else ()
    params = {
        "title": order.title,
        "total": run.total or "",
        "reason": say(lang, f"standing.reason.{run.reason if run.reason in REASONS else 'other'}"),
        "next": when_words(upcoming[0], order.zone, lang) if upcoming else "–",
    }
    return say(lang, f"standing.told.{run.state}", params)


def of_notice(assistant: "Assistant", customer_id: str, standing_order_id: str, lang: Lang) -> Told | None:
    order = assistant.standing.owned(customer_id, standing_order_id)
    if order.next_due is None or order.state != "active":
        return None
    lang = _lang(assistant, order.conversation_id, lang)
    return order.conversation_id, Message(notice_words(order, lang), assistant.standing_views.of(order, lang))


def notice_words(order: StandingOrder, lang: Lang) -> str:
    when = when_words(order.next_due, order.zone, lang) if order.next_due else "–"
    return say(lang, "standing.notice", {"title": order.title, "when": when, "cap": order.cap})


def _lang(assistant: "Assistant", conversation_id: str, lang: Lang) -> Lang:
    state = assistant.records.conversation(conversation_id)
    return state.lang if state else lang

"""Guardians in a conversation: what waits for an answer, and what an open chat is told."""

from typing import TYPE_CHECKING

from app.dialogue.wording import say
from app.domain.names import Lang
from app.service.turns import Turn
from app.service.views import Message

if TYPE_CHECKING:
    from app.service.assistant import Assistant


def requests_shown(turn: Turn) -> list[Message]:
    till, lang = turn.guardians, turn.lang
    waiting = till.guardians.waiting(turn.customer.id)
    if not waiting:
        return [Message(say(lang, "guardian.nothing"))]
    said = say(lang, "guardian.waiting", {"count": len(waiting)})
    return [Message(said if number == 0 else "", till.view(request, lang)) for number, request in enumerate(waiting)]


def told(assistant: "Assistant", customer_id: str, request_id: str, conversation_id: str) -> Message | None:
    """What an open chat is told: a guardian is asked wherever they are, a child hears the answer where the card is."""
    till, state = assistant.guardians, assistant.records.conversation(conversation_id)
    customer = assistant.records.customer(customer_id)
    request = till.guardians.guardians.guardian_request(request_id)
    if request is None or customer is None or customer_id not in (request.child_id, request.guardian_id):
        return None
    lang: Lang = state.lang if state else customer.lang
    if customer_id == request.guardian_id:
        view = till.view(request, lang)
        return Message(say(lang, "guardian.asks", {"title": view.title}), view)
    checkout = assistant.records.checkout(request.checkout_id)
    if checkout is None or checkout.conversation_id != conversation_id or request.state not in ("approved", "declined"):
        return None
    return Message(say(lang, f"guardian.told_{request.state}", {"total": request.amount}))

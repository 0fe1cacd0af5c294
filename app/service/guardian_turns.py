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


def told(assistant: "Assistant", customer_id: str, request_id: str, lang: Lang) -> tuple[str | None, Message] | None:
    """What an open chat is told, and in which conversation, None for any: a guardian is asked, a child hears the answer."""
    till = assistant.guardians
    request = till.guardians.guardians.guardian_request(request_id)
    if request is None or customer_id not in (request.child_id, request.guardian_id):
        return None
    if customer_id == request.guardian_id:
        view = till.view(request, lang)
        return None, Message(say(lang, "guardian.asks", {"title": view.title}), view)
    checkout = assistant.records.checkout(request.checkout_id)
    if checkout is None or request.state not in ("approved", "declined"):
        return None
    state = assistant.records.conversation(checkout.conversation_id)
    sentence = say(state.lang if state else lang, f"guardian.told_{request.state}", {"total": request.amount})
    return checkout.conversation_id, Message(sentence)

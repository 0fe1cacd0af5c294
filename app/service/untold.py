"""What a customer has not heard yet: notices that reached no open chat are said when any chat of theirs is opened next.

They are read off the customer's chain, which has them with what they are about. That one was told is an effect, done once.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from app.base.errors import UsualError
from app.dialogue.wording import say
from app.domain.guardianship import GuardianRequest
from app.domain.names import Lang
from app.domain.order import CANCELED
from app.service import refund_turns, standing_news
from app.service.ports import TraceLink
from app.service.refunds import ASKED_AGAIN_AFTER
from app.service.units import Unit

if TYPE_CHECKING:
    from app.service.assistant import Assistant

# A link of such a kind may be a notice; it is about what this fact names.
ABOUT = {
    "occurrence": "occurrence",
    "occurrence_failed": "occurrence",
    "occurrence_announced": "standing_order",
    "guardian_asked": "request",
    "guardian_decided": "request",
    "refunded": "refund",
    "refund_refused": "refund",
    "voided": "order",
    "captured": "order",
}
# What is older is no news.
TOLD_FOR = timedelta(days=30)
SAID_AT_MOST = 5


def at_opening(assistant: "Assistant", customer_id: str, conversation_id: str, lang: Lang) -> str | None:
    """What the customer is told now and never again; None when there is nothing."""
    state = assistant.records.conversation(conversation_id)
    lang = state.lang if state is not None and state.customer_id == customer_id else lang
    said = []
    for links in _by_subject(_untold(assistant, customer_id)):
        sentence = _sentence(assistant, customer_id, links[-1], lang)
        # Another chat that is opened at this moment has it, where the mark was there already.
        if sentence is not None and _mark(assistant, links) and sentence:
            said.append(sentence)
    if not said:
        return None
    # The newest are said; how many more there were, the lists of orders and standing orders show.
    more = len(said) - SAID_AT_MOST
    lines = [say(lang, "away.since"), *said[-SAID_AT_MOST:]]
    return "\n\n".join([*lines, say(lang, "away.more", {"count": more})] if more > 0 else lines)


def mark_told(assistant: "Assistant", customer_id: str, subject_id: str) -> None:
    """An open chat has shown what this is about."""
    refund = assistant.refunds.refunds.refund(subject_id)
    # A cancellation of what was only held is written on its order.
    subjects = {subject_id, refund.order_id} if refund is not None else {subject_id}
    _mark(assistant, [link for link in _untold(assistant, customer_id) if _about(link) in subjects])


def _untold(assistant: "Assistant", customer_id: str) -> list[TraceLink]:
    return assistant.records.untold(customer_id, tuple(ABOUT), assistant.clock.now() - TOLD_FOR)


def _about(link: TraceLink) -> str:
    return str(link.facts[ABOUT[link.kind]])


def _by_subject(links: Iterable[TraceLink]) -> list[list[TraceLink]]:
    """Each thing is told once, as it now is, in the order of what became of it last."""
    subjects: dict[str, list[TraceLink]] = {}
    for link in links:
        subjects[_about(link)] = [*subjects.pop(_about(link), ()), link]
    return list(subjects.values())


def _mark(assistant: "Assistant", links: Sequence[TraceLink]) -> bool:
    """Whether the last of them was not marked before."""
    fresh = False
    for link in links:
        unit = Unit(key=f"told:{link.hash}", fingerprint=link.hash, at=assistant.clock.now())
        fresh = not assistant.writer.commit(unit).replayed
    return fresh


def _sentence(assistant: "Assistant", customer_id: str, link: TraceLink, lang: Lang) -> str | None:
    """Empty where there is nothing to tell of it, None where that is not known yet."""
    try:
        match link.kind:
            case "occurrence" | "occurrence_failed":
                return _of_run(assistant, customer_id, _about(link), lang)
            case "occurrence_announced":
                return _of_notice(assistant, customer_id, link, lang)
            case "guardian_asked" | "guardian_decided":
                return _of_request(assistant, customer_id, link, lang)
            case "refunded" | "refund_refused":
                return _of_refund(assistant, _about(link), lang)
            case _:
                return _of_hold(assistant, link, lang)
    except UsualError:
        # What it was about is there no more.
        return ""


def _of_run(assistant: "Assistant", customer_id: str, occurrence_id: str, lang: Lang) -> str | None:
    run = assistant.standing.standing.occurrence(occurrence_id)
    if run is None or run.state not in standing_news.TOLD or run.reason == "paused":
        return ""
    placed = assistant.records.order_of_checkout(run.checkout_id) if run.checkout_id else None
    if run.state == "ordered" and not run.reason and (placed is None or not placed.is_taken):
        return None
    if placed is not None and run.reason and run.state in ("asked", "ordered"):
        # They were asked and have paid it themselves.
        return ""
    order = assistant.standing.owned(customer_id, run.standing_order_id)
    return standing_news.run_words(assistant, order, run, lang)


def _of_notice(assistant: "Assistant", customer_id: str, link: TraceLink, lang: Lang) -> str:
    order = assistant.standing.owned(customer_id, _about(link))
    due, now = order.next_due, assistant.clock.now()
    if order.state != "active" or due is None or due <= now or due.isoformat() != link.facts["due"]:
        return ""
    return standing_news.notice_words(order, lang)


def _of_request(assistant: "Assistant", customer_id: str, link: TraceLink, lang: Lang) -> str:
    request = assistant.guardians.guardians.guardians.guardian_request(_about(link))
    if request is None:
        return ""
    is_of_child = customer_id == request.child_id
    if link.kind == "guardian_asked" and not is_of_child and request.is_open(assistant.clock.now()):
        return _asked(assistant, request, lang)
    if link.kind == "guardian_decided" and is_of_child and request.state in ("approved", "declined"):
        return say(lang, f"guardian.told_{request.state}", {"total": request.amount})
    return ""


def _asked(assistant: "Assistant", request: GuardianRequest, lang: Lang) -> str:
    return say(lang, "away.guardian_asks", {"title": assistant.guardians.view(request, lang).title, "total": request.amount})


def _of_refund(assistant: "Assistant", refund_id: str, lang: Lang) -> str:
    refund = assistant.refunds.refunds.refund(refund_id)
    if refund is None or refund.settled_at is None:
        return ""
    if refund.reason != "short" and refund.settled_at - refund.at < ASKED_AGAIN_AFTER:
        # The merchant answered at once, and so did the chat in which it was asked for.
        return ""
    return refund_turns.words(assistant, refund, lang)


def _of_hold(assistant: "Assistant", link: TraceLink, lang: Lang) -> str:
    """A hold that went back later than in the turn that made it."""
    order, authorisation = assistant.records.order(_about(link)), assistant.records.authorisation(_about(link))
    if order is None or authorisation is None or order.state != "canceled":
        return ""
    if order.failure == CANCELED:
        asked = next((one for one in assistant.refunds.refunds.refunds(order.id) if one.reason == "canceled"), None)
        return _of_refund(assistant, asked.id, lang) if asked else ""
    checkout = assistant.records.checkout(order.checkout_id, order.checkout_version)
    if checkout is None or link.at - authorisation.at < ASKED_AGAIN_AFTER:
        return ""
    return say(lang, "paid.declined", {"total": checkout.totals.maximum})

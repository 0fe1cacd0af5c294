"""A card that is unlike its customer's own orders: they say that it is meant, by its amount. What pays it is its PIN, as ever.

Who is watched over may say so as well: it opens the PIN, and their guardian is asked.
"""

from typing import TYPE_CHECKING

from app.dialogue.wording import say
from app.service.views import Message
from app.understanding.amount_agreement import agreed_amount

if TYPE_CHECKING:
    from app.service.conduct import Conduct


def meant(conduct: "Conduct") -> None:
    """A tap on the amount."""
    card = conduct.turn.card
    if card is not None:
        conduct.queries.risks.release(conduct.turn.customer, card)
        conduct.show_pin()


def agreed_to_amount(conduct: "Conduct", text: str) -> bool:
    """Whether the words are a yes with an amount, to a card that asks; then they are answered here and mean nothing else."""
    turn, minor = conduct.turn, agreed_amount(text)
    card = turn.card
    if minor is None or card is None or turn.state.question is not None or card.is_expired(turn.now):
        return False
    if card.state != "ready_for_complete" or conduct.queries.risks.judge(turn.customer, card).asks is None:
        return False
    total = card.totals.maximum
    if minor == total.minor:
        meant(conduct)
    else:
        conduct.messages.append(Message(say(turn.lang, "risk.other_amount", {"total": total})))
    return True

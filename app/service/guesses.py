"""What may have been meant, put as a question: each draft with what its card would come to, and what a change beside it does."""

from collections.abc import Sequence
from dataclasses import replace

from app.base.errors import UsualError
from app.dialogue.outcomes import Outcome, Propose
from app.dialogue.reading import Change, Choose
from app.dialogue.state import Choice, Question
from app.service.checkout import Asked, Checkouts
from app.service.turns import Turn
from app.skills.card import amend
from app.skills.titles import draft_choice

GUESS = "order.did_you_mean"


def choices_of(proposals: Sequence[Propose], turn: Turn, checkouts: Checkouts, asked: Asked) -> tuple[Choice, ...]:
    return tuple(
        replace(
            draft_choice(proposal.draft, turn),
            price=_price(proposal, turn, checkouts, asked),
            replaces_card=proposal.replaces_card,
            focus_line=proposal.focus_line,
        )
        for proposal in proposals
    )


def guessed(question: Question | None) -> Choice | None:
    """The lone guess that the customer is asked about."""
    is_guess = question is not None and question.key == GUESS and len(question.choices) == 1
    return question.choices[0] if question is not None and is_guess else None


def amended_guess(change: Change, turn: Turn) -> Sequence[Outcome]:
    """A change said beside "did you mean this?" is of the guess, which it takes for granted; where a card is open, of that."""
    guess = guessed(turn.state.question)
    if guess is None or guess.draft is None or turn.card is not None:
        return []
    turn.changed_draft = guess.draft
    return amend(change, turn)


def _price(proposal: Propose, turn: Turn, checkouts: Checkouts, asked: Asked) -> str:
    """What the card would come to; nothing where it can't be had now, which taking it will say."""
    draft = replace(proposal.draft, avoided=turn.state.avoided)
    try:
        checkout, _ = checkouts.prepare(turn.customer, draft, asked)
    except UsualError:
        return ""
    return str(checkout.totals.total)


def choice_of(question: Question, choose: Choose) -> Choice | None:
    """The listed choice that was taken; None when it can't be told."""
    choices = question.choices
    if choose.ordinal is not None:
        position = choose.ordinal - 1 if choose.ordinal > 0 else len(choices) + choose.ordinal
        return choices[position] if 0 <= position < len(choices) else None
    if choose.item is not None:
        named = {candidate.product_id for candidate in choose.item.candidates}
        found = [choice for choice in choices if choice.product_id in named]
        return found[0] if len(found) == 1 else None
    return None

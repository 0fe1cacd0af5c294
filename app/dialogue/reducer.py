"""The pure turn reducer: commands and the conversation's state → what is to be handled, in order.

It decides what a command is about where that depends on the state: "the second one" is a choice while choices are listed
and a line of the card otherwise; "yes" is about the card only when no question is open.
"""

from dataclasses import dataclass

from app.dialogue.reading import (
    Abstain,
    Affirm,
    Begin,
    Cancel,
    Change,
    Choose,
    Command,
    Deny,
    Fill,
    Reading,
    Slots,
    Target,
)
from app.dialogue.state import ConversationState, Question


@dataclass(frozen=True, slots=True)
class Start:
    skill: str
    slots: Slots


@dataclass(frozen=True, slots=True)
class Answer:
    question: Question
    slots: Slots


@dataclass(frozen=True, slots=True)
class Pick:
    question: Question
    choose: Choose


@dataclass(frozen=True, slots=True)
class Amend:
    """Edit the card, or, where none is open, order again what was bought last."""

    change: Change


@dataclass(frozen=True, slots=True)
class Confirm:
    pass


@dataclass(frozen=True, slots=True)
class Drop:
    """Let go of the question or the card; `firmly` when the customer said cancel rather than no."""

    firmly: bool


@dataclass(frozen=True, slots=True)
class Confused:
    reason: str


Move = Start | Answer | Pick | Amend | Confirm | Drop | Confused


def moves(reading: Reading, state: ConversationState) -> tuple[Move, ...]:
    """One move per command; commands that another one makes pointless are dropped."""
    commands = reading.commands or (Abstain("not_understood"),)
    acting = [c for c in commands if not isinstance(c, (Affirm, Abstain))]
    # An affirmation beside a change is politeness, not an approval; an abstention beside an action says nothing more.
    return tuple(_move(command, state) for command in (acting or commands[:1]))


def _move(command: Command, state: ConversationState) -> Move:
    question = state.question
    match command:
        case Begin(skill=skill, slots=slots):
            return Start(skill, slots)
        case Fill(slots=slots):
            return Answer(question, slots) if question else Confused("nothing_asked")
        case Choose() if question and question.choices:
            return Pick(question, command)
        case Choose(ordinal=ordinal, item=item, other=other, options=options):
            return Amend(Change(Target(ordinal=ordinal, item=item, other=other), options=options))
        case Change():
            return Amend(command)
        case Affirm():
            return _affirmed(question)
        case Deny() if question and question.is_yes_or_no:
            return Pick(question, Choose(ordinal=2))
        case Deny():
            return Drop(firmly=False)
        case Cancel():
            return Drop(firmly=True)
        case Abstain(reason=reason):
            return Confused(reason)


def _affirmed(question: Question | None) -> Move:
    if question is None:
        return Confirm()
    if len(question.choices) == 1 or question.is_yes_or_no:
        return Pick(question, Choose(ordinal=1))
    return Confused("which_one")

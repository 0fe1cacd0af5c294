"""What a conversation is at: the card in focus and the open question. Plain data, saved after each turn."""

from dataclasses import dataclass, replace

from app.base.money import Money
from app.dialogue.reading import OptionMention
from app.dialogue.specs import SlotKind
from app.domain.allergen import Allergen
from app.domain.checkout import Draft, DraftLine
from app.domain.names import Lang, Names
from app.domain.recurrence import Schedule
from app.domain.standing import MissedPolicy, RunMode

# The choices of a question that "yes" and "no" answer, by their values.
YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A line whose product is still to be chosen among `product_ids`."""

    words: str
    quantity: int
    product_ids: tuple[str, ...]
    mentions: tuple[OptionMention, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A listed choice and the draft that taking it leads to; a choice without one is an answer of its own, by `value`."""

    title: Names
    detail: Names | None = None
    price: str = ""
    picture: str = ""
    product_id: str | None = None
    draft: Draft | None = None
    replaces_card: bool = False
    focus_line: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One open question. `draft` and `pending` are what the answer completes; `facts` is the asking skill's own memory."""

    id: str
    skill: str
    slot: str
    kind: SlotKind
    key: str
    params: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    draft: Draft | None = None
    pending: tuple[PendingLine, ...] = ()
    line: DraftLine | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def is_yes_or_no(self) -> bool:
        return tuple(choice.value for choice in self.choices) == YES_OR_NO

    def fact(self, name: str) -> str | None:
        return dict(self.facts).get(name)


@dataclass(frozen=True, slots=True)
class StandingWish:
    """What is to be had again and again, as far as it was said. `changes`: the standing order whose terms it changes."""

    schedule: Schedule
    cap: Money | None = None
    mode: RunMode | None = None
    draft: Draft | None = None
    changes: str | None = None
    missed: MissedPolicy | None = None


@dataclass(frozen=True, slots=True)
class ConversationState:
    """`checkout_id` is the card in focus, `focus_line` the line that was spoken of last.

    `answered`: the question whose answer became the card, the choice that was taken first: for "no, the other one".
    `avoided`: allergens that were said here; this conversation's cards are checked for them whether they are remembered or not.
    `wish`: the standing order that is being put together; `standing_id`: the one that was spoken of last.
    """

    id: str
    customer_id: str
    lang: Lang
    version: int = 0
    checkout_id: str | None = None
    focus_line: str | None = None
    question: Question | None = None
    answered: Question | None = None
    avoided: frozenset[Allergen] = frozenset()
    wish: StandingWish | None = None
    standing_id: str | None = None

    def with_card(self, checkout_id: str | None, focus_line: str | None = None) -> "ConversationState":
        return replace(self, checkout_id=checkout_id, focus_line=focus_line, question=None)

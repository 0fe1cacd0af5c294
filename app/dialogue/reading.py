"""What words were understood to mean: commands from a closed list, each value with the span of words it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.dialogue.times import Moment, Period, Recurrence, TimeUnit
from app.domain.allergen import Allergen
from app.domain.catalog import FulfilmentKind
from app.domain.names import Lang

Qualifier = Literal["extra", "light"]
ReadBy = Literal["rules", "model"]
StopRole = Literal["from", "via", "to"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the utterance as the customer wrote it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that a mention may mean; `score` 0–100 says how well the name fits."""

    merchant_id: str
    product_id: str
    name: str
    score: int


@dataclass(frozen=True, slots=True)
class ItemMention:
    """Words that name something on sale, best candidate first. `suggested`: the words do not name it, a model picked it."""

    span: Span
    candidates: tuple[Candidate, ...]
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class OptionMention:
    """Words that name an option of `merchant_id`. `negated`: "no cream". `count`: "two shots"."""

    span: Span
    merchant_id: str
    group_id: str
    option_id: str
    negated: bool = False
    qualifier: Qualifier | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """`set`: this many in all. `add`: so many more (negative: fewer)."""

    value: int
    mode: Literal["set", "add"] = "set"
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy one of a thing is to be: 半斤."""

    grams: int
    span: Span


@dataclass(frozen=True, slots=True)
class LineReading:
    """One line of an order as it was said. `notes`: wishes that no option covers."""

    item: ItemMention | None
    quantity: Quantity | None = None
    options: tuple[OptionMention, ...] = ()
    notes: tuple[Span, ...] = ()
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class LinesValue:
    """`elsewhere`: the same words as lines of other shops that they fit as well."""

    lines: tuple[LineReading, ...]
    elsewhere: tuple[tuple[LineReading, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class OptionsValue:
    options: tuple[OptionMention, ...]


@dataclass(frozen=True, slots=True)
class AmountValue:
    """An amount as it was said, in minor units; `currency` only where the words name one. `at_most` for a budget."""

    minor: int
    span: Span
    currency: str | None = None
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class NumberValue:
    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class PhoneValue:
    digits: str
    span: Span


@dataclass(frozen=True, slots=True)
class PersonValue:
    """Someone the customer named ("my mum", 我妈) or the customer ("self")."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """How or where to: a kind of fulfilment, and the words of a saved place ("office", 公司) where there are any.

    `is_address`: they are no name but an address itself.
    """

    kind: FulfilmentKind | None
    label: str | None
    span: Span
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class RecipientValue:
    """Who this order is handed to; `digits` None where no number was said."""

    name: str
    digits: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class MomentValue:
    moment: Moment
    span: Span


@dataclass(frozen=True, slots=True)
class PeriodValue:
    period: Period
    span: Span


@dataclass(frozen=True, slots=True)
class RecurrenceValue:
    """`span`: from the first of its words to the last; `parts`: the words themselves, piece by piece."""

    recurrence: Recurrence
    span: Span
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class LastingValue:
    count: int
    unit: TimeUnit
    span: Span


@dataclass(frozen=True, slots=True)
class StopValue:
    """A stop of a ride in the customer's words: an address of theirs or a place that everybody knows."""

    label: str
    role: StopRole
    span: Span


@dataclass(frozen=True, slots=True)
class TextValue:
    span: Span


@dataclass(frozen=True, slots=True)
class TraitsValue:
    """What a thing is to be like: attributes it must and must not have, allergens it must be stated to be free of."""

    wanted: frozenset[str]
    refused: frozenset[str]
    free_of: frozenset[Allergen]
    span: Span


SlotValue = (
    LinesValue
    | OptionsValue
    | AmountValue
    | NumberValue
    | PhoneValue
    | PersonValue
    | PlaceValue
    | RecipientValue
    | MomentValue
    | PeriodValue
    | RecurrenceValue
    | LastingValue
    | StopValue
    | TextValue
    | TraitsValue
)
Slots = Mapping[str, SlotValue]


@dataclass(frozen=True, slots=True)
class Target:
    """Which part of the card a change is about.

    `ordinal` counts from 1, -1 is the last; it counts lines, or single units ("the third cup") when `counts` is "unit".
    All fields None / False: what was spoken of last.
    """

    ordinal: int | None = None
    counts: Literal["line", "unit"] = "line"
    item: ItemMention | None = None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a skill."""

    skill: str
    slots: Slots = field(default_factory=dict)
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """Answer the question that was asked."""

    slots: Slots


@dataclass(frozen=True, slots=True)
class Change:
    """Edit the current card. What is None or empty stays as it is."""

    target: Target = Target()
    quantity: Quantity | None = None
    options: tuple[OptionMention, ...] = ()
    replace_with: ItemMention | None = None
    remove: bool = False
    place: PlaceValue | None = None
    notes: tuple[Span, ...] = ()
    weight: Weight | None = None
    recipient: RecipientValue | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Take one of the listed choices, by its place (1 = first, -1 = last) or by its name."""

    ordinal: int | None = None
    item: ItemMention | None = None
    other: bool = False
    options: tuple[OptionMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Affirm:
    """Yes. Never pays: opens the current card's PIN."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No, to the question or to the card."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Drop the current card or question."""


@dataclass(frozen=True, slots=True)
class Abstain:
    """Nothing that can be acted on. `reason` is a code: `empty`, `not_understood`, `out_of_scope`, `unsafe`, `reported`."""

    reason: str


Command = Begin | Fill | Change | Choose | Affirm | Deny | Cancel | Abstain


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What one call of a model took. `cost_pico`: in picos (10⁻¹²) of the currency's unit; None where no price is known."""

    model: str
    prompt_tokens: int
    completion_tokens: int
    took_ms: int
    cost_pico: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class FailedCall:
    """A call of a model that gave no reply to be read, and why. `use`: where the server counted all the same."""

    model: str
    reason: str
    took_ms: int
    use: ModelUse | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an utterance was taken to mean.

    `sureness` 0–100; `unexplained`: important words that no command covers; `runner_up`: the next best commands;
    `why`: a code that says who answered and why (`rules_sure`, `model_timeout`, …);
    `prompt`: the hash of what a model was asked; `reply`: its answer as it came;
    `use`: what that took, also where the reply was refused; `failed`: the calls before it, or instead of it.
    """

    commands: tuple[Command, ...]
    lang: Lang
    sureness: int
    unexplained: tuple[Span, ...] = ()
    runner_up: tuple[Command, ...] = ()
    by: ReadBy = "rules"
    why: str = "rules_only"
    prompt: str = ""
    reply: str = ""
    use: ModelUse | None = None
    failed: tuple[FailedCall, ...] = ()

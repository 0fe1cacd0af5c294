"""What a face shows: plain values in the customer's language, ready for JSON. A face adds layout, never a number or a sentence."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.base.visible import visible
from app.service.card_views import ChipView
from app.service.guardian_views import GuardianView
from app.service.history_views import OrdersView, SpendingView
from app.service.standing_views import StandingView

# What the card's primary button needs before money can move.
CardStep = Literal["pin", "bind", "deposit", "answer", "amount", "none"]
DataAction = Literal["export", "erase", "record"]


@dataclass(frozen=True, slots=True)
class AmountRow:
    """One row of the card's arithmetic; `kind`: goods, fee, discount, hint, held or total. `details` are for who opens it."""

    kind: str
    label: str
    amount: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineView:
    """`total` is before order discounts; `badge` marks a suggestion or an allergen; `note` is not guaranteed.

    `has_options`: the product has options, shown as chips or not. `quantity_max`: how many of it the shop sells in one order.
    """

    id: str
    name: str
    quantity: int
    options: tuple[ChipView, ...]
    total: str
    note: str | None = None
    badge: str | None = None
    picture: str = "other"
    has_options: bool = False
    quantity_max: int | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """An order card.

    `state` is the checkout's; `state_label` says it in words. `step` is what the button does next: ask for the PIN, bind the
    wallet first, deposit first, say that an unusual amount is meant, or nothing. `warning` says what is unusual. `expires_at`
    is ISO 8601 UTC. `labels` are the texts of the card's controls. `when`, `terms` and `stops` are for bookings and rides.
    `moved` says old → new where the shop has changed the total under the customer's eyes. `has_places`: how or where to can
    be changed. `balance_after`: what will be left in the wallet, or was left when it was paid.
    """

    id: str
    version: int
    state: str
    state_label: str
    lang: str
    title: str
    payee: str
    lines: tuple[LineView, ...]
    rows: tuple[AmountRow, ...]
    total: str
    fulfilment: str
    destination: str
    eta: str
    expires_at: str
    step: CardStep
    editable: bool
    reason: str | None
    balance: str | None
    shortfall: str | None
    shortfall_minor: int
    notice: str | None
    order_id: str | None
    labels: dict[str, str]
    when: str | None = None
    terms: str | None = None
    stops: tuple[str, ...] = ()
    kind: str = "card"
    moved: str | None = None
    has_places: bool = False
    balance_after: str | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """`ordinal` is what a tap sends back; `picture` is empty where an answer has nothing to be pictured."""

    ordinal: int
    title: str
    detail: str
    price: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class ChoicesView:
    """A short list to choose from by word or tap; `question_id` changes when the question does."""

    question_id: str
    title: str
    choices: tuple[ChoiceView, ...]
    lang: str
    labels: dict[str, str]
    kind: str = "choices"


@dataclass(frozen=True, slots=True)
class StepView:
    """A stage of an order's way; `reached` ones are over or now, `current` is the one it is at."""

    state: str
    label: str
    reached: bool
    current: bool


@dataclass(frozen=True, slots=True)
class ActionView:
    """A button: `kind` is the tap that it sends."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What was bought, approved and paid, and how far it is: `steps` in their order, `due` in words, `late` when that was moved.

    `balance_after`: what was left in the wallet when it was paid.
    """

    order_id: str
    number: str
    lang: str
    title: str
    state: str
    state_label: str
    payee: str
    lines: tuple[LineView, ...]
    rows: tuple[AmountRow, ...]
    total: str
    fulfilment: str
    destination: str
    eta: str
    paid_at: str
    approved_with: str
    balance_after: str | None
    labels: dict[str, str]
    when: str | None = None
    terms: str | None = None
    stops: tuple[str, ...] = ()
    steps: tuple[StepView, ...] = ()
    due: str | None = None
    late: bool = False
    actions: tuple[ActionView, ...] = ()
    href: str = ""
    kind: str = "receipt"


@dataclass(frozen=True, slots=True)
class WalletView:
    """The wallet with a way to bind it or to deposit; `step` as on a card; `suggested_minor` fills the deposit form."""

    lang: str
    title: str
    balance: str | None
    held: str | None
    step: CardStep
    suggested_minor: int
    suggested: str
    labels: dict[str, str]
    kind: str = "wallet"


@dataclass(frozen=True, slots=True)
class DataView:
    """The customer's own data: as a file to be had at `href`, or its erasure, which takes a `secret` of the customer's."""

    action: DataAction
    lang: str
    title: str
    points: tuple[str, ...]
    secret: Literal["pin", "password"] | None
    labels: dict[str, str]
    href: str | None = None
    kind: str = "data"


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """`ordinal` where "the second one" can name it; `key` is what a tap sends; `action` is the button's text, None without one.

    `tag` says in a word or two how it stands.
    """

    key: str
    title: str
    details: tuple[str, ...]
    tag: str = ""
    action: str | None = None
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class ShelfSection:
    title: str
    rows: tuple[ShelfRow, ...]


@dataclass(frozen=True, slots=True)
class ShelfView:
    """A list of what the customer has or can have; `tap` is the kind of tap that a row's button sends. `id` is the list's name."""

    id: str
    lang: str
    title: str
    sections: tuple[ShelfSection, ...]
    tap: str
    empty: str
    labels: dict[str, str]
    hint: str = ""
    kind: str = "shelf"


View = (
    CardView
    | ChoicesView
    | OrdersView
    | ReceiptView
    | SpendingView
    | WalletView
    | DataView
    | ShelfView
    | StandingView
    | GuardianView
)


@dataclass(frozen=True, slots=True)
class Message:
    """One bubble: a sentence, a view, or both."""

    text: str
    view: View | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one turn. `open_pin`: the id of the card whose PIN entry the face should open now, after a "yes"."""

    messages: tuple[Message, ...]
    lang: str
    open_pin: str | None = None


def as_json(view: View) -> dict[str, Any]:
    """What is shown of it: nothing hidden, whoever wrote its texts."""
    return {name: _seen(value) for name, value in asdict(view).items()}


def _seen(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {name: _seen(part) for name, part in value.items()}
    return type(value)(map(_seen, value)) if isinstance(value, list | tuple) else value

"""What a skill wants to happen next. The service carries it out; only the service prices, saves and shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from app.base.money import Money
from app.dialogue.state import Question, StandingWish
from app.dialogue.times import Period
from app.domain.checkout import Draft
from app.domain.dispute import Claim
from app.domain.refund import RefundedLine, RefundReason
from app.domain.ride import Trip

Param = str | int | Money
ShelfName = Literal["errands", "memory", "why", "charged"]


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence of the wording files."""

    key: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Propose:
    """Have this draft quoted and shown as the card. `said` goes with it; `focus_line` is what a next change is about."""

    draft: Draft
    said: Say
    focus_line: str | None = None
    replaces_card: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """Put one question, with its listed choices where it has some."""

    question: Question


@dataclass(frozen=True, slots=True)
class Compare:
    """Have these drafts quoted and list the cheapest ones, fees and coupons included; a lone one becomes the card.

    `within`: what may be paid at most. `said` is for the list; `lone` for the card; `too_dear` and `none` where nothing is left,
    `too_dear` with the cheapest `total` there is.
    """

    drafts: tuple[Draft, ...]
    said: Say
    lone: Say
    none: Say
    too_dear: Say
    within: Money | None = None
    listed_max: int = 4


@dataclass(frozen=True, slots=True)
class ShowWallet:
    """Show the wallet, with a deposit form filled with `deposit` where one is wanted."""

    said: Say
    deposit: Money | None = None


@dataclass(frozen=True, slots=True)
class ShowData:
    """Offer the customer's own data as a file, its erasure, or this conversation as a test."""

    action: Literal["export", "erase", "record"]
    said: Say


@dataclass(frozen=True, slots=True)
class ShowShelf:
    """Show a list of what the customer has or can have; `question` is what "the second one" then answers.

    `about`: the order that it is about.
    """

    name: ShelfName
    said: Say
    question: Question | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class ClaimCoupon:
    """Claim a campaign's coupon for the customer; once it is theirs, `then` is quoted anew."""

    campaign_id: str
    then: Propose | None = None


@dataclass(frozen=True, slots=True)
class OpenPin:
    """Open the current card's PIN entry: all that a "yes" does."""


@dataclass(frozen=True, slots=True)
class CloseCard:
    """Cancel the current card."""

    said: Say


@dataclass(frozen=True, slots=True)
class ShowReceipt:
    order_id: str
    said: Say


@dataclass(frozen=True, slots=True)
class ShowSpending:
    """Show what was spent in a period."""

    period: Period


@dataclass(frozen=True, slots=True)
class ShowOrders:
    """List orders: of a period, with one of these products (that the customer called `words`), or all."""

    period: Period | None = None
    product_ids: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Recur:
    """Have what is proposed next, or the wish's own draft, again and again: its terms are asked for, then shown."""

    wish: StandingWish


CareAction = Literal["skip", "pause", "resume", "cancel", "cancel_all"]


@dataclass(frozen=True, slots=True)
class Care:
    """Do something about a standing order, at once.

    `day`: which run is skipped, or from when on it goes on by itself. `due`: the very run that a card showed.
    """

    action: CareAction
    standing_order_id: str = ""
    day: date | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Have an order canceled, or lines of it refunded, as it was offered under the digest."""

    order_id: str
    reason: RefundReason
    lines: tuple[RefundedLine, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class ShowStanding:
    """Show the standing orders that are open."""

    said: Say


@dataclass(frozen=True, slots=True)
class RaiseDispute:
    """Have it decided who was wrong about a line that the customer did not want, or that came otherwise than they had said.

    `count`: how many are missing.
    """

    order_id: str
    line_id: str
    claim: Claim = "unwanted"
    count: int = 1


@dataclass(frozen=True, slots=True)
class ChangeTrip:
    """Have a ride that is booked go another way."""

    order_id: str
    trip: Trip


@dataclass(frozen=True, slots=True)
class ShowRequests:
    """Show what waits for the customer's answer as a guardian."""


@dataclass(frozen=True, slots=True)
class CapAgents:
    """No agent spends more than so much at a time, from now on."""

    per_order: Money


Outcome = (
    Recur
    | Care
    | GiveBack
    | ShowRequests
    | ChangeTrip
    | RaiseDispute
    | ShowStanding
    | CapAgents
    | Say
    | Propose
    | Compare
    | Ask
    | ShowWallet
    | ShowData
    | ShowShelf
    | ClaimCoupon
    | OpenPin
    | CloseCard
    | ShowReceipt
    | ShowSpending
    | ShowOrders
)

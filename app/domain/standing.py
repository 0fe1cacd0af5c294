"""Standing orders: what is bought again and again, when, within which cap, and what became of each occurrence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.base.errors import Refusal
from app.base.ids import derived_id
from app.base.money import Money
from app.domain.checkout import Draft
from app.domain.names import Names
from app.domain.occurrences import occurrences
from app.domain.recurrence import Schedule

# `proposed`: its terms are shown and not yet agreed to.
StandingState = Literal["proposed", "active", "paused", "canceled", "ended"]
# How a run pays: by itself inside the cap, or only after the customer has approved its card.
RunMode = Literal["automatic", "ask_first"]
# What is done about a run that fell due while nothing ran: left out, or done late.
MissedPolicy = Literal["skip", "late"]
# `asked` waits for the customer; silence makes it `unanswered`.
OccurrenceState = Literal["skipped", "asked", "ordered", "declined", "unanswered", "missed", "failed"]

NOTICE = timedelta(minutes=30)
# How long a run that asks waits for an answer, and how late one may still be done.
ASKS_FOR = timedelta(minutes=45)
LATE_AT_MOST = timedelta(hours=2)
# A run within so long of its time is on time: the worker looks every few seconds.
ON_TIME = timedelta(minutes=10)


class StandingOrderClosed(Refusal):
    """The standing order is canceled or has ended."""

    code = "standing_order_closed"


class StandingOrderNotPaused(Refusal):
    """There is nothing to resume."""

    code = "standing_order_not_paused"


class NeverDue(Refusal):
    """A schedule without a single time to come."""

    code = "never_due"


class NothingDueThen(Refusal):
    """The standing order has no run at that time."""

    code = "nothing_due_then"


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """`drafts`: what was agreed, most wanted first: a run takes the first that can be had inside the cap.

    `next_due` is the run that comes next, None where none does; `notice_at`: when it is announced, None once it was. `left`:
    how many runs are still to come, where they are counted. `paused_until`: from when on it goes on by itself. `replaces`: the
    standing order whose place it takes when it is agreed to.
    """

    id: str
    version: int
    customer_id: str
    conversation_id: str
    mandate_id: str
    title: Names
    drafts: tuple[Draft, ...]
    schedule: Schedule
    zone: str
    cap: Money
    mode: RunMode
    missed: MissedPolicy
    state: StandingState
    created_at: datetime
    next_due: datetime | None = None
    notice_at: datetime | None = None
    left: int | None = None
    paused_until: datetime | None = None
    replaces: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("active", "paused")

    @property
    def is_over(self) -> bool:
        return self.state in ("canceled", "ended")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One run. Its id derives from the standing order and its due time, so it can only be once. `reason` is a code."""

    id: str
    standing_order_id: str
    customer_id: str
    due: datetime
    state: OccurrenceState
    at: datetime
    checkout_id: str | None = None
    reason: str = ""
    total: Money | None = None

    @property
    def is_final(self) -> bool:
        return self.state != "asked"


def occurrence_id(standing_order_id: str, due: datetime) -> str:
    return derived_id("occ", standing_order_id, due.isoformat())


def occurrence_checkout_id(standing_order_id: str, due: datetime) -> str:
    """A run's checkout: the same for every try."""
    return derived_id("chk", standing_order_id, due.isoformat())


def next_run(order: StandingOrder, after: datetime, skipped: Iterable[datetime] = ()) -> datetime | None:
    """The first due time after `after` that is not skipped; None where there is none or none is left."""
    if order.left is not None and order.left <= 0:
        return None
    skips = frozenset(skipped)
    return next((due for due in occurrences(order.schedule, order.zone, after) if due not in skips), None)


def notice_time(due: datetime | None, now: datetime) -> datetime | None:
    return None if due is None else max(now, due - NOTICE)

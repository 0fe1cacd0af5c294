"""Mandates: what an agent may pay without asking each time, within which constraints, until when.

An open mandate is a standing permission; a closed one is bound to one checkout's digest and is used once. A use is refused by the
first constraint that fails, in this order of precedence: state, ends, agent, checkout, currency, merchant, category, product,
hours, recurrence, per_order, per_day, per_month, total.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any, Literal

from app.base.clock import local
from app.base.errors import Refusal
from app.base.money import Money
from app.domain.checkout import CheckoutSession
from app.domain.occurrences import is_due
from app.domain.recurrence import Schedule

# `proposed`: shown and not yet granted.
MandateState = Literal["proposed", "active", "paused", "revoked"]
ConstraintName = Literal[
    "state", "ends", "agent", "checkout", "currency", "merchant", "category", "product", "hours", "recurrence",
    "per_order", "per_day", "per_month", "total",
]  # fmt: skip
GrantMethod = Literal["pin", "passkey"]


class MandateInactive(Refusal):
    """The mandate is not granted yet, paused, revoked or over. `constraint` is `state` or `ends`."""

    code = "mandate_inactive"


class MandateExceeded(Refusal):
    """The mandate does not allow this. `constraint` is the first that failed; with a cap, `limit`, `used` and `wanted`."""

    code = "mandate_exceeded"


class MandateWidened(Refusal):
    """The new terms allow more than the old ones, so they have to be granted anew."""

    code = "mandate_widened"


@dataclass(frozen=True, slots=True)
class Hours:
    """On which days of the week (1 = Monday) and from when until before when; what ends before it opens goes past midnight."""

    days: frozenset[int] = frozenset(range(1, 8))
    opens: time = time(0)
    closes: time = time(0)

    def holds(self, moment: datetime) -> bool:
        """Of a local moment."""
        at, day = moment.time(), moment.isoweekday()
        if self.opens < self.closes:
            return day in self.days and self.opens <= at < self.closes
        yesterday = (day - 2) % 7 + 1
        return (day in self.days and at >= self.opens) or (yesterday in self.days and at < self.closes)

    def within(self, other: "Hours") -> bool:
        """Whether every moment of these hours is one of the other's."""
        monday = datetime(2026, 6, 1)
        moments = (monday + timedelta(minutes=minute) for minute in range(7 * 24 * 60))
        return all(other.holds(moment) for moment in moments if self.holds(moment))


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a mandate allows: an empty set and a None allow anything.

    Days and months begin at midnight in `zone`. Products are named merchant.product, categories merchant.category. With a
    `schedule`, only an occurrence of it may be paid. Refunds give no room back: what was spent was spent.
    """

    per_order: Money
    zone: str
    per_day: Money | None = None
    per_month: Money | None = None
    total: Money | None = None
    merchants: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    hours: Hours | None = None
    schedule: Schedule | None = None
    ends: datetime | None = None

    @property
    def currency(self) -> str:
        return self.per_order.currency


@dataclass(frozen=True, slots=True)
class Mandate:
    """A customer's permission to one agent. `version` counts its terms; `digest`, of a closed one, is the checkout's."""

    id: str
    version: int
    customer_id: str
    agent_id: str
    state: MandateState
    constraints: Constraints
    created_at: datetime
    granted_at: datetime | None = None
    granted_by: GrantMethod | None = None
    digest: str | None = None

    @property
    def ref(self) -> str:
        return f"{self.id}.{self.version}"

    def is_over(self, now: datetime) -> bool:
        return self.constraints.ends is not None and now >= self.constraints.ends

    def allows_now(self, now: datetime) -> bool:
        return self.state == "active" and not self.is_over(now)


@dataclass(frozen=True, slots=True)
class MandateTerms:
    """One version of a mandate's terms as they were shown and granted: evidence, never changed."""

    id: str
    mandate_id: str
    customer_id: str
    constraints: Constraints
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an agent wants to pay. `due`: the occurrence it is for, where it is for one."""

    agent_id: str
    checkout: CheckoutSession
    at: datetime
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class CapWindow:
    """A cap over time: `since` is when its window began, None for one that was always open."""

    name: ConstraintName
    limit: Money
    since: datetime | None


def terms_digest(mandate: Mandate) -> str:
    """SHA-256, in hex, over what a grant binds: whose wallet, which agent, which constraints."""
    bound = [mandate.id, mandate.version, mandate.customer_id, mandate.agent_id, mandate.digest, plain(mandate.constraints)]
    canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A frozen value as JSON's own kinds, the same for equal values."""
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, frozenset):
        return sorted(map(plain, value), key=str)
    if isinstance(value, tuple):
        return list(map(plain, value))
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def check_use(mandate: Mandate, attempt: Attempt, used: Mapping[ConstraintName, Money]) -> None:
    """Raise the first refusal, in the order above. `used`: what each cap's window has seen so far, see `cap_windows`."""
    constraints, checkout, at = mandate.constraints, attempt.checkout, attempt.at
    if mandate.state != "active":
        raise MandateInactive(constraint="state", state=mandate.state)
    if mandate.is_over(at):
        raise MandateInactive(constraint="ends", state="over")
    failed = _outside(mandate, attempt)
    if failed is not None:
        raise MandateExceeded(constraint=failed)
    wanted = checkout.totals.maximum
    if not constraints.per_order.covers(wanted):
        raise MandateExceeded(constraint="per_order", limit=constraints.per_order, wanted=wanted)
    for window in cap_windows(constraints, at):
        spent = used[window.name]
        if not window.limit.covers(spent.plus(wanted)):
            raise MandateExceeded(constraint=window.name, limit=window.limit, used=spent, wanted=wanted)


def _outside(mandate: Mandate, attempt: Attempt) -> ConstraintName | None:
    """The first constraint, other than a cap, that the attempt is outside of."""
    constraints, checkout = mandate.constraints, attempt.checkout
    merchant = checkout.merchant_id
    products = {f"{merchant}.{line.product_id}" for line in checkout.lines}
    categories = {f"{merchant}.{line.category}" for line in checkout.lines}
    schedule, hours = constraints.schedule, constraints.hours
    checks: tuple[tuple[ConstraintName, bool], ...] = (
        ("agent", attempt.agent_id == mandate.agent_id),
        ("checkout", checkout.customer_id == mandate.customer_id and mandate.digest in (None, checkout.digest)),
        ("currency", checkout.totals.maximum.currency == constraints.currency),
        ("merchant", not constraints.merchants or merchant in constraints.merchants),
        ("category", not constraints.categories or categories <= constraints.categories),
        ("product", not constraints.products or products <= constraints.products),
        ("hours", hours is None or hours.holds(local(attempt.at, constraints.zone))),
        ("recurrence", schedule is None or (attempt.due is not None and is_due(schedule, constraints.zone, attempt.due))),
    )
    return next((name for name, holds in checks if not holds), None)


def cap_windows(constraints: Constraints, at: datetime) -> tuple[CapWindow, ...]:
    """The caps that sum over time, each with when its window began."""
    midnight = local(at, constraints.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = {"per_day": midnight, "per_month": midnight.replace(day=1)}
    windows = []
    for name in ("per_day", "per_month", "total"):
        limit = getattr(constraints, name)
        if limit is not None:
            since = begins[name].astimezone(at.tzinfo) if name in begins else None
            windows.append(CapWindow(name, limit, since))
    return tuple(windows)


def is_within(new: Constraints, old: Constraints) -> bool:
    """Whether the new terms allow nothing that the old ones did not: such may be set without a new grant."""
    caps = ((getattr(new, name), getattr(old, name)) for name in ("per_order", "per_day", "per_month", "total"))
    sets = ((getattr(new, name), getattr(old, name)) for name in ("merchants", "categories", "products"))
    return (
        all(_cap_within(mine, theirs) for mine, theirs in caps)
        and all(not theirs or (mine and mine <= theirs) for mine, theirs in sets)
        and (old.hours is None or (new.hours is not None and new.hours.within(old.hours)))
        and (old.schedule is None or new.schedule == old.schedule)
        and (old.ends is None or (new.ends is not None and new.ends <= old.ends))
        and (new.zone == old.zone or not any((old.hours, old.schedule, old.per_day, old.per_month)))
    )


def _cap_within(new: Money | None, old: Money | None) -> bool:
    if old is None:
        return True
    return new is not None and new.currency == old.currency and old.covers(new)


def scope_of(merchant_id: str, ids: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{merchant_id}.{id_}" for id_ in ids)

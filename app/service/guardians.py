"""Guardians at the door to money: what a child may pay alone, what is asked of the guardian, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from app.base.clock import Clock, local
from app.base.ids import derived_id
from app.base.money import Money
from app.domain.checkout import CheckoutChanged, CheckoutSession
from app.domain.customer import Customer, NotFound
from app.domain.guardianship import (
    GuardianAsked,
    GuardianDeclined,
    GuardianRequest,
    Guardianship,
    RequestClosed,
    check_categories,
    is_within_day,
    wish_digest,
)
from app.domain.risk import Releaser
from app.domain.trace import TraceEvent
from app.service.news import News, NewsStand
from app.service.ports import Records
from app.service.step_up import StepUp
from app.service.units import Change, Insert, Unit, Writer

ORDERS_OF_A_DAY = 500


class GuardianRecords(Protocol):
    """What is stored, as of the last commit."""

    def guardianship(self, child_id: str) -> Guardianship | None: ...
    def guardian_request(self, request_id: str) -> GuardianRequest | None: ...
    def guardian_requests(self, guardian_id: str) -> Sequence[GuardianRequest]:
        """Oldest first."""
        ...

    def guardian_requests_about(self, customer_id: str) -> Sequence[GuardianRequest]:
        """Those that the customer's own cards led to and those that they were asked, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Guardians:
    records: Records
    guardians: GuardianRecords
    writer: Writer
    step_up: StepUp
    news: NewsStand
    clock: Clock

    def releaser(self, customer_id: str) -> Releaser:
        """Who may say that a customer's unusual payment is meant."""
        return "self" if self._active(customer_id) is None else "guardian"

    def allowing(self, child: Customer, checkout: CheckoutSession, *, is_unusual: bool = False) -> Unit | None:
        """What has to hold in the unit that pays the card; None for a customer without a guardian.

        `is_unusual`: it takes the guardian's yes also within the day's cap.
        Raises CategoryBlocked, GuardianDeclined, and GuardianAsked once the guardian has been asked.
        """
        guardianship = self._active(child.id)
        if guardianship is None:
            return None
        check_categories(guardianship, checkout)
        # Whoever pays at the same moment moves the version on: then this one is refused and has to look again.
        changed = CheckoutChanged(total=checkout.totals.total)
        counted = Change(
            Guardianship,
            child.id,
            expect={"version": guardianship.version, "ended_at": None},
            put={"version": guardianship.version + 1},
            refusal=changed,
        )
        now = self.clock.now()
        if not is_unusual and is_within_day(guardianship, self.spent_today(child), checkout):
            return Unit("", "", now, changes=(counted,))
        request = self.guardians.guardian_request(_request_id(checkout))
        if request is None or not request.allows(checkout, now):
            raise self._asked(guardianship, checkout, request, is_unusual)
        used = Change(
            GuardianRequest,
            request.id,
            expect={"state": "approved", "digest": wish_digest(checkout)},
            put={"state": "used"},
            refusal=changed,
            owner=request.child_id,
        )
        facts = _facts(request, {"by": request.guardian_id})
        return Unit("", "", now, changes=(counted, used), trace=(TraceEvent(child.id, "guardian_approval_used", facts, now),))

    def spent_today(self, child: Customer) -> Money:
        """What the day's orders, by the child's own clock, hold and have taken, less what came back."""
        now = self.clock.now()
        midnight = datetime.combine(local(now, child.zone).date(), time(), tzinfo=ZoneInfo(child.zone))
        guardianship = self.guardians.guardianship(child.id)
        currency = guardianship.daily_cap.currency if guardianship else "CNY"
        minor = 0
        for order in self.records.orders(child.id, ORDERS_OF_A_DAY):
            if order.placed_at < midnight:
                break
            for transfer in self.records.transfers(order.id):
                sign = {"hold": 1, "void": -1, "release": -1, "refund": -1}.get(transfer.kind, 0)
                minor += sign * transfer.amount.minor if transfer.amount.currency == currency else 0
        return Money(minor, currency)

    def waiting(self, guardian_id: str) -> list[GuardianRequest]:
        """What waits for this guardian's answer, oldest first."""
        now = self.clock.now()
        return [one for one in self.guardians.guardian_requests(guardian_id) if one.is_open(now)]

    def owned(self, guardian_id: str, request_id: str) -> GuardianRequest:
        """Raises NotFound, also for another guardian's."""
        request = self.guardians.guardian_request(request_id)
        if request is None or request.guardian_id != guardian_id:
            raise NotFound(what=request_id)
        return request

    def approve(self, guardian_id: str, request_id: str, pin: str) -> GuardianRequest:
        """The guardian's yes, with their PIN, to this very card. Raises NotFound, RequestClosed, PinLocked, PinWrong."""
        request = self._answerable(guardian_id, request_id)
        self.step_up.allow(guardian_id, pin, self._deciding(request, "approved"))
        return self._told(request)

    def decline(self, guardian_id: str, request_id: str) -> GuardianRequest:
        """Raises NotFound, RequestClosed."""
        request = self._answerable(guardian_id, request_id)
        self.writer.commit(self._deciding(request, "declined"))
        return self._told(request)

    def begin(self, child_id: str, guardian_id: str, daily_cap: Money, blocked: frozenset[str]) -> None:
        """Put a customer under a guardian, or change what holds for them. For who runs the service. Raises NotFound."""
        if self.records.customer(child_id) is None or self.records.customer(guardian_id) is None or child_id == guardian_id:
            raise NotFound(what=guardian_id)
        now, before = self.clock.now(), self.guardians.guardianship(child_id)
        wanted = Guardianship(child_id, guardian_id, daily_cap, blocked, before.version + 1 if before else 1, now)
        facts: dict[str, str | int] = {
            "child": child_id,
            "guardian": guardian_id,
            "cap": daily_cap.minor,
            "currency": daily_cap.currency,
            "blocked": " ".join(sorted(blocked)),
        }
        self.writer.commit(
            Unit(
                key=f"guardianship:{child_id}:{wanted.version}",
                fingerprint=f"{guardian_id}:{daily_cap.minor}:{facts['blocked']}",
                at=now,
                changes=(Change(Guardianship, child_id, expect={"version": before.version}, whole=wanted),) if before else (),
                inserts=() if before else (Insert(wanted),),
                trace=tuple(TraceEvent(who, "guardianship", facts, now) for who in (child_id, guardian_id)),
            )
        )

    def end(self, child_id: str) -> None:
        """The child is on their own from now on. For who runs the service. Raises NotFound."""
        before, now = self._active(child_id), self.clock.now()
        if before is None:
            raise NotFound(what=child_id)
        put = {"ended_at": now, "version": before.version + 1}
        facts: dict[str, str | int] = {"child": child_id, "guardian": before.guardian_id, "ended": 1}
        self.writer.commit(
            Unit(
                key=f"guardianship:{child_id}:{before.version + 1}",
                fingerprint="ended",
                at=now,
                changes=(Change(Guardianship, child_id, expect={"version": before.version}, put=put),),
                trace=tuple(TraceEvent(who, "guardianship", facts, now) for who in (child_id, before.guardian_id)),
            )
        )

    def _active(self, child_id: str) -> Guardianship | None:
        found = self.guardians.guardianship(child_id)
        return found if found is not None and found.is_active else None

    def _asked(
        self, guardianship: Guardianship, checkout: CheckoutSession, before: GuardianRequest | None, is_unusual: bool
    ) -> GuardianAsked | GuardianDeclined:
        """Ask about the card, once; what was declined is not asked again."""
        why = {"constraint": "risk"} if is_unusual else {}
        params = {"cap": guardianship.daily_cap, "total": checkout.totals.maximum, **why}
        if before is not None and before.state == "declined":
            return GuardianDeclined(**params)
        now = self.clock.now()
        if before is None or not before.is_open(now):
            request = _request(guardianship, checkout, now)
            # What ran out, or was used, is asked about anew.
            again = () if before is None else (_anew(request, before.at),)
            unit = Unit(
                key=f"guardian-asked:{request.id}:{request.at.isoformat()}",
                fingerprint=request.digest,
                at=request.at,
                changes=again,
                inserts=() if again else (Insert(request),),
                trace=tuple(TraceEvent(who, "guardian_asked", _facts(request), request.at) for who in _both(request)),
            )
            self.writer.commit(unit)
            self.news.publish(request.guardian_id, News("guardian", request.id))
        return GuardianAsked(**params)

    def _answerable(self, guardian_id: str, request_id: str) -> GuardianRequest:
        request = self.owned(guardian_id, request_id)
        checkout, guardianship = self.records.checkout(request.checkout_id), self._active(request.child_id)
        is_current = checkout is not None and wish_digest(checkout) == request.digest
        is_payable = checkout is not None and checkout.state == "ready_for_complete"
        is_theirs = guardianship is not None and guardianship.guardian_id == guardian_id
        if not (request.is_open(self.clock.now()) and is_current and is_payable and is_theirs):
            raise RequestClosed()
        return request

    def _deciding(self, request: GuardianRequest, state: str) -> Unit:
        now = self.clock.now()
        facts = _facts(request, {"decision": state, "by": request.guardian_id})
        put = {"state": state, "decided_at": now}
        decided = Change(
            GuardianRequest, request.id, expect={"state": "asked"}, put=put, refusal=RequestClosed(), owner=request.child_id
        )
        return Unit(
            key=f"guardian-{state}:{request.id}",
            fingerprint=request.digest,
            at=now,
            changes=(decided,),
            trace=tuple(TraceEvent(who, "guardian_decided", facts, now) for who in _both(request)),
        )

    def _told(self, request: GuardianRequest) -> GuardianRequest:
        self.news.publish(request.child_id, News("guardian", request.id))
        return self.guardians.guardian_request(request.id) or replace(request)


def _anew(request: GuardianRequest, before: datetime) -> Change:
    return Change(GuardianRequest, request.id, {"at": before}, whole=request, owner=request.child_id)


def _request_id(checkout: CheckoutSession) -> str:
    return derived_id("grq", checkout.id, wish_digest(checkout))


def _request(guardianship: Guardianship, checkout: CheckoutSession, now: datetime) -> GuardianRequest:
    return GuardianRequest(
        id=_request_id(checkout),
        child_id=checkout.customer_id,
        guardian_id=guardianship.guardian_id,
        checkout_id=checkout.id,
        checkout_version=checkout.version,
        digest=wish_digest(checkout),
        payee_id=checkout.merchant_id,
        amount=checkout.totals.maximum,
        state="asked",
        at=now,
    )


def _both(request: GuardianRequest) -> tuple[str, str]:
    return request.child_id, request.guardian_id


def _facts(request: GuardianRequest, more: dict[str, str | int] | None = None) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "request": request.id,
        "child": request.child_id,
        "checkout": f"{request.checkout_id}.{request.checkout_version}",
        "digest": request.digest,
        "amount": request.amount.minor,
        "currency": request.amount.currency,
    }
    return facts | (more or {})

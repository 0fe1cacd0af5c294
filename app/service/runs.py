"""Runs of standing orders: announced, then bought inside the cap, asked about outside it, recorded once whatever happens."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from app.base.clock import Clock
from app.base.errors import Refusal, UsualError
from app.dialogue.state import ConversationState
from app.domain.agent import standing_agent_id
from app.domain.checkout import CheckoutChanged, CheckoutClosed, CheckoutSession, Draft
from app.domain.customer import Customer
from app.domain.guardianship import GuardianAsked
from app.domain.mandate import MandateExceeded
from app.domain.order import FOLLOWED_FOR
from app.domain.risk import RiskAsks, RiskStepUp
from app.domain.standing import (
    ASKS_FOR,
    LATE_AT_MOST,
    ON_TIME,
    Occurrence,
    OccurrenceState,
    StandingOrder,
    next_run,
    notice_time,
    occurrence_checkout_id,
    occurrence_id,
)
from app.domain.trace import TraceEvent
from app.service.checkout import Asked, CheckoutDrifted, Checkouts
from app.service.mandates import Mandates
from app.service.news import News, NewsStand
from app.service.payments import Payments
from app.service.ports import Records
from app.service.standing_orders import StandingOrders
from app.service.standing_ports import StandingRecords
from app.service.turns import open_card
from app.service.units import Change, GuardFailed, Insert, KeyReused, Unit, Writer, together

# How many are taken up in one look; those behind them are next.
TAKEN_AT_ONCE = 50
# What a worker had taken up when it was killed is free for the others then, well before it counts as late.
CLAIMED_FOR = timedelta(minutes=5)
# Why a run asks, by the cap of its mandate that it is above.
OVER = {"per_order": "over_cap", "per_day": "over_day", "per_month": "over_month", "total": "over_total"}
LOGGER = logging.getLogger("usual.runs")


class RunTaken(Refusal):
    """Another worker has done this run."""

    code = "run_taken"


# Another worker is at the same run, its customer is, or its price moved between two quotes of one look: the next look knows.
AT_IT = (RunTaken, GuardFailed, KeyReused, CheckoutChanged, CheckoutClosed, CheckoutDrifted)


@dataclass(frozen=True, slots=True)
class Runs:
    """What a worker does for standing orders.

    Any number of workers may: each claims what it takes up, and should two take up the same, each run's unit moves the due time
    that it was read with, so that one of them does it.
    """

    records: Records
    standing: StandingRecords
    orders: StandingOrders
    mandates: Mandates
    checkouts: Checkouts
    payments: Payments
    writer: Writer
    news: NewsStand
    clock: Clock

    def look(self) -> int:
        """Do what is due; how many runs came to an end or asked, and how many pauses did: until there is none, more may be due."""
        now = self.clock.now()
        # A hold that was given back later: a merchant's late no, or a crash before it was asked.
        undone, asked = self.standing.undone(now - FOLLOWED_FOR), self.standing.asked_before(now - ASKS_FOR)
        return self._look_at_due(now) + sum(
            (
                *(self._alone(partial(self._correct, run, "declined"), run.id) for run in undone),
                *(self._alone(partial(self._answered, run), run.id) for run in asked),
            )
        )

    def _look_at_due(self, now: datetime) -> int:
        until = now + CLAIMED_FOR
        due = self.standing.claim_due(now, until, TAKEN_AT_ONCE)
        try:
            return sum(self._alone(partial(self._look_at, order), order.id) for order in due)
        finally:
            if due:
                self.standing.release(due, until)

    def _alone(self, work: Callable[[], bool], of: str) -> bool:
        """One that can't be done must not keep the others waiting."""
        try:
            return work()
        except AT_IT:
            return False
        except UsualError as failed:
            LOGGER.error("%s could not be carried out: %s", of, failed)
            return False

    def _look_at(self, order: StandingOrder) -> bool:
        now = self.clock.now()
        if order.state == "paused" and order.paused_until is not None and order.paused_until <= now:
            if order.next_due is not None and order.next_due < order.paused_until:
                # What fell into the pause is recorded as that before it goes on.
                return self._end(order, "skipped", "paused")
            self.writer.commit(self.orders.resuming(order))
            return True
        if order.next_due is not None and order.next_due <= now:
            return self._run(order, order.next_due)
        if order.state == "active" and order.notice_at is not None and order.notice_at <= now:
            self.writer.commit(self._notice(order))
            self.news.publish(order.customer_id, News("notice", order.id))
        return False

    def _run(self, order: StandingOrder, due: datetime) -> bool:
        late = self.clock.now() - due
        if self.standing.occurrence(occurrence_id(order.id, due)) is not None:
            # Its record is there: only the next due time is still to move.
            self.writer.commit(self._advancing(order))
            return True
        if order.state == "paused":
            return self._end(order, "skipped", "paused")
        if late > ON_TIME and (order.missed == "skip" or late > LATE_AT_MOST):
            return self._end(order, "missed", "too_late")
        customer = self.records.customer(order.customer_id)
        if customer is None:
            return self._end(order, "failed", "not_found")
        checkout, reason = self._chosen(order, customer, due)
        if checkout is None:
            return self._end(order, "failed", reason)
        fits = checkout.state == "ready_for_complete" and order.cap.covers(checkout.totals.maximum)
        if fits and order.mode == "automatic":
            return self._pay(order, checkout, due)
        why = "ask_first" if fits else "over_cap" if checkout.state == "ready_for_complete" else "allergens"
        return self._end(order, "asked", why, checkout)

    def _chosen(self, order: StandingOrder, customer: Customer, due: datetime) -> tuple[CheckoutSession | None, str]:
        """The first of what was agreed that can be had inside the cap, else the first that can be had; saved as the run's card."""
        quoted, reason = [], "nothing_to_buy"
        for draft in order.drafts:
            try:
                quoted.append((draft, self._prepared(order, customer, draft, due)))
            except Refusal as refused:
                reason = refused.code
        inside = (one for one in quoted if one[1][0].state == "ready_for_complete" and order.cap.covers(one[1][0].totals.maximum))
        chosen = next(inside, quoted[0] if quoted else None)
        if chosen is None:
            return None, reason
        checkout, unit = chosen[1]
        self.writer.commit(unit)
        return checkout, ""

    def _prepared(self, order: StandingOrder, customer: Customer, draft: Draft, due: datetime) -> tuple[CheckoutSession, Unit]:
        checkout_id = occurrence_checkout_id(order.id, due)
        previous = self.records.checkout(checkout_id)
        asked = Asked(order.conversation_id, occurrence_id(order.id, due))
        conversation = self.records.conversation(order.conversation_id)
        # What was said to be avoided in that conversation holds for its runs too.
        draft = replace(draft, avoided=conversation.avoided) if conversation else draft
        return self.checkouts.prepare(customer, draft, asked, previous, checkout_id)

    def _pay(self, order: StandingOrder, checkout: CheckoutSession, due: datetime) -> bool:
        agent = self.mandates.records.agent(standing_agent_id(order.customer_id))
        if agent is None:
            return self._end(order, "failed", "agent_unknown")
        ended = self._ending(order, "ordered", "", checkout)
        try:
            placed = self.payments.pay_by_mandate(agent, order.mandate_id, checkout.id, checkout.version, due, ended)
        except AT_IT:
            raise
        except GuardianAsked:
            return self._end(order, "asked", "guardian", checkout)
        except (RiskAsks, RiskStepUp):
            return self._end(order, "asked", "risk", checkout)
        except MandateExceeded as exceeded:
            # Narrowed below what the order itself may cost: as with its own cap, that is for its customer to say.
            over = OVER.get(str(exceeded.params.get("constraint")))
            return self._end(order, "asked" if over else "failed", over or exceeded.code, checkout)
        except Refusal as refused:
            return self._end(order, "failed", refused.code, checkout)
        run = self.standing.occurrence(occurrence_id(order.id, due))
        if placed.state == "canceled" and run is not None and run.state == "ordered":
            self._correct(run, placed.failure or "declined")
        else:
            self.news.publish(order.customer_id, News("occurrence", occurrence_id(order.id, due)))
        self._close(order)
        return True

    def _close(self, order: StandingOrder) -> None:
        """After the last run nothing may be paid by its mandate any more."""
        ended, mandate = self.standing.standing_order(order.id), self.mandates.records.mandate(order.mandate_id)
        if ended is not None and ended.state == "ended" and mandate is not None:
            self.writer.commit(self.mandates.revoking([mandate]))

    def _correct(self, run: Occurrence, reason: str) -> bool:
        """The merchant took nothing after all: what was counted as bought was not."""
        order = self.standing.standing_order(run.standing_order_id)
        changes = [Change(Occurrence, run.id, expect={"state": "ordered"}, put={"state": "failed", "reason": reason})]
        if order is not None and order.left is not None and order.is_open:
            changes.append(Change(StandingOrder, order.id, add={"left": 1}))
        event = TraceEvent(run.customer_id, "occurrence_failed", {"occurrence": run.id, "reason": reason}, self.clock.now())
        self.writer.commit(Unit(f"correct:{run.id}", run.id, self.clock.now(), changes=tuple(changes), trace=(event,)))
        self.news.publish(run.customer_id, News("occurrence", run.id))
        return True

    def _end(self, order: StandingOrder, state: OccurrenceState, reason: str, checkout: CheckoutSession | None = None) -> bool:
        if self.writer.commit(self._ending(order, state, reason, checkout)).replayed:
            return False
        self._close(order)
        due = order.next_due
        if reason != "paused" and due is not None:
            self.news.publish(order.customer_id, News("occurrence", occurrence_id(order.id, due)))
        return True

    def _ending(self, order: StandingOrder, state: OccurrenceState, reason: str, checkout: CheckoutSession | None) -> Unit:
        """The run's record and the next due time, as one; whoever reads the same due time second is refused."""
        now, due = self.clock.now(), order.next_due
        assert due is not None
        # A count is of what was bought or asked; what a pause or an outage took is not used up.
        used = state in ("ordered", "asked")
        counted = replace(order, left=order.left - used if order.left is not None else None)
        following = next_run(counted, due, self.standing.skipped(order.id))
        run = Occurrence(
            id=occurrence_id(order.id, due),
            standing_order_id=order.id,
            customer_id=order.customer_id,
            due=due,
            state=state,
            at=now,
            checkout_id=checkout.id if checkout else None,
            reason=reason,
            total=checkout.totals.total if checkout else None,
        )
        put = self._following(order, following, counted.left)
        focused = self._in_focus(order, checkout) if state == "asked" and checkout is not None else ()
        facts = {"occurrence": run.id, "standing_order": order.id, "state": state, "reason": reason}
        return Unit(
            key=f"occurrence:{run.id}",
            fingerprint=run.id,
            at=now,
            changes=(
                Change(
                    StandingOrder,
                    order.id,
                    expect={"version": order.version, "state": order.state, "next_due": due},
                    put=put,
                    refusal=RunTaken(),
                ),
                *focused,
            ),
            inserts=(Insert(run, RunTaken()),),
            trace=(TraceEvent(order.customer_id, "occurrence", facts, now),),
        )

    def _in_focus(self, order: StandingOrder, checkout: CheckoutSession) -> tuple[Change, ...]:
        """A "yes" in its conversation is about the card that asks, unless another one is open there."""
        state = self.records.conversation(order.conversation_id)
        if state is None or open_card(self.records, state.checkout_id, order.customer_id) is not None:
            return ()
        moved = replace(state.with_card(checkout.id), version=state.version + 1)
        return (Change(ConversationState, state.id, expect={"version": state.version}, whole=moved),)

    def _following(self, order: StandingOrder, following: datetime | None, left: int | None) -> dict[str, object]:
        notice = notice_time(following, self.clock.now()) if order.state == "active" else order.notice_at
        put: dict[str, object] = {"next_due": following, "notice_at": notice, "left": left}
        return put | {"state": "ended"} if following is None else put

    def _advancing(self, order: StandingOrder) -> Unit:
        due = order.next_due
        assert due is not None
        put = self._following(order, next_run(order, due, self.standing.skipped(order.id)), order.left)
        expect = {"version": order.version, "state": order.state, "next_due": due}
        change = Change(StandingOrder, order.id, expect, put, refusal=RunTaken(), owner=order.customer_id)
        return Unit(f"advance:{order.id}:{order.version}:{due.isoformat()}", order.id, self.clock.now(), changes=(change,))

    def _notice(self, order: StandingOrder) -> Unit:
        now = self.clock.now()
        change = Change(
            StandingOrder,
            order.id,
            expect={"state": "active", "notice_at": order.notice_at},
            put={"notice_at": None},
            refusal=RunTaken(),
        )
        facts: dict[str, str | int] = {"standing_order": order.id, "due": order.next_due.isoformat() if order.next_due else ""}
        event = TraceEvent(order.customer_id, "occurrence_announced", facts, now)
        # One run may be announced again after a pause: the moment that it was to be announced at is the guard.
        return Unit(f"notice:{self.orders.ids.new('ntc')}", order.id, now, changes=(change,), trace=(event,))

    def _answered(self, asked: Occurrence) -> bool:
        """The time to answer is over: what was bought was bought, and silence is a no."""
        checkout = self.records.checkout(asked.checkout_id) if asked.checkout_id else None
        placed = self.records.order_of_checkout(checkout.id) if checkout else None
        units: list[Unit] = []
        if placed is not None:
            state: OccurrenceState = "ordered" if placed.state != "canceled" else "failed"
        else:
            state = "declined" if checkout is None or checkout.state == "canceled" else "unanswered"
            if checkout is not None and checkout.state in ("ready_for_complete", "requires_escalation"):
                units.append(self.checkouts.cancellation(checkout, "unanswered"))
        now = self.clock.now()
        put = {"state": state, "total": placed.total.minor if placed else asked.total.minor if asked.total else None}
        change = Change(Occurrence, asked.id, expect={"state": "asked"}, put=put)
        event = TraceEvent(asked.customer_id, "occurrence", {"occurrence": asked.id, "state": state}, now)
        units.append(Unit(f"answered:{asked.id}", asked.id, now, changes=(change,), trace=(event,)))
        # Whoever pays it at this very moment has its card: then nothing is written, and the next look knows.
        self.writer.commit(together(f"answered:{asked.id}", now, units))
        self.news.publish(asked.customer_id, News("occurrence", asked.id))
        return True

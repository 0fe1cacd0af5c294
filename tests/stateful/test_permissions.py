"""Everything that may spend without its card being approved, and all that undoes or stops it, in any order, beside the wallet."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from app.base.clock import local
from app.base.errors import Refusal
from app.base.money import Money
from app.dialogue.outcomes import ChangeTrip
from app.domain.agent import Agent
from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.dispute import Claim
from app.domain.geo import Point
from app.domain.guardianship import GuardianAsked
from app.domain.mandate import Constraints
from app.domain.names import Names
from app.domain.order import Order
from app.domain.ride import Stop, Trip
from app.replay.stage import CUSTOMER_ID, GUARDIAN_ID, GUARDIAN_PIN
from app.service.checkout import Asked
from tests import invariants
from tests.service.standing import AMERICANO, LATTE, proposed
from tests.service.test_disputes import misread
from tests.stateful.test_machine import PIN, PRODUCTS, Counted, Wallets

ZONE = "Asia/Shanghai"
HERE, BETWEEN, THERE = (Stop(Names((name,)), Point(east, 0)) for name, east in (("Here", 0), ("Between", 900), ("There", 3_000)))
FAR = Stop(Names(("Far",)), Point(30_000, 0))
CAPS = st.sampled_from((1_500, 2_000, 4_000, 9_000))
MODES = st.sampled_from(("automatic", "automatic", "ask_first"))
ANSWERED = st.sampled_from(("yes", "no", "silence", "guess"))
PLACES = st.integers(0, 20)
CLAIMS: tuple[Claim, ...] = ("unwanted", "missing", "wrong_item")


@dataclass
class Allowed:
    """What the model knows of a mandate; without an agent it is a standing order's."""

    per_order: int
    per_day: int | None
    agent: Agent | None = None
    state: str = "active"


class Permissions(Wallets):
    """The wallet's machine with standing orders, mandates, rides, disputes and a guardian."""

    CUSTOMER: ClassVar[dict[str, object]] = {"wallet": "3000.00", "guardian": {"daily": "100.00"}}

    def __init__(self) -> None:
        super().__init__()
        self.allowed, self.standing = dict[str, Allowed](), dict[str, str]()
        self.used = list[tuple[str, datetime, int]]()
        self.rides, self.ended = dict[str, int](), set[str]()
        self.daily: int | None = None
        self.available = 300_000
        self.stage.usual.guardians.guardians.end(CUSTOMER_ID)

    # Tried by the wallet's own machine.
    pay_with_a_wrong_pin = None

    # mandates of agents

    @rule(per_order=CAPS, per_day=st.none() | CAPS, product=st.sampled_from(PRODUCTS))
    def grant(self, per_order: int, per_day: int | None, product: str) -> None:
        """Before it is granted nothing is paid by it."""
        mandates = self.stage.usual.mandates
        agent, _ = mandates.add_agent(CUSTOMER_ID, "Errands")
        mandate = mandates.propose(CUSTOMER_ID, agent.id, _constraints(per_order, per_day))
        self.allowed[mandate.id] = Allowed(per_order, per_day, agent, state="proposed")
        self._pay_under(mandate.id, product, 1)
        mandates.grant(CUSTOMER_ID, mandate.id, 1, PIN)
        self.allowed[mandate.id].state = "active"
        for quantity in (1, 2, 1):
            self._pay_under(mandate.id, product, quantity)

    @precondition(lambda self: self._agents())
    @rule(place=PLACES, per_order=CAPS, per_day=st.none() | CAPS, steps_up=st.booleans())
    def change_terms(self, place: int, per_order: int, per_day: int | None, steps_up: bool) -> None:
        """Narrower ones hold at once; wider ones only with the PIN."""
        mandate_id = self._nth_agents(place)
        known = self.allowed[mandate_id]
        is_narrower = per_order <= known.per_order and (known.per_day is None or (per_day is not None and per_day <= known.per_day))
        wanted, refusal, mandates = _constraints(per_order, per_day), "", self.stage.usual.mandates
        try:
            mandates.amend(CUSTOMER_ID, mandate_id, wanted)
        except Refusal as refused:
            refusal = refused.code
        assert refusal == ("mandate_inactive" if known.state == "revoked" else "" if is_narrower else "mandate_widened")
        if refusal == "mandate_widened" and steps_up:
            mandates.amend(CUSTOMER_ID, mandate_id, wanted, PIN)
            refusal = ""
        if refusal == "":
            known.per_order, known.per_day = per_order, per_day
        self._pay_under(mandate_id, "latte", 1)

    @precondition(lambda self: self._agents())
    @rule(place=PLACES, how=st.sampled_from(("pause", "resume", "revoke")))
    def move_a_mandate(self, place: int, how: str) -> None:
        mandate_id = self._nth_agents(place)
        known = self.allowed[mandate_id]
        after = {"pause": "paused", "resume": "active", "revoke": "revoked"}[how]
        try:
            getattr(self.stage.usual.mandates, how)(CUSTOMER_ID, mandate_id)
        except Refusal:
            assert (known.state, how) not in (("active", "pause"), ("paused", "resume"), ("active", "revoke"), ("paused", "revoke"))
        else:
            assert known.state != "revoked" or how == "revoke"
            known.state = after
        self._pay_under(mandate_id, "americano", 1)

    @precondition(lambda self: self._agents())
    @rule(place=PLACES, product=st.sampled_from(PRODUCTS), quantity=st.integers(1, 3))
    def an_agent_pays(self, place: int, product: str, quantity: int) -> None:
        self._pay_under(self._nth_agents(place), product, quantity)

    # standing orders

    @rule(draft=st.sampled_from((LATTE, AMERICANO)), cap=CAPS, mode=MODES, times=st.integers(0, 2))
    def agree(self, draft: Draft, cap: int, mode: str, times: int) -> None:
        order = proposed(self.stage, drafts=(draft,), cap=Money(cap), mode=mode)
        self.stage.usual.standing_orders.agree(CUSTOMER_ID, order.id, 1, PIN)
        self.standing[order.id] = order.mandate_id
        self.allowed[order.mandate_id] = Allowed(cap if mode == "automatic" else 0, None)
        self._run(times)

    @precondition(lambda self: self.standing)
    @rule(place=PLACES, how=st.sampled_from(("skip", "pause", "resume", "cancel")))
    def move_a_standing_order(self, place: int, how: str) -> None:
        order_id = sorted(self.standing)[place % len(self.standing)]
        if how == "cancel":
            self.allowed[self.standing[order_id]].state = "revoked"
        with suppress(Refusal):
            getattr(self.stage.usual.standing_orders, how)(CUSTOMER_ID, order_id)
        self._run(1)

    @precondition(lambda self: self.standing)
    @rule(place=PLACES, cap=CAPS)
    def cap_a_standing_order(self, place: int, cap: int) -> None:
        """A lower cap holds at once, a higher one needs a new consent, which nobody gives here."""
        order_id = sorted(self.standing)[place % len(self.standing)]
        known, orders = self.allowed[self.standing[order_id]], self.stage.usual.standing_orders
        order = orders.owned(CUSTOMER_ID, order_id)
        may_hold = cap <= order.cap.minor and not order.is_over
        try:
            orders.amend(CUSTOMER_ID, replace(order, cap=Money(cap)))
        except Refusal:
            assert not may_hold
            return
        assert may_hold
        known.per_order = min(known.per_order, cap)

    @precondition(lambda self: self.standing)
    @rule(times=st.integers(1, 2))
    def runs_come(self, times: int) -> None:
        self._run(times)

    def _run(self, times: int) -> None:
        for _ in range(times):
            orders = self.stage.usual.standing_orders
            dues = [orders.owned(CUSTOMER_ID, one).next_due for one in self.standing]
            now = self.stage.clock.now()
            self.stage.clock.set(max(now, min((due for due in dues if due is not None), default=now)))
            while self.stage.usual.runs.look():
                pass
        self._take_in_runs()

    # rides

    @rule(place=st.sampled_from((THERE, FAR)), stop=st.none() | st.sampled_from((BETWEEN, FAR)), is_driven=st.booleans())
    def book_a_ride(self, place: Stop, stop: Stop | None, is_driven: bool) -> None:
        draft = Draft("starling_rides", (DraftLine("line_1", "economy", 1),), trip=Trip((HERE, place)))
        checkout = self.stage.usual.checkouts.propose(self.stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))
        try:
            order = self._pay(checkout)
        except Refusal:
            return
        self.rides[order.id] = checkout.totals.maximum.minor
        self.available -= checkout.totals.maximum.minor
        if stop is not None:
            self._add_stop(order, stop)
        if is_driven:
            self.rides_are_driven()

    @precondition(lambda self: self.rides)
    @rule(place=PLACES, stop=st.sampled_from((BETWEEN, FAR)))
    def add_a_stop(self, place: int, stop: Stop) -> None:
        self._add_stop(self._order(sorted(self.rides)[place % len(self.rides)]), stop)

    def _add_stop(self, order: Order, stop: Stop) -> None:
        """Within what was approved it moves no money; above it, it is a card of its own."""
        checkout = self.stage.usual.records.checkout(order.checkout_id, order.checkout_version)
        assert checkout is not None
        trip = order.trip or checkout.fulfilment.trip
        assert trip is not None
        ledger = self.stage.usual.records.transfers()
        longer = replace(trip, stops=(*trip.stops[:-1], stop, trip.stops[-1]))
        try:
            self.stage.usual.assistant.trips.change(CUSTOMER_ID, ChangeTrip(order.id, longer))
        except Refusal:
            assert order.settled_at is not None or not order.is_under_way
        assert self.stage.usual.records.transfers() == ledger

    @precondition(lambda self: self.rides)
    @rule()
    def rides_are_driven(self) -> None:
        self.stage.clock.advance(timedelta(minutes=90))
        for order_id in self.rides:
            self.stage.usual.payments.payments.refresh(self._order(order_id))
        self.stage.usual.tracking.follow()

    # disputes

    @precondition(lambda self: any(one.paid for one in self.orders.values()))
    @rule(place=PLACES, claim=st.sampled_from(CLAIMS))
    def dispute(self, place: int, claim: Claim) -> None:
        self._dispute(self._nth_paid(place), claim)

    @rule(product=st.sampled_from(("mocha", "americano")), claim=st.sampled_from(CLAIMS))
    def buy_what_was_misread(self, product: str, claim: Claim) -> None:
        """What the words do not name was on the card: the fund pays for it, once."""
        self._open_up()
        try:
            order = misread(self.stage, product)
        except Refusal:
            return
        checkout = self.stage.usual.records.checkout(order.checkout_id, order.checkout_version)
        assert checkout is not None
        self._count(order, checkout)
        self._dispute(order, claim)

    def _dispute(self, order: Order, claim: Claim) -> None:
        checkout = self.stage.usual.records.checkout(order.checkout_id, order.checkout_version)
        assert checkout is not None
        self.stage.clock.advance(timedelta(minutes=41))
        self.stage.usual.tracking.follow()
        disputes, before, line = self.stage.usual.disputes, self._came_back(order), checkout.lines[0].id
        # What is missing is decided by itself; of all else that a line is said to be, the first claim counts.
        is_missing = claim == "missing"
        known = {(one.order_id, one.line_id, one.claim == "missing") for one in disputes.disputes.disputes(CUSTOMER_ID)}
        try:
            decided = disputes.raise_claim(CUSTOMER_ID, order.id, line, claim)
            assert disputes.raise_claim(CUSTOMER_ID, order.id, line, "missing" if is_missing else "unwanted") == decided
        except Refusal:
            assert self._came_back(order) == before
            return
        moved = self._came_back(order) - before
        assert moved == (0 if (order.id, line, is_missing) in known else decided.amount.minor)
        self._took_back(order.id, moved)

    # the guardian

    @rule(daily=st.none() | st.sampled_from((1_000, 3_000)), product=st.sampled_from(PRODUCTS), answer=ANSWERED)
    def watch_over(self, daily: int | None, product: str, answer: str) -> None:
        guardians = self.stage.usual.guardians.guardians
        if daily is not None:
            guardians.begin(CUSTOMER_ID, GUARDIAN_ID, Money(daily), frozenset())
        elif self.daily is not None:
            guardians.end(CUSTOMER_ID)
        self.daily = daily
        for quantity in (2, 1) if daily is not None else ():
            self._ask_the_guardian(product, quantity, answer)

    def _ask_the_guardian(self, product: str, quantity: int, answer: str) -> None:
        """Above the day's cap nothing is paid without a yes, and with one it is, once."""
        self.stage.clock.advance(timedelta(minutes=6))
        checkout = self._card(product, quantity)
        order, is_asked = None, False
        try:
            order = self._pay(checkout)
        except GuardianAsked:
            is_asked = True
        except Refusal:
            return
        if is_asked:
            self._answer(answer)
            try:
                order = self._pay(checkout)
            except Refusal:
                assert answer != "yes"
        assert self.daily is not None
        assert order is None or answer == "yes" or checkout.totals.total.minor <= self.daily
        if order is not None:
            self._count(order, checkout)

    def _answer(self, answer: str) -> None:
        guardians = self.stage.usual.guardians.guardians
        request = guardians.waiting(GUARDIAN_ID)[-1]
        if answer == "yes":
            guardians.approve(GUARDIAN_ID, request.id, GUARDIAN_PIN)
        elif answer == "no":
            guardians.decline(GUARDIAN_ID, request.id)
        elif answer == "guess":
            try:
                guardians.approve(GUARDIAN_ID, request.id, PIN)
            except Refusal:
                self.stage.clock.advance(timedelta(minutes=16))
                return
            raise AssertionError("the child's PIN approved")

    # what must be true

    @invariant()
    def the_wallet_is_what_the_model_counted(self) -> None:
        self._take_in_rides()
        wallet = self.stage.usual.records.wallet(CUSTOMER_ID)
        assert wallet is not None
        held = sum(one.held for one in self.orders.values()) + sum(self.rides.values())
        assert (wallet.available.minor, wallet.held.minor) == (self.available, held)

    @invariant()
    def the_books_hold(self) -> None:
        invariants.check(self.stage)

    @invariant()
    def nothing_was_bought_that_the_model_does_not_know_of(self) -> None:
        known = {*self.orders, *self.rides, *self.ended}
        for order in self.stage.usual.records.orders(CUSTOMER_ID, 1_000):
            authorisation = self.stage.usual.records.authorisation(order.id)
            assert authorisation is None or authorisation.state == "voided" or order.id in known

    def _agents(self) -> list[str]:
        return sorted(key for key, one in self.allowed.items() if one.agent is not None)

    def _nth_agents(self, place: int) -> str:
        return self._agents()[place % len(self._agents())]

    def _pay_under(self, mandate_id: str, product: str, quantity: int) -> None:
        self.stage.clock.advance(timedelta(minutes=6))
        checkout, known = self._card(product, quantity), self.allowed[mandate_id]
        assert known.agent is not None
        total, ledger = checkout.totals.maximum.minor, self.stage.usual.records.transfers()
        try:
            order = self.stage.usual.payments.payments.pay_by_mandate(known.agent, mandate_id, checkout.id, checkout.version)
        except Refusal:
            assert self.stage.usual.records.transfers() == ledger
            return
        self._use(mandate_id, self.stage.clock.now(), total)
        self._count(order, checkout)

    def _use(self, mandate_id: str, at: datetime, minor: int) -> None:
        known = self.allowed[mandate_id]
        assert known.state == "active"
        assert minor <= known.per_order
        self.used.append((mandate_id, at, minor))
        day = local(at, ZONE).date()
        spent = sum(used for one, when, used in self.used if one == mandate_id and local(when, ZONE).date() == day)
        assert known.per_day is None or spent <= known.per_day

    def _take_in_runs(self) -> None:
        """What standing orders bought since: each by its own mandate, within its cap."""
        records = self.stage.usual.records
        for order in records.orders(CUSTOMER_ID, 1_000):
            authorisation = records.authorisation(order.id)
            is_new = order.id not in self.orders and order.id not in self.rides and order.id not in self.ended
            if not is_new or authorisation is None or authorisation.mandate_id is None:
                continue
            checkout = records.checkout(order.checkout_id, order.checkout_version)
            assert checkout is not None
            assert authorisation.mandate_id in self.standing.values()
            self._use(authorisation.mandate_id, order.placed_at, authorisation.amount.minor)
            self._count(order, checkout)

    def _take_in_rides(self) -> None:
        """A ride that was driven took what it came to, at most what was approved."""
        for order_id, maximum in list(self.rides.items()):
            order = self._order(order_id)
            if order.settled_at is not None:
                assert order.total.minor <= maximum
                del self.rides[order_id]
                self.available += maximum - order.total.minor
                self.ended.add(order_id)

    def _count(self, order: Order, checkout: CheckoutSession) -> None:
        """What was taken at once."""
        assert order.is_taken
        self.orders[order.id] = Counted(paid=checkout.totals.total.minor)
        self.available -= checkout.totals.total.minor

    def _came_back(self, order: Order) -> int:
        transfers = self.stage.usual.records.transfers(order.id)
        return sum(one.amount.minor for one in transfers if one.kind in ("refund", "compensation"))


def _constraints(per_order: int, per_day: int | None) -> Constraints:
    return Constraints(Money(per_order), ZONE, per_day=None if per_day is None else Money(per_day))


Permissions.TestCase.settings = settings(
    max_examples=14, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestPermissions = Permissions.TestCase

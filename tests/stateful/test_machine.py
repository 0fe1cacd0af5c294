"""Everything that can happen to a wallet, in any order, beside a model that only counts."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.base.errors import Refusal
from app.domain.checkout import CheckoutSession, Draft, DraftLine
from app.domain.order import Order
from app.domain.refund import RefundedLine
from app.replay.script import Event, Script
from app.replay.stage import CUSTOMER_ID, Stage, staged
from app.service.checkout import Asked
from app.service.ports import Placement
from tests import invariants
from tests.conftest import MORNING

PIN, WRONG = "258036", "000001"
PRODUCTS = ("latte", "mocha", "americano", "croissant")
ANSWERS = {
    "accepts": lambda _: None,
    "declines": lambda _: Placement("rejected", "declined"),
    "is silent": lambda _: Placement("unknown"),
    "lacks one": lambda order: Placement("accepted", missing=((order.lines[0].product_id, 1),)),
}


@dataclass
class Counted:
    """What the model knows of an order: `paid` is taken, `held` stands, `back` has returned, `kept` is a fee."""

    paid: int = 0
    held: int = 0
    back: int = 0
    kept: int = 0


class Wallets(RuleBasedStateMachine):
    # The customer as a script describes one.
    CUSTOMER: ClassVar[dict[str, object]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        script = Script.model_validate({"title": "machine", "clock": MORNING, "customer": self.CUSTOMER, "turns": [{"say": "-"}]})
        self.stage: Stage = self.stack.enter_context(staged(script))
        self.available, self.orders = 30_000, dict[str, Counted]()
        self.deposits = 0

    def teardown(self) -> None:
        try:
            invariants.check(self.stage)
        finally:
            self.stack.close()

    # what can happen

    @rule(minor=st.integers(1, 20_000))
    def deposit(self, minor: int) -> None:
        self.deposits += 1
        for _ in range(2):
            self.stage.usual.wallets.deposit(CUSTOMER_ID, minor, PIN, f"machine-{self.deposits}", "en")
        self.available += minor

    @rule(product=st.sampled_from(PRODUCTS), quantity=st.integers(1, 3), answer=st.sampled_from(sorted(ANSWERS)))
    def buy(self, product: str, quantity: int, answer: str) -> None:
        self.stage.clock.advance(timedelta(minutes=6))
        checkout = self._card(product, quantity)
        total = checkout.totals.total.minor
        self.stage.usual.merchants.script = ANSWERS[answer]  # type: ignore[assignment]
        refusal = ""
        try:
            order = self._pay(checkout)
        except Refusal as refused:
            refusal = refused.code
        finally:
            self.stage.usual.merchants.script = ANSWERS["accepts"]  # type: ignore[assignment]
        if refusal:
            assert refusal != "insufficient_funds" or total > self.available
            return
        assert self._pay(checkout).id == order.id
        counted = self.orders[order.id] = Counted()
        if answer == "is silent":
            counted.held, self.available = total, self.available - total
        elif answer != "declines":
            counted.paid, self.available = total, self.available - total
            if answer == "lacks one":
                self._took_back(order.id, self._returned(order))

    @rule(product=st.sampled_from(PRODUCTS))
    def pay_with_a_wrong_pin(self, product: str) -> None:
        checkout = self._card(product, 1)
        try:
            self.stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, WRONG)
        except Refusal:
            # The lock is over before the next try, so that the machine can go on.
            self.stage.clock.advance(timedelta(minutes=16))
            return
        raise AssertionError("a wrong PIN paid")

    @precondition(lambda self: any(one.held for one in self.orders.values()))
    @rule(takes=st.booleans(), times=st.integers(1, 3))
    def merchant_answers_at_last(self, takes: bool, times: int) -> None:
        """What it had not answered it took; or it never heard of it."""
        order_id = next(order_id for order_id, one in self.orders.items() if one.held)
        counted, order = self.orders[order_id], self._order(order_id)
        for _ in range(times):
            self.stage.usual.payments.payments.settle(order, Placement("accepted" if takes else "rejected"))
        if takes:
            counted.paid, counted.held = counted.held, 0
        else:
            self.available, counted.held = self.available + counted.held, 0

    @precondition(lambda self: any(one.paid for one in self.orders.values()))
    @rule(place=st.integers(0, 30), quantity=st.integers(1, 4), agrees=st.booleans())
    def claim(self, place: int, quantity: int, agrees: bool) -> None:
        order = self._nth_paid(place)
        checkout = self.stage.usual.records.checkout(order.checkout_id, order.checkout_version)
        assert checkout is not None
        lines = (RefundedLine(checkout.lines[0].id, quantity),)
        self.stage.happen(Event(merchant="answers again" if agrees else "refuses refunds"))
        before = self._returned(order)
        try:
            offer = self.stage.usual.refunds.offer(CUSTOMER_ID, order.id, "missing", lines)
            for _ in range(2):
                self.stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "missing", lines, offer.digest)
        except Refusal:
            return
        finally:
            self.stage.happen(Event(merchant="answers again"))
        moved = self._returned(order) - before
        assert moved == (offer.amount.minor if agrees else 0)
        self._took_back(order.id, moved)

    @precondition(lambda self: any(one.paid or one.held for one in self.orders.values()))
    @rule(place=st.integers(0, 30))
    def cancel(self, place: int) -> None:
        known = [order_id for order_id, one in self.orders.items() if one.paid or one.held]
        order = self._order(known[place % len(known)])
        counted = self.orders[order.id]
        try:
            offer = self.stage.usual.refunds.offer(CUSTOMER_ID, order.id, "canceled")
            refund = self.stage.usual.refunds.confirm(CUSTOMER_ID, order.id, "canceled", (), offer.digest)
        except Refusal:
            return
        left = counted.paid + counted.held - counted.back - counted.kept
        assert offer.amount.minor + offer.fee.minor == left
        if refund.state == "done":
            counted.kept += offer.fee.minor
            if counted.held:
                counted.paid, counted.held = counted.held, 0
            self._took_back(order.id, offer.amount.minor)

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.stage.clock.advance(timedelta(minutes=minutes))
        self.stage.usual.tracking.follow()
        self.stage.usual.refunds.settle_asked()

    @rule()
    def the_day_is_closed(self) -> None:
        self.stage.clock.advance(timedelta(days=1))
        self.stage.usual.settlements.close_due()

    # what must be true

    @invariant()
    def the_wallet_is_what_the_model_counted(self) -> None:
        wallet = self.stage.usual.records.wallet(CUSTOMER_ID)
        assert wallet is not None
        held = sum(one.held for one in self.orders.values())
        assert (wallet.available.minor, wallet.held.minor) == (self.available, held)

    @invariant()
    def no_order_gave_back_more_than_it_took(self) -> None:
        for order_id, counted in self.orders.items():
            assert 0 <= counted.back + counted.kept <= counted.paid + counted.held
            assert self._order(order_id).refundable == max(counted.paid - counted.back - counted.kept, 0)

    # how it is done

    def _card(self, product: str, quantity: int) -> CheckoutSession:
        self._open_up()
        draft = Draft("nimbus_coffee", (DraftLine("line_1", product, quantity),), "pickup")
        return self.stage.usual.checkouts.propose(self.stage.usual.customer(CUSTOMER_ID), draft, Asked("con", "utt"))

    def _open_up(self) -> None:
        """At night the shop is shut: the machine goes on in the morning."""
        while not self.stage.usual.merchants.catalogs()["nimbus_coffee"].merchant.is_open(self.stage.clock.now()):
            self.stage.clock.advance(timedelta(hours=1))

    def _pay(self, checkout: CheckoutSession) -> Order:
        return self.stage.usual.payments.payments.pay(CUSTOMER_ID, checkout.id, checkout.version, PIN)

    def _order(self, order_id: str) -> Order:
        order = self.stage.usual.records.order(order_id)
        assert order is not None
        return order

    def _nth_paid(self, place: int) -> Order:
        paid = [order_id for order_id, one in self.orders.items() if one.paid]
        return self._order(paid[place % len(paid)])

    def _returned(self, order: Order) -> int:
        return sum(t.amount.minor for t in self.stage.usual.records.transfers(order.id) if t.kind == "refund")

    def _took_back(self, order_id: str, minor: int) -> None:
        self.orders[order_id].back += minor
        self.available += minor


Wallets.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestWallets = Wallets.TestCase

"""Paying a card: check, step up, ask the merchant once more, hold, order, settle."""

import logging
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.base.clock import Clock
from app.base.errors import UsualError
from app.base.ids import Ids
from app.domain.agent import Agent
from app.domain.checkout import Approval, ApprovalMethod, CheckoutChanged, CheckoutClosed, CheckoutExpired, CheckoutSession
from app.domain.customer import Customer, NotFound
from app.domain.ledger import InsufficientFunds, WalletNotBound
from app.domain.mandate import Attempt, MandateExceeded, MandateInactive
from app.domain.names import Names
from app.domain.order import Authorisation, Order
from app.domain.passkey import Assertion
from app.domain.ride import Stop, Trip
from app.domain.risk import RiskAsks
from app.service.checkout import Checkouts
from app.service.consents import Evidence
from app.service.guardians import Guardians
from app.service.mandate_ports import MandateRecords
from app.service.money.authorise import Authoriser
from app.service.money.capture import Settler
from app.service.money.mandate_use import MandateUses
from app.service.news import News, NewsStand
from app.service.passkeys import Passkeys
from app.service.ports import Handover, Merchants, Placement, Records
from app.service.risk import Judged, Risks
from app.service.shortages import Shortages
from app.service.step_up import StepUp
from app.service.units import GuardFailed, KeyReused, Unit

# A hold younger than this may still have its order on the way.
STRANDED_AFTER_SECONDS = 30
LOCKS = 64
LOGGER = logging.getLogger("usual.payments")


@dataclass(frozen=True, slots=True)
class Payments:
    records: Records
    merchants: Merchants
    checkouts: Checkouts
    mandates: MandateRecords
    uses: MandateUses
    authoriser: Authoriser
    settler: Settler
    shortages: Shortages
    step_up: StepUp
    passkeys: Passkeys
    risks: Risks
    guardians: Guardians
    news: NewsStand
    clock: Clock
    ids: Ids
    stranded_after_seconds: int = STRANDED_AFTER_SECONDS
    _locks: tuple[threading.Lock, ...] = field(default_factory=lambda: tuple(threading.Lock() for _ in range(LOCKS)))

    def pay(self, customer_id: str, checkout_id: str, version: int, evidence: Evidence) -> Order:
        """Turn one version of a card into a paid order. Idempotent by checkout: a repeated call gives back the same order.

        The order that comes back is accepted, canceled (the merchant declined: nothing is charged) or unknown. Raises, in
        order of precedence: NotFound, CheckoutChanged, CheckoutClosed, CheckoutExpired, WalletNotBound, InsufficientFunds,
        RiskRefused, RiskAsks, what `StepUp.check_pin` or `Passkeys.check_payment` raises, for a child CategoryBlocked,
        GuardianDeclined and GuardianAsked, the merchant's refusals, CheckoutDrifted, CouponUsed.
        """
        customer = self.records.customer(customer_id)
        checkout = self.records.checkout(checkout_id)
        if customer is None or checkout is None or checkout.customer_id != customer_id:
            raise NotFound(what=checkout_id)
        if checkout.version != version:
            raise CheckoutChanged(total=checkout.totals.total)
        with self._locks[hash(checkout_id) % LOCKS]:
            # A second click waits for the first one and gets its order, instead of using up a try.
            return self.records.order_of_checkout(checkout_id) or self._pay(customer, checkout_id, version, evidence)

    def pay_by_mandate(
        self, agent: Agent, mandate_id: str, checkout_id: str, version: int, due: datetime | None = None, also: Unit | None = None
    ) -> Order:
        """Pay a card as a mandate allows. Idempotent by checkout. `due`: the occurrence it is for; `also`: saved with the hold.

        Raises, in order of precedence: NotFound, CheckoutChanged, CheckoutClosed, CheckoutExpired, WalletNotBound,
        InsufficientFunds, MandateInactive, MandateExceeded, RiskRefused, RiskAsks, RiskStepUp, the merchant's refusals,
        CheckoutDrifted, CouponUsed.
        """
        mandate = self.mandates.mandate(mandate_id)
        customer = self.records.customer(agent.customer_id)
        checkout = self.records.checkout(checkout_id)
        if mandate is None or customer is None or checkout is None or {mandate.customer_id, checkout.customer_id} != {customer.id}:
            raise NotFound(what=checkout_id if mandate else mandate_id)
        if checkout.version != version:
            raise CheckoutChanged(total=checkout.totals.total)
        with self._locks[hash(checkout_id) % LOCKS]:
            ordered = self.records.order_of_checkout(checkout_id)
            if ordered is not None:
                return ordered
            self._check_ready(checkout)
            try:
                guarded = self.uses.guarded(mandate, Attempt(agent.id, checkout, self.clock.now(), due))
            except (MandateInactive, MandateExceeded):
                self.risks.outside_grant(customer, checkout)
                raise
            judged = self.risks.check(customer, checkout, by_agent=True)
            self.checkouts.check_still_true(customer, checkout)
            approval = replace(self._approval(checkout, "mandate"), mandate_ref=mandate.ref, agent_id=agent.id)
            used = _beside(_beside(guarded, also), self.guardians.allowing(customer, checkout))
            order_id = self.authoriser.authorise(checkout, approval, used, judged.traced())
            return self._told(self.carry_out(order_id))

    def _pay(self, customer: Customer, checkout_id: str, version: int, evidence: Evidence) -> Order:
        checkout = self.records.checkout(checkout_id)
        if checkout is None or checkout.version != version:
            raise CheckoutChanged(version=version)
        self._check_ready(checkout)
        judged = self.risks.check(customer, checkout)
        method, accepted = self._accepted(checkout, evidence)
        try:
            allowed = self._allowing(customer, checkout, judged)
            self.checkouts.check_still_true(customer, checkout)
            order_id = self.authoriser.authorise(
                checkout, self._approval(checkout, method), _beside(accepted, allowed), judged.traced()
            )
        except UsualError:
            # The evidence was right whatever else was wrong, and it is used.
            self.step_up.accept(accepted)
            raise
        return self._told(self.carry_out(order_id))

    def _told(self, order: Order) -> Order:
        """Its card may be open in another tab or on another device."""
        self.news.publish(order.customer_id, News("checkout", order.checkout_id))
        return order

    def _allowing(self, customer: Customer, checkout: CheckoutSession, judged: Judged) -> Unit | None:
        """What has to hold for who is watched over; their guardian's yes is also what says that an unusual payment is meant."""
        if judged.asks is None:
            return self.guardians.allowing(customer, checkout)
        allowed = self.guardians.allowing(customer, checkout, is_unusual=True)
        if allowed is None:
            # Nobody watches over them any more, as of this moment.
            raise RiskAsks(total=checkout.totals.maximum)
        return allowed.with_all_of(self.risks.releasing(checkout, judged, judged.asks))

    def _accepted(self, checkout: CheckoutSession, evidence: Evidence) -> tuple[ApprovalMethod, Unit]:
        if isinstance(evidence, Assertion):
            return "passkey", self.passkeys.check_payment(checkout, evidence)
        return "pin", self.step_up.check_pin(checkout.customer_id, evidence)

    def carry_out(self, order_id: str) -> Order:
        """Hand a held order to its merchant and settle by the answer."""
        order, authorisation = self._order(order_id), self.records.authorisation(order_id)
        if authorisation is None or authorisation.state != "held" or authorisation.at <= self._stranded_before():
            # What is that old may have been given back a moment ago: the worker asks about it, nobody places it any more.
            return order
        checkout = self._checkout(order)
        mandate = self.mandates.mandate(authorisation.mandate_id) if authorisation.mandate_id else None
        if mandate is not None and not mandate.allows_now(self.clock.now()):
            # Revoked between the hold and the merchant: nobody is bound yet.
            self.settler.void(checkout, authorisation, "mandate_revoked")
            return self._order(order_id)
        self._settle(checkout, authorisation, self.merchants.place(order, self.handover(checkout), order_id))
        return self._order(order_id)

    def settle(self, order: Order, placement: Placement) -> None:
        """Take up what the merchant says became of an order whose hold still stands; of one that has ended, nothing."""
        authorisation = self.records.authorisation(order.id)
        if authorisation is not None and authorisation.state == "held" and not self._is_being_canceled(order.id):
            self._settle(self._checkout(order), authorisation, placement)
            self.news.publish(order.customer_id, News("checkout", order.checkout_id))
            self.news.publish(order.customer_id, News("order", order.id))

    def refresh(self, order: Order) -> Order:
        """Ask the merchant what became of an order whose outcome is open; the order as it is then."""
        authorisation = self.records.authorisation(order.id)
        if authorisation is not None and authorisation.state == "held" and order.state != "placed":
            self._settle_left_behind(authorisation)
        return self._order(order.id)

    def settle_stranded(self) -> int:
        """Ask the merchants about holds that were left behind, by the same key, and end each; how many were ended."""
        return sum(map(self._settle_left_behind, self.records.held_since(self._stranded_before())))

    def _is_being_canceled(self, order_id: str) -> bool:
        """Whether the merchant was asked to stop it and has not answered: how the hold ends is for that answer to say."""
        refunds = self.shortages.refunds.refunds(order_id)
        return any(refund.reason == "canceled" and refund.state == "asked" for refund in refunds)

    def _settle_left_behind(self, authorisation: Authorisation) -> bool:
        if self._is_being_canceled(authorisation.order_id):
            return False
        try:
            placement = self.merchants.status(authorisation.merchant_id, authorisation.order_id)
            checkout = self._checkout(self._order(authorisation.order_id))
            if authorisation.has_expired(self.clock.now()) and not _is_ended(placement, checkout):
                self.settler.void(checkout, authorisation, "hold_expired")
            else:
                self._settle(checkout, authorisation, placement)
        except (NotFound, GuardFailed) as broken:
            # One that can't be ended must not keep the others waiting.
            LOGGER.error("hold %s can't be settled: %s", authorisation.id, broken)
            return False
        settled = self.records.authorisation(authorisation.order_id)
        if settled is None or settled.state == "held":
            return False
        # Whoever waits for the merchant's answer is told; nobody is there to be answered.
        self.news.publish(authorisation.customer_id, News("checkout", authorisation.checkout_id))
        self.news.publish(authorisation.customer_id, News("order", authorisation.order_id))
        return True

    def _stranded_before(self) -> datetime:
        return self.clock.now() - timedelta(seconds=self.stranded_after_seconds)

    def _check_ready(self, checkout: CheckoutSession) -> None:
        if checkout.state != "ready_for_complete":
            raise CheckoutClosed(state=checkout.state)
        if checkout.is_expired(self.clock.now()):
            raise CheckoutExpired(total=checkout.totals.total)
        wallet, required = self.records.wallet(checkout.customer_id), checkout.totals.maximum
        if wallet is None or not wallet.bound:
            raise WalletNotBound()
        if not wallet.available.covers(required):
            raise InsufficientFunds(available=wallet.available, required=required, missing=required.minus(wallet.available))

    def _approval(self, checkout: CheckoutSession, method: ApprovalMethod) -> Approval:
        return Approval(
            id=self.ids.new("apr"),
            checkout_id=checkout.id,
            checkout_version=checkout.version,
            customer_id=checkout.customer_id,
            method=method,
            digest=checkout.digest,
            payee_id=checkout.merchant_id,
            maximum=checkout.totals.maximum,
            at=self.clock.now(),
        )

    def _settle(self, checkout: CheckoutSession, authorisation: Authorisation, placement: Placement) -> None:
        try:
            if placement.state == "accepted" and checkout.totals.is_estimate and placement.final is None:
                self.settler.accept(checkout, authorisation)
            elif placement.state == "accepted":
                self.settler.capture(checkout, authorisation, placement.final)
                self._give_back(authorisation.order_id, placement)
            elif placement.state == "rejected":
                self.settler.void(checkout, authorisation, placement.reason or "declined", answer="rejected")
            else:
                self.settler.unknown(authorisation)
        except KeyReused:
            # The merchant has named another amount before: the first one stands.
            LOGGER.critical("order %s was captured with another amount", authorisation.order_id)
        except GuardFailed:
            # The worker and a slow reply may both settle one hold; the first one has, by the merchant's same answer.
            current = self.records.authorisation(authorisation.order_id)
            if current is None or current.state == "held":
                raise
            if (placement.state == "accepted") != (current.state == "captured"):
                LOGGER.critical("order %s is %s and its hold %s", authorisation.order_id, placement.state, current.state)

    def _give_back(self, order_id: str, placement: Placement) -> None:
        """What it lacks. The payment stands whatever becomes of that: it is looked at again while the order is followed."""
        try:
            self.shortages.give_back(self._order(order_id), placement.missing)
        except UsualError as refused:
            LOGGER.warning("what order %s lacks could not be given back: %s", order_id, refused.code)

    def handover(self, checkout: CheckoutSession, trip: Trip | None = None) -> Handover:
        """Where an order goes and to whom, in full; `trip` in the place of the card's."""
        fulfilment = checkout.fulfilment

        def text(ref: str | None) -> str | None:
            return self.records.vault_text(checkout.customer_id, ref) if ref is not None else None

        def named(stop: Stop) -> Stop:
            address = text(stop.ref)
            return replace(stop, names=Names((address,), (address,))) if address else stop

        way = trip or fulfilment.trip
        trip = way and replace(way, stops=tuple(map(named, way.stops)))
        return Handover(text(fulfilment.destination_ref), text(fulfilment.recipient_ref), trip)

    def _order(self, order_id: str) -> Order:
        order = self.records.order(order_id)
        if order is None:
            raise NotFound(what=order_id)
        return order

    def _checkout(self, order: Order) -> CheckoutSession:
        checkout = self.records.checkout(order.checkout_id, order.checkout_version)
        if checkout is None:
            raise NotFound(what=order.checkout_id)
        return checkout


def _beside(unit: Unit, other: Unit | None) -> Unit:
    return unit if other is None else unit.with_all_of(other)


def _is_ended(placement: Placement, checkout: CheckoutSession) -> bool:
    """Whether the answer ends a hold: what it comes to is known, or that it comes to nothing."""
    return placement.state == "rejected" or (
        placement.state == "accepted" and (placement.final is not None or not checkout.totals.is_estimate)
    )

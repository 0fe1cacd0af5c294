"""Drafts become checkouts here: quoted by the merchant, discounted, addressed, sealed, saved as the card's next version."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import Ids
from app.base.money import Money
from app.domain.allergen import AllergenConflict, combined, is_accepted
from app.domain.catalog import Catalog, FulfilmentOption
from app.domain.checkout import CheckoutChanged, CheckoutSession, Draft, Fulfilment, Totals
from app.domain.claim import at_hand
from app.domain.coupon import AppliedCoupon, Goods, best_coupons
from app.domain.customer import OWN, Customer, NotFound
from app.domain.pricing import Quote
from app.domain.stated import stated
from app.domain.trace import TraceEvent
from app.service.ports import Merchants, Records
from app.service.seals import seal
from app.service.units import Change, Insert, Unit, Writer


class AddressMissing(Refusal):
    """A delivery without an address to deliver to."""

    code = "address_missing"


class PhoneMissing(Refusal):
    """Something for a phone, and the customer's own number is not known."""

    code = "phone_missing"


class CheckoutDrifted(Refusal):
    """What the merchant asks or can deliver has moved since the card; `renewed` is the new card."""

    code = "checkout_drifted"

    def __init__(self, old: CheckoutSession, renewed: CheckoutSession) -> None:
        super().__init__(old=old.totals.total, new=renewed.totals.total)
        self.renewed = renewed


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a draft came from: the conversation and the reading."""

    conversation_id: str
    reading_id: str


@dataclass(frozen=True, slots=True)
class Checkouts:
    records: Records
    writer: Writer
    merchants: Merchants
    clock: Clock
    ids: Ids
    quote_ttl_seconds: int

    def propose(
        self,
        customer: Customer,
        draft: Draft,
        asked: Asked,
        previous: CheckoutSession | None = None,
        checkout_id: str | None = None,
    ) -> CheckoutSession:
        """Save the draft as a new card or as the next version of `previous`, which can't be paid from then on.

        `checkout_id`: a new card's id where it follows from what causes it.

        Raises the refusals of the merchant's quote, AddressMissing and PhoneMissing.
        """
        checkout, unit = self.prepare(customer, draft, asked, previous, checkout_id)
        self.writer.commit(unit)
        return checkout

    def prepare(
        self,
        customer: Customer,
        draft: Draft,
        asked: Asked,
        previous: CheckoutSession | None = None,
        checkout_id: str | None = None,
    ) -> tuple[CheckoutSession, Unit]:
        """What `propose` saves, for a turn that saves it together with its own state."""
        checkout = self._seal(customer, draft, asked, previous, checkout_id)
        return checkout, _saving(checkout, previous)

    def quote_at(self, customer: Customer, draft: Draft, asked: Asked, at: datetime) -> CheckoutSession:
        """The card that the draft would be at a later moment, saved nowhere: what a standing order's first run will be.

        Raises the refusals of the merchant's quote, AddressMissing and PhoneMissing.
        """
        return self._seal(customer, draft, asked, None, at=at)

    def check_still_true(self, customer: Customer, checkout: CheckoutSession) -> None:
        """Ask the merchant again. Raises CheckoutDrifted with the new card when anything has moved."""
        asked = Asked(checkout.conversation_id, checkout.reading_id)
        conversation = self.records.conversation(checkout.conversation_id)
        # What was said to be avoided since holds for every card of the conversation.
        draft = replace(checkout.draft, avoided=conversation.avoided) if conversation else checkout.draft
        fresh = self._seal(customer, draft, asked, checkout)
        moved = _offered(fresh) != _offered(checkout)
        if moved:
            with suppress(CheckoutChanged):
                self.writer.commit(_saving(fresh, checkout))
            # A second click may have found the same drift a moment earlier: its card is the new one then.
            raise CheckoutDrifted(checkout, self.records.checkout(checkout.id) or fresh)

    def cancel(self, checkout: CheckoutSession, reason: str) -> None:
        """Make the card unpayable; one that is being paid or is paid stays as it is. Raises CheckoutChanged then."""
        self.writer.commit(self.cancellation(checkout, reason))

    def cancellation(self, checkout: CheckoutSession, reason: str) -> Unit:
        """What `cancel` saves."""
        now = self.clock.now()
        facts = {"checkout": checkout.ref, "reason": reason}
        return Unit(
            key=f"cancel:{checkout.ref}",
            fingerprint=checkout.digest,
            at=now,
            changes=(_superseded(checkout),),
            trace=(TraceEvent(checkout.customer_id, "checkout_canceled", facts, now),),
        )

    def _seal(
        self,
        customer: Customer,
        draft: Draft,
        asked: Asked,
        previous: CheckoutSession | None,
        checkout_id: str | None = None,
        at: datetime | None = None,
    ) -> CheckoutSession:
        now = self.clock.now()
        catalog = self._catalog(draft.merchant_id)
        quote = self.merchants.quote(draft, at or now)
        coupons = self._coupons(customer, draft, quote, catalog)
        discount = Money.sum((c.discount for c in coupons), catalog.merchant.currency)
        total = quote.goods.minus(discount).plus(quote.fee)
        checkout = CheckoutSession(
            id=previous.id if previous else checkout_id or self.ids.new("chk"),
            version=previous.version + 1 if previous else 1,
            customer_id=customer.id,
            conversation_id=asked.conversation_id,
            reading_id=asked.reading_id,
            merchant_id=draft.merchant_id,
            payee=catalog.merchant.names,
            state="ready_for_complete",
            lines=quote.lines,
            totals=Totals(quote.goods, quote.fee, discount, total, quote.goods_maximum.minus(discount).plus(quote.fee)),
            coupons=coupons,
            fulfilment=self._fulfilment(customer, draft, quote, catalog.merchant.zone),
            created_at=now,
            expires_at=now + timedelta(seconds=self.quote_ttl_seconds),
            draft=draft,
            irreversible=quote.irreversible,
            note_salt=self._note_salt(draft, previous),
            cancellation=catalog.merchant.cancellation,
        )
        conflicts = _conflicts(customer, checkout, catalog)
        if conflicts:
            checkout = replace(checkout, state="requires_escalation", conflicts=conflicts)
        return checkout.sealed()

    def _coupons(self, customer: Customer, draft: Draft, quote: Quote, catalog: Catalog) -> tuple[AppliedCoupon, ...]:
        """The best set of those at hand; the one that the customer insists on instead, as long as it takes something off."""
        if draft.no_coupons or not catalog.coupons:
            return ()
        now, currency = self.clock.now(), catalog.merchant.currency
        claims = self.records.claims(customer.id) if any(coupon.claim for coupon in catalog.coupons) else []
        coupons = at_hand(catalog.merchant.id, catalog.coupons, claims, now)
        used = Counter(use.coupon_id for use in self.records.coupon_uses(customer.id, catalog.merchant.id))
        goods = [Goods(line.product_id, line.category, line.total) for line in quote.lines]
        wanted = [coupon for coupon in coupons if coupon.id == draft.coupon_id]
        return best_coupons(wanted, goods, used, now, currency) or best_coupons(coupons, goods, used, now, currency)

    def _note_salt(self, draft: Draft, previous: CheckoutSession | None) -> str:
        """One for all versions of a card, so that the same note has the same hash in each."""
        if not any(line.note for line in draft.lines):
            return ""
        return (previous.note_salt if previous else "") or self.ids.new("slt")

    def _fulfilment(self, customer: Customer, draft: Draft, quote: Quote, zone: str) -> Fulfilment:
        option = quote.fulfilment
        ref, masked = self._destination(customer, draft, option)
        return Fulfilment(
            option_id=option.id,
            kind=option.kind,
            names=option.names,
            eta_minutes=quote.eta_minutes,
            destination_ref=ref,
            destination_masked=masked,
            zone=zone,
            starts_at=quote.starts_at,
            terms=quote.terms,
            trip=draft.trip,
            recipient_ref=draft.recipient_ref if option.kind == "delivery" else None,
            recipient_masked=draft.recipient_masked if option.kind == "delivery" else "",
        )

    def _destination(self, customer: Customer, draft: Draft, option: FulfilmentOption) -> tuple[str | None, str]:
        if option.kind in ("pickup", "booking"):
            return None, ""
        if option.kind == "ride":
            end = draft.trip.stops[-1] if draft.trip else None
            return (end.ref, end.names.display(customer.lang)) if end else (None, "")
        if draft.destination_ref is not None:
            return draft.destination_ref, draft.destination_masked
        if option.kind == "phone":
            own = next((c for c in self.records.contacts(customer.id) if c.label == OWN), None)
            if own is None:
                raise PhoneMissing()
            return own.phone_ref, own.phone_masked
        addresses = self.records.addresses(customer.id)
        if not addresses:
            raise AddressMissing()
        return addresses[0].text_ref, addresses[0].masked

    def _catalog(self, merchant_id: str) -> Catalog:
        catalog = self.merchants.catalogs().get(merchant_id)
        if catalog is None:
            raise NotFound(what=merchant_id)
        return catalog


def _offered(checkout: CheckoutSession) -> tuple[object, ...]:
    """What of a card is the merchant's to move."""
    fulfilment = checkout.fulfilment
    return (
        checkout.lines,
        checkout.totals,
        checkout.coupons,
        fulfilment.option_id,
        fulfilment.starts_at,
        fulfilment.terms,
        checkout.cancellation,
        checkout.state,
        checkout.conflicts,
    )


def _conflicts(customer: Customer, checkout: CheckoutSession, catalog: Catalog) -> tuple[AllergenConflict, ...]:
    """The customer's allergens that a line contains, may contain or does not state, and that were not accepted."""
    accepted = {line.id: line.accepted_allergens for line in checkout.draft.lines}
    return tuple(
        AllergenConflict(line.id, allergen, presence)
        for line in checkout.lines
        for allergen in sorted(customer.allergens | checkout.draft.avoided)
        if (presence := combined(stated(catalog, line.product_id, line.options), allergen)) != "free"
        and not is_accepted(allergen, presence, accepted.get(line.id, frozenset()))
    )


def _saving(checkout: CheckoutSession, previous: CheckoutSession | None) -> Unit:
    is_open = previous is not None and previous.state in ("ready_for_complete", "requires_escalation")
    facts = {"checkout": checkout.ref, "digest": checkout.digest, "reading": checkout.reading_id, "seal": seal(checkout)}
    return Unit(
        # Two attempts at the same version are two effects: the row's own key lets only one of them be.
        key=f"checkout:{checkout.ref}:{checkout.digest[:16]}",
        fingerprint=checkout.digest,
        at=checkout.created_at,
        changes=(_superseded(previous),) if previous is not None and is_open else (),
        inserts=(Insert(checkout, CheckoutChanged(total=checkout.totals.total)),),
        trace=(TraceEvent(checkout.customer_id, "quoted", facts, checkout.created_at),),
    )


def _superseded(checkout: CheckoutSession) -> Change:
    return Change(
        CheckoutSession,
        checkout.ref,
        expect={"state": checkout.state},
        put={"state": "canceled"},
        refusal=CheckoutChanged(total=checkout.totals.total),
    )

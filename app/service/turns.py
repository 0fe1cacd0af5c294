"""One turn's view of the world, and what the skills' outcomes amount to before anything is carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.base.errors import UsualError
from app.base.ids import Ids, derived_id
from app.base.money import Money
from app.dialogue.state import ConversationState, StandingWish
from app.domain.allergen import Allergen
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession, Draft
from app.domain.claim import Offered
from app.domain.customer import OWN, Address, Contact, Customer, mask_address, mask_name, mask_phone
from app.domain.geo import Point, locate
from app.domain.ledger import CAME_BACK, Wallet
from app.domain.memory import Preference, PreferenceKind, Remembered
from app.domain.names import Lang
from app.domain.occurrences import next_due
from app.domain.order import Order
from app.domain.records import VaultEntry, VaultKind
from app.domain.refund import RefundedLine, RefundOffer, RefundReason
from app.domain.standing import StandingOrder
from app.domain.trace import TraceEvent
from app.service.campaigns import Campaigns
from app.service.disputes import Disputes
from app.service.guardian_views import GuardianTill
from app.service.ports import Records
from app.service.refunds import Refunds
from app.service.standing_orders import StandingOrders
from app.service.standing_views import StandingViews
from app.service.trips import Trips
from app.service.units import Change, Removal

HISTORY_MAX = 400
OPEN_STATES = ("ready_for_complete", "requires_escalation")


@dataclass
class Turn:
    """The skills' `World` for one turn. `draft` is the card's with the changes that this turn has made so far."""

    customer: Customer
    state: ConversationState
    lang: Lang
    now: datetime
    records: Records
    ids: Ids
    catalogs: Mapping[str, Catalog]
    campaigns: Campaigns
    standing: StandingOrders
    standing_views: StandingViews
    refunds: Refunds
    guardians: GuardianTill
    trips: Trips
    disputes: Disputes
    card: CheckoutSession | None = None
    changed_draft: Draft | None = None
    focus_line: str | None = None
    offers_recording: bool = False
    vault: list[VaultEntry] = field(default_factory=list)
    kept: list[Address | Contact | Preference] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    told: list[TraceEvent] = field(default_factory=list)
    _orders: Sequence[Order] | None = None
    _wallet: Wallet | None = None

    @property
    def wish(self) -> StandingWish | None:
        return self.state.wish

    @property
    def standing_id(self) -> str | None:
        return self.state.standing_id

    def standing_orders(self) -> Sequence[StandingOrder]:
        found = self.standing.standing.standing_orders(self.customer.id)
        focused = self.state.standing_id
        return [order for order in found if order.is_open or (order.state == "proposed" and order.id == focused)]

    @property
    def bought_at(self) -> datetime:
        """When what is asked for is to be bought: now, or at the first run of what is to recur."""
        if self.state.wish is None:
            return self.now
        try:
            return next_due(self.state.wish.schedule, self.customer.zone, self.now) or self.now
        except UsualError:
            return self.now

    @property
    def draft(self) -> Draft | None:
        return self.changed_draft or (self.card.draft if self.card else None)

    def orders(self) -> Sequence[Order]:
        if self._orders is None:
            self._orders = self.records.orders(self.customer.id, HISTORY_MAX)
        return self._orders

    def card_of(self, order: Order) -> CheckoutSession | None:
        return self.records.checkout(order.checkout_id, order.checkout_version)

    def offer(self, order_id: str, reason: RefundReason, lines: Sequence[RefundedLine]) -> RefundOffer:
        offer = self.refunds.offer(self.customer.id, order_id, reason, lines)
        facts: dict[str, str | int] = {
            "order": order_id,
            "reason": reason,
            "amount": offer.amount.minor,
            "fee": offer.fee.minor,
            "currency": offer.amount.currency,
            "digest": offer.digest,
        }
        self.told.append(TraceEvent(self.customer.id, "refund_offered", facts, self.now))
        # Asking the merchant may have moved the order on.
        self._orders = None
        return offer

    def was_misread(self, order_id: str, line_id: str) -> bool:
        return self.disputes.was_misread(self.customer.id, order_id, line_id)

    def to_ask_for(self, order_id: str, line_id: str, missing: int) -> int:
        return self.disputes.to_ask_for(self.customer.id, order_id, line_id, missing)

    def contacts(self) -> Sequence[Contact]:
        return self.records.contacts(self.customer.id)

    def addresses(self) -> Sequence[Address]:
        return self.records.addresses(self.customer.id)

    def point_of(self, address: Address) -> Point | None:
        text = self.records.vault_text(self.customer.id, address.text_ref)
        return locate(text, (place for catalog in self.catalogs.values() for place in catalog.places)) if text else None

    def coupons(self) -> Sequence[Offered]:
        here = self.card.merchant_id if self.card else None
        return sorted(self.campaigns.offered(self.customer.id), key=lambda one: one.catalog.merchant.id != here)

    def wallet(self) -> Wallet | None:
        if self._wallet is None:
            self._wallet = self.records.wallet(self.customer.id)
        return self._wallet

    def captured(self, order: Order) -> Money:
        paid = (t.amount for t in self.records.transfers(order.id) if t.kind == "capture")
        return Money.sum(paid, order.total.currency)

    def came_back(self, order: Order) -> Money:
        back = (t.amount for t in self.records.transfers(order.id) if t.kind in (*CAME_BACK, "void", "release"))
        return Money.sum(back, order.total.currency)

    def keep_phone(self, digits: str) -> tuple[str, str]:
        kept = next((entry for entry in self.vault if entry.kind == "phone" and entry.text == digits), None)
        return (kept or self.vaulted("phone", digits)).id, mask_phone(digits)

    def keep_recipient(self, name: str, digits: str) -> tuple[str, str]:
        return self.vaulted("recipient", f"{name} {digits}").id, f"{mask_name(name)} {mask_phone(digits)}"

    def number_of(self, contact: Contact) -> str | None:
        return self.records.vault_text(self.customer.id, contact.phone_ref)

    def keep_place(self, text: str) -> tuple[str, str]:
        return self.vaulted("address", text).id, mask_address(text)

    def keep_address(self, label: str, text: str) -> tuple[str, str]:
        entry, masked = self.vaulted("address", text), mask_address(text)
        known = self.addresses()
        same = next((address for address in known if address.label == label), None)
        if same is not None:
            self.changes.append(Change(Address, same.id, put={"text_ref": entry.id, "masked": masked}))
        else:
            # Addresses sort by their ids: the first one saved stays the default.
            place = len(known) + sum(isinstance(value, Address) for value in self.kept)
            self.kept.append(Address(f"adr_{self.customer.id}_{place:03}", self.customer.id, label, entry.id, masked))
        return entry.id, masked

    def set_allergens(self, allergens: frozenset[Allergen]) -> None:
        expect, put = {"allergens": self.customer.allergens}, {"allergens": allergens}
        self.changes.append(Change(Customer, self.customer.id, expect=expect, put=put))
        self.customer = replace(self.customer, allergens=allergens)

    def avoid(self, allergens: frozenset[Allergen]) -> None:
        self.state = replace(self.state, avoided=allergens)

    @property
    def avoided(self) -> frozenset[Allergen]:
        return self.state.avoided

    def preferences(self) -> Sequence[Remembered]:
        kept = self.records.preferences(self.customer.id)
        texts = self.records.vault(self.customer.id) if kept else {}
        gone = {removal.id for removal in self.removals}
        new = [value for value in self.kept if isinstance(value, Preference)]
        texts |= {entry.id: entry.text for entry in self.vault}
        return [Remembered(p.id, p.kind, texts.get(p.text_ref, "")) for p in (*kept, *new) if p.id not in gone]

    def keep_preference(self, kind: PreferenceKind, text: str) -> None:
        entry = self.vaulted("preference", text)
        self.kept.append(Preference(self.new_id("prf"), self.customer.id, kind, entry.id, self.now))

    def drop_preference(self, preference_id: str) -> None:
        for preference in self.records.preferences(self.customer.id):
            if preference.id == preference_id:
                self.removals += [Removal(Preference, preference.id), Removal(VaultEntry, preference.text_ref)]
                self.told.append(TraceEvent(self.customer.id, "text_dropped", {"text": preference.text_ref}, self.now))

    def keep_own_number(self, digits: str) -> tuple[str, str]:
        ref, masked = self.keep_phone(digits)
        own = next((contact for contact in self.contacts() if contact.label == OWN), None)
        if own is not None:
            self.changes.append(Change(Contact, own.id, put={"phone_ref": ref, "phone_masked": masked}))
        else:
            self.kept.append(Contact(derived_id("con", self.customer.id, OWN), self.customer.id, OWN, ref, masked))
        return ref, masked

    def vaulted(self, kind: VaultKind, text: str) -> VaultEntry:
        """A personal text that the turn will save with everything else."""
        entry = VaultEntry(self.new_id("vlt"), self.customer.id, kind, self.new_id("slt"), text, self.now)
        self.vault.append(entry)
        return entry

    def new_id(self, prefix: str) -> str:
        return self.ids.new(prefix)


def open_card(records: Records, checkout_id: str | None, customer_id: str) -> CheckoutSession | None:
    """The newest version of a card while it can still become an order; an expired one counts, it can be quoted anew."""
    checkout = records.checkout(checkout_id) if checkout_id else None
    if checkout is None or checkout.customer_id != customer_id or checkout.state not in OPEN_STATES:
        return None
    return checkout

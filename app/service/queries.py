"""Reads for the faces: cards, lists, receipts and wallets as views in the customer's language."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.base.clock import Clock, local
from app.base.errors import Refusal, UsualError
from app.base.money import Money
from app.dialogue.state import Question
from app.dialogue.wording import say, say_error
from app.domain.allergen import AllergenConflict
from app.domain.catalog import Catalog, Product
from app.domain.checkout import ApprovalMethod, CheckoutSession, LineItem
from app.domain.coupon import Coupon
from app.domain.customer import Customer, NotFound
from app.domain.ledger import Wallet
from app.domain.names import Lang
from app.domain.order import Order
from app.service.card_changes import changes, has_other_places
from app.service.card_views import ChangesView
from app.service.card_words import amount_rows, badge, eta, line_view, reason, terms, when
from app.service.checkout import Checkouts
from app.service.coupon_words import nearest_row
from app.service.history_views import OrdersView
from app.service.labels import labels_of
from app.service.order_list import Wanted, order_list
from app.service.order_words import due, state_label, steps
from app.service.ports import Merchants, Records, RefundRecords
from app.service.refund_views import actions, refund_rows
from app.service.risk import Judged, Risks
from app.service.risk_words import warning
from app.service.turns import OPEN_STATES
from app.service.views import (
    AmountRow,
    CardStep,
    CardView,
    ChoicesView,
    ChoiceView,
    ReceiptView,
    WalletView,
)

NONE: frozenset[str] = frozenset()
# The transfers that paying an order is made of; what comes back later is none of them.
PAYING = ("hold", "capture", "release")


@dataclass(frozen=True, slots=True)
class Queries:
    records: Records
    refunds: RefundRecords
    merchants: Merchants
    checkouts: Checkouts
    risks: Risks
    clock: Clock

    def card(self, customer_id: str, checkout_id: str, lang: Lang) -> CardView:
        """The newest version of a card as it stands now. Raises NotFound, also for another customer's."""
        customer, checkout = self._own(customer_id, checkout_id)
        order = self.records.order_of_checkout(checkout_id)
        return self.card_of(customer, checkout, order, self.records.wallet(customer_id), lang, self._trouble(checkout))

    def card_of(
        self,
        customer: Customer,
        checkout: CheckoutSession,
        order: Order | None,
        wallet: Wallet | None,
        lang: Lang,
        trouble: Refusal | None = None,
    ) -> CardView:
        """A card as a view, from values that are at hand. `trouble`: why the merchant would not sell it now."""
        stored = self._state(checkout, order)
        is_open = stored in OPEN_STATES
        state = "unavailable" if trouble and is_open else stored
        moved = self._moved(checkout, lang) if is_open else None
        conflicts = checkout.conflicts if state == "requires_escalation" else ()
        marked = {line.id: line.preferred for line in checkout.draft.lines}
        judged = self.risks.judge(customer, checkout) if state == "ready_for_complete" else None
        step = _step(checkout, state, wallet, judged)
        catalog = self.merchants.catalogs().get(checkout.merchant_id)
        editable = is_open and not checkout.irreversible
        shortfall = _shortfall(checkout, wallet)
        return CardView(
            id=checkout.id,
            version=checkout.version,
            state=state,
            state_label=say(lang, f"card.state.{_told_state(state, step, moved)}"),
            lang=lang,
            title=say(lang, "card.title", {"count": checkout.units()}),
            payee=checkout.payee.display(lang),
            lines=tuple(
                line_view(line, _product(catalog, line), lang, badge(line, conflicts, lang), marked.get(line.id, NONE))
                for line in checkout.lines
            ),
            rows=self._rows(checkout, catalog, order, is_open, lang),
            total=str(_shown_total(checkout, order)),
            fulfilment=checkout.fulfilment.names.display(lang),
            destination=self._destination(checkout, lang),
            eta=eta(checkout.fulfilment, lang),
            when=when(checkout.fulfilment, customer.zone, lang),
            terms=self._terms(checkout, customer, lang),
            stops=_stops(checkout, lang),
            expires_at=checkout.expires_at.isoformat(),
            step=step,
            editable=editable,
            has_places=editable and has_other_places(catalog),
            reason=reason(checkout, lang),
            balance=str(wallet.available) if wallet and wallet.bound else None,
            shortfall=str(shortfall) if step == "deposit" else None,
            shortfall_minor=shortfall.minor if step == "deposit" else 0,
            notice=(say_error(lang, trouble) if trouble else self._notice(checkout, conflicts, lang)) if is_open else None,
            order_id=order.id if order else None,
            labels=_card_labels(checkout, shortfall, lang),
            moved=moved,
            balance_after=self._left_by(order) if order is not None else _balance_after(checkout, step, wallet),
            warning=warning(judged, checkout, lang) if judged else None,
        )

    def changes(self, customer_id: str, checkout_id: str, lang: Lang) -> ChangesView:
        """What the newest version of a card can be changed to by tap. Raises NotFound, also for another customer's."""
        _, checkout = self._own(customer_id, checkout_id)
        catalog = self.merchants.catalogs().get(checkout.merchant_id)
        if catalog is None:
            raise NotFound(what=checkout.merchant_id)
        return changes(checkout, catalog, self.records.addresses(customer_id), lang)

    def choices(self, question: Question, lang: Lang) -> ChoicesView:
        return ChoicesView(
            question_id=question.id,
            title=say(lang, question.key, dict(question.params)),
            choices=tuple(
                ChoiceView(
                    ordinal=place,
                    title=choice.title.display(lang),
                    detail=choice.detail.display(lang) if choice.detail else "",
                    price=choice.price,
                    picture=choice.picture,
                )
                for place, choice in enumerate(question.choices, start=1)
            ),
            lang=lang,
            labels=labels_of("choices", lang),
        )

    def receipt(self, customer_id: str, order_id: str, lang: Lang) -> ReceiptView:
        """Raises NotFound, also for another customer's order."""
        order = self.records.order(order_id)
        if order is None or order.customer_id != customer_id:
            raise NotFound(what=order_id)
        customer, checkout = self._own(customer_id, order.checkout_id, order.checkout_version)
        catalog, settled = self.merchants.catalogs().get(checkout.merchant_id), order.settled_at or order.placed_at
        return ReceiptView(
            order_id=order.id,
            number=order.number,
            lang=lang,
            title=say(lang, "receipt.title", {"number": order.number}),
            state=order.state,
            state_label=state_label(checkout, order, lang),
            payee=checkout.payee.display(lang),
            lines=tuple(line_view(line, _product(catalog, line), lang) for line in checkout.lines),
            rows=(
                *amount_rows(checkout, lang, order, self._coupons(checkout)),
                *refund_rows(self.refunds.refunds(order.id), checkout, lang),
            ),
            total=str(_shown_total(checkout, order)),
            fulfilment=checkout.fulfilment.names.display(lang),
            destination=self._destination(checkout, lang),
            eta=eta(checkout.fulfilment, lang),
            when=when(checkout.fulfilment, customer.zone, lang),
            terms=self._terms(checkout, customer, lang),
            stops=_stops(checkout, lang, order),
            steps=steps(checkout, order, lang),
            due=due(checkout, order, customer.zone, lang),
            late=order.late,
            href=f"/receipts/{order.id}?lang={lang}",
            actions=actions(order, checkout, self.clock.now(), lang),
            paid_at=f"{local(settled, customer.zone):%Y-%m-%d %H:%M}",
            approved_with=say(lang, f"receipt.approved.{self._approved_by(order)}"),
            balance_after=self._left_by(order),
            labels=labels_of("receipt", lang),
        )

    def _approved_by(self, order: Order) -> ApprovalMethod:
        authorisation = self.records.authorisation(order.id)
        approval = self.records.approval(authorisation.approval_id) if authorisation else None
        return approval.method if approval else "pin"

    def wallet(self, customer_id: str, lang: Lang, deposit: Money | None = None) -> WalletView:
        """The wallet, with `deposit` as the amount to suggest. Raises NotFound."""
        wallet = self.records.wallet(customer_id)
        if wallet is None:
            raise NotFound(what="wallet")
        suggested = deposit or Money(10_000, wallet.available.currency)
        return WalletView(
            lang=lang,
            title=say(lang, "wallet.title"),
            balance=str(wallet.available) if wallet.bound else None,
            held=None if wallet.held.is_zero else str(wallet.held),
            step="deposit" if wallet.bound else "bind",
            suggested_minor=suggested.minor,
            suggested=str(suggested),
            labels=labels_of("wallet", lang),
        )

    def orders(self, customer_id: str, wanted: Wanted, lang: Lang) -> OrdersView:
        """A page of the customer's orders. Raises NotFound."""
        customer = self.records.customer(customer_id)
        if customer is None:
            raise NotFound(what=customer_id)
        return order_list(self.records, self.merchants.catalogs(), customer, wanted, lang)

    def _rows(
        self, checkout: CheckoutSession, catalog: Catalog | None, order: Order | None, is_open: bool, lang: Lang
    ) -> tuple[AmountRow, ...]:
        rows = tuple(amount_rows(checkout, lang, order, self._coupons(checkout)))
        if checkout.coupons or catalog is None or not catalog.coupons or not is_open:
            return rows
        used = Counter(use.coupon_id for use in self.records.coupon_uses(checkout.customer_id, checkout.merchant_id))
        hint = nearest_row(checkout, catalog, used, self.clock.now(), lang)
        return (*rows[:-1], hint, rows[-1]) if hint else rows

    def _left_by(self, order: Order) -> str | None:
        """What the wallet had left once the order was paid or its money held, by the ledger; None where nothing is paid."""
        if not order.is_taken:
            return None
        moved = [transfer.at for transfer in self.records.transfers(order.id) if transfer.kind in PAYING]
        moment = max(moved, default=order.placed_at)
        return str(self.records.available_at(order.customer_id, moment, order.total.currency))

    def _coupons(self, checkout: CheckoutSession) -> tuple[Coupon, ...]:
        catalog = self.merchants.catalogs().get(checkout.merchant_id)
        return catalog.coupons if catalog else ()

    def _own(self, customer_id: str, checkout_id: str, version: int | None = None) -> tuple[Customer, CheckoutSession]:
        customer, checkout = self.records.customer(customer_id), self.records.checkout(checkout_id, version)
        if customer is None or checkout is None or checkout.customer_id != customer_id:
            raise NotFound(what=checkout_id)
        return customer, checkout

    def _state(self, checkout: CheckoutSession, order: Order | None) -> str:
        """The checkout's state, or what a customer sees in its place: expired, settling, declined."""
        if order is not None and order.state in ("placed", "unknown"):
            return "settling"
        if order is not None and order.state in ("canceled", "refunded"):
            return "canceled" if order.is_undone else "declined"
        if order is not None and _is_booked(checkout, order):
            return "booked"
        if checkout.state in OPEN_STATES and checkout.is_expired(self.clock.now()):
            return "expired"
        return checkout.state

    def _trouble(self, checkout: CheckoutSession) -> Refusal | None:
        """Why the merchant would refuse an open card at this moment."""
        now = self.clock.now()
        if checkout.state not in OPEN_STATES or checkout.is_expired(now):
            return None
        try:
            self.merchants.quote(checkout.draft, now)
        except Refusal as refused:
            return refused
        except UsualError:
            # A shop that does not answer has refused nothing.
            return None
        return None

    def _moved(self, checkout: CheckoutSession, lang: Lang) -> str | None:
        """What the same draft cost one version earlier, where that was another total."""
        before = self.records.checkout(checkout.id, checkout.version - 1) if checkout.version > 1 else None
        if before is None or before.draft != checkout.draft or before.totals.total == checkout.totals.total:
            return None
        return say(lang, "card.moved", {"old": before.totals.total, "new": checkout.totals.total})

    def _destination(self, checkout: CheckoutSession, lang: Lang) -> str:
        if checkout.fulfilment.trip is not None:
            return checkout.fulfilment.trip.stops[-1].names.display(lang)
        if checkout.fulfilment.kind != "pickup":
            return " · ".join(filter(None, [checkout.fulfilment.destination_masked, checkout.fulfilment.recipient_masked]))
        catalog: Catalog | None = self.merchants.catalogs().get(checkout.merchant_id)
        address = catalog.merchant.pickup_address if catalog else None
        return address.display(lang) if address and address.all() else ""

    def _terms(self, checkout: CheckoutSession, customer: Customer, lang: Lang) -> str | None:
        agreed = checkout.fulfilment.terms
        is_past = agreed is not None and self.clock.now() >= agreed.free_until
        return terms(checkout.fulfilment, customer.zone, is_past, lang)

    def _notice(self, checkout: CheckoutSession, conflicts: Iterable[AllergenConflict], lang: Lang) -> str | None:
        sentences = {say(lang, f"card.allergen.{c.presence}", {"allergen": say(lang, f"allergen.{c.allergen}")}) for c in conflicts}
        if sentences:
            return " ".join(sorted(sentences))
        return say(lang, "card.irreversible") if checkout.irreversible else None


def _product(catalog: Catalog | None, line: LineItem) -> Product | None:
    return catalog.products.get(line.product_id) if catalog else None


def _told_state(state: str, step: CardStep, moved: str | None) -> str:
    """The state in a word, for its reader: what has to be answered first goes before what moved."""
    if state != "ready_for_complete":
        return state
    return "requires_escalation" if step == "amount" else "moved" if moved else state


def _step(checkout: CheckoutSession, state: str, wallet: Wallet | None, judged: Judged | None) -> CardStep:
    if state == "requires_escalation":
        return "answer"
    if state != "ready_for_complete" or judged is None or judged.verdict.decision == "refuse":
        return "none"
    if judged.asks == "self":
        return "amount"
    if wallet is None or not wallet.bound:
        return "bind"
    return "pin" if wallet.available.covers(checkout.totals.maximum) else "deposit"


def _balance_after(checkout: CheckoutSession, step: CardStep, wallet: Wallet | None) -> str | None:
    return str(wallet.available.minus(checkout.totals.maximum)) if step == "pin" and wallet is not None else None


def _shortfall(checkout: CheckoutSession, wallet: Wallet | None) -> Money:
    required = checkout.totals.maximum
    missing = required.minus(wallet.available) if wallet else required
    return Money.zero(required.currency) if missing.is_negative else missing


def _is_booked(checkout: CheckoutSession, order: Order) -> bool:
    """Whether the shop has taken the order and what it comes to is still to be known."""
    return checkout.totals.is_estimate and order.is_taken and order.settled_at is None


def _shown_total(checkout: CheckoutSession, order: Order | None) -> Money:
    """What the card is about: the total, for an estimate the most it can be, once settled what was paid."""
    return order.total if order is not None and order.settled_at is not None else checkout.totals.maximum


def _stops(checkout: CheckoutSession, lang: Lang, order: Order | None = None) -> tuple[str, ...]:
    trip = order.trip if order is not None and order.trip is not None else checkout.fulfilment.trip
    return tuple(stop.names.display(lang) for stop in trip.stops) if trip else ()


def _card_labels(checkout: CheckoutSession, shortfall: Money, lang: Lang) -> dict[str, str]:
    totals = checkout.totals
    labels = labels_of("card", lang, {"total": totals.total, "maximum": totals.maximum, "shortfall": shortfall})
    if totals.is_estimate:
        labels |= {"pay": labels["pay_up_to"], "confirm_pay": labels["confirm_up_to"], "connect": labels["connect_up_to"]}
    return labels

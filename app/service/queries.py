"""Reads for the faces: cards, lists, receipts and wallets as views in the customer's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from app.base.clock import Clock, local
from app.base.money import Money
from app.dialogue.state import Question
from app.dialogue.wording import say, wording
from app.domain.catalog import Catalog
from app.domain.checkout import CheckoutSession, Fulfilment, LineItem
from app.domain.customer import Customer, NotFound
from app.domain.ledger import Wallet
from app.domain.names import Lang
from app.domain.order import Order
from app.service.checkout import AllergenConflict, Checkouts
from app.service.ports import Merchants, Records
from app.service.turns import OPEN_STATES
from app.service.views import (
    AmountRow,
    CardStep,
    CardView,
    ChoicesView,
    ChoiceView,
    LineView,
    ReceiptView,
    WalletView,
)


@dataclass(frozen=True, slots=True)
class Queries:
    records: Records
    merchants: Merchants
    checkouts: Checkouts
    clock: Clock

    def card(self, customer_id: str, checkout_id: str, lang: Lang) -> CardView:
        """The newest version of a card as it stands now. Raises NotFound, also for another customer's."""
        customer, checkout = self._own(customer_id, checkout_id)
        order = self.records.order_of_checkout(checkout_id)
        return self.card_of(customer, checkout, order, self.records.wallet(customer_id), lang)

    def card_of(
        self, customer: Customer, checkout: CheckoutSession, order: Order | None, wallet: Wallet | None, lang: Lang
    ) -> CardView:
        """A card as a view, from values that are at hand."""
        state = self._state(checkout, order)
        conflicts = self.checkouts.conflicts(customer, checkout) if state == "requires_escalation" else []
        step = _step(checkout, state, wallet)
        shortfall = _shortfall(checkout, wallet)
        total = checkout.totals.total
        is_open = state in OPEN_STATES
        return CardView(
            id=checkout.id,
            version=checkout.version,
            state=state,
            state_label=say(lang, f"card.state.{state}"),
            lang=lang,
            title=say(lang, "card.title", {"count": checkout.units()}),
            payee=checkout.payee.display(lang),
            lines=tuple(_line(line, lang, _badge(line, conflicts, lang)) for line in checkout.lines),
            rows=tuple(_rows(checkout, lang)),
            total=str(total),
            fulfilment=checkout.fulfilment.names.display(lang),
            destination=self._destination(checkout, lang),
            eta=_eta(checkout.fulfilment, lang),
            expires_at=checkout.expires_at.isoformat(),
            step=step,
            editable=is_open and not checkout.irreversible,
            reason=_reason(checkout, lang),
            balance=str(wallet.available) if wallet and wallet.bound else None,
            shortfall=str(shortfall) if step == "deposit" else None,
            shortfall_minor=shortfall.minor if step == "deposit" else 0,
            notice=self._notice(checkout, conflicts, lang) if is_open else None,
            order_id=order.id if order else None,
            labels=_labels("card", lang, {"total": total, "maximum": total, "shortfall": shortfall}),
        )

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
            labels=_labels("choices", lang, {}),
        )

    def receipt(self, customer_id: str, order_id: str, lang: Lang) -> ReceiptView:
        """Raises NotFound, also for another customer's order."""
        order = self.records.order(order_id)
        if order is None or order.customer_id != customer_id:
            raise NotFound(what=order_id)
        customer, checkout = self._own(customer_id, order.checkout_id, order.checkout_version)
        wallet, settled = self.records.wallet(customer_id), order.settled_at or order.placed_at
        return ReceiptView(
            order_id=order.id,
            number=order.number,
            lang=lang,
            title=say(lang, "receipt.title", {"number": order.number}),
            state=order.state,
            state_label=say(lang, f"receipt.state.{order.state}"),
            payee=checkout.payee.display(lang),
            lines=tuple(_line(line, lang, None) for line in checkout.lines),
            rows=tuple(_rows(checkout, lang)),
            total=str(order.total),
            fulfilment=checkout.fulfilment.names.display(lang),
            destination=self._destination(checkout, lang),
            eta=_eta(checkout.fulfilment, lang),
            paid_at=f"{local(settled, customer.zone):%Y-%m-%d %H:%M}",
            approved_with=say(lang, "receipt.approved_pin"),
            balance=str(wallet.available) if wallet else "",
            labels=_labels("receipt", lang, {}),
        )

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
            labels=_labels("wallet", lang, {}),
        )

    def _own(self, customer_id: str, checkout_id: str, version: int | None = None) -> tuple[Customer, CheckoutSession]:
        customer, checkout = self.records.customer(customer_id), self.records.checkout(checkout_id, version)
        if customer is None or checkout is None or checkout.customer_id != customer_id:
            raise NotFound(what=checkout_id)
        return customer, checkout

    def _state(self, checkout: CheckoutSession, order: Order | None) -> str:
        """The checkout's state, or what a customer sees in its place: expired, settling, declined."""
        if order is not None and order.state in ("placed", "unknown"):
            return "settling"
        if order is not None and order.state == "canceled":
            return "declined"
        if checkout.state in OPEN_STATES and checkout.is_expired(self.clock.now()):
            return "expired"
        return checkout.state

    def _destination(self, checkout: CheckoutSession, lang: Lang) -> str:
        if checkout.fulfilment.kind != "pickup":
            return checkout.fulfilment.destination_masked
        catalog: Catalog | None = self.merchants.catalogs().get(checkout.merchant_id)
        address = catalog.merchant.pickup_address if catalog else None
        return address.display(lang) if address and address.all() else ""

    def _notice(self, checkout: CheckoutSession, conflicts: list[AllergenConflict], lang: Lang) -> str | None:
        if conflicts:
            sentences = {
                say(lang, f"card.allergen.{c.presence}", {"allergen": say(lang, f"allergen.{c.allergen}")}) for c in conflicts
            }
            return " ".join(sorted(sentences))
        return say(lang, "card.irreversible") if checkout.irreversible else None


def _step(checkout: CheckoutSession, state: str, wallet: Wallet | None) -> CardStep:
    if state == "requires_escalation":
        return "answer"
    if state != "ready_for_complete":
        return "none"
    if wallet is None or not wallet.bound:
        return "bind"
    return "pin" if wallet.available.covers(checkout.totals.total) else "deposit"


def _shortfall(checkout: CheckoutSession, wallet: Wallet | None) -> Money:
    total = checkout.totals.total
    missing = total.minus(wallet.available) if wallet else total
    return Money.zero(total.currency) if missing.is_negative else missing


def _line(line: LineItem, lang: Lang, badge: str | None) -> LineView:
    options = tuple(
        option.names.display(lang) if option.count == 1 else f"{option.names.display(lang)} × {option.count}"
        for option in line.options
        if not option.is_default
    )
    return LineView(
        id=line.id,
        name=line.names.display(lang),
        quantity=line.quantity,
        options=options,
        total=str(line.total),
        note=say(lang, "card.note", {"note": line.note}) if line.note else None,
        badge=badge or (say(lang, "card.suggested") if line.suggested else None),
        picture=line.category,
    )


def _badge(line: LineItem, conflicts: Iterable[AllergenConflict], lang: Lang) -> str | None:
    mine = [say(lang, f"allergen.{c.allergen}") for c in conflicts if c.line_id == line.id]
    return ", ".join(mine) or None


def _rows(checkout: CheckoutSession, lang: Lang) -> Iterable[AmountRow]:
    totals = checkout.totals
    yield AmountRow("goods", say(lang, "card.row.goods"), str(totals.goods))
    if not totals.fee.is_zero:
        yield AmountRow("fee", say(lang, "card.row.fee", {"fulfilment": checkout.fulfilment.names}), str(totals.fee))
    for coupon in checkout.coupons:
        label = say(lang, f"card.row.coupon_{coupon.funder}", {"coupon": coupon.names, "payee": checkout.payee})
        yield AmountRow("discount", label, str(Money.zero(coupon.discount.currency).minus(coupon.discount)))
    yield AmountRow("total", say(lang, "card.row.total"), str(totals.total))


def _eta(fulfilment: Fulfilment, lang: Lang) -> str:
    shortest, longest = fulfilment.eta_minutes
    return say(lang, "card.eta", {"shortest": shortest, "longest": longest})


def _reason(checkout: CheckoutSession, lang: Lang) -> str | None:
    draft = checkout.draft
    return say(lang, draft.reason, dict(draft.reason_params)) if draft.reason else None


def _labels(view: str, lang: Lang, params: Mapping[str, Money]) -> dict[str, str]:
    fixed, filled = _label_keys(view, lang)
    return {**fixed, **{name: say(lang, f"{view}.labels.{name}", params) for name in filled}}


@cache
def _label_keys(view: str, lang: Lang) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The labels that are always the same, and the names of those with a place to fill."""
    prefix = f"{view}.labels."
    labels = {key.removeprefix(prefix): text for key, text in wording(lang).items() if key.startswith(prefix)}
    filled = tuple(name for name, text in labels.items() if "{" in text)
    return {name: text for name, text in labels.items() if name not in filled}, filled

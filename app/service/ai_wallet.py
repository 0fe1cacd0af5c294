"""The wallet as its page shows it: what is there, what was spent by whom and why, what may be spent, what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.base.clock import Clock, local
from app.base.money import Money
from app.dialogue.wording import joined, say
from app.domain.catalog import Catalog
from app.domain.customer import Customer, NotFound
from app.domain.ledger import CAME_BACK, Wallet
from app.domain.mandate import Mandate
from app.domain.names import Lang
from app.domain.order import Order
from app.resolution.periods import midnight
from app.service.approvers import Approvers
from app.service.mandate_ports import MandateRecords
from app.service.order_words import state_label
from app.service.ports import Merchants, Records
from app.service.standing_ports import StandingRecords
from app.service.standing_views import StandingViews
from app.service.wallet_permissions import WalletPermissions
from app.service.wallet_ports import Selection, Spending, WalletRecords
from app.service.wallet_sums import WalletSums, weeks
from app.service.wallet_views import AIWalletView, FilterView, MovedRow, OptionView, SpendingRow

PAGE = 50
MOVED_SHOWN = 20
ITEMS_SHOWN = 3
SELF = ("pin", "passkey")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which spendings are asked for; empty is any. `until` is a day that still counts; `before`: the order that a page comes after.

    `faults`: the names of what was sent and can't be read.
    """

    approved_by: str = ""
    merchant_id: str = ""
    mandate_id: str = ""
    since: date | None = None
    until: date | None = None
    before: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AIWallet:
    records: Records
    spent: WalletRecords
    mandates: MandateRecords
    standing: StandingRecords
    standing_views: StandingViews
    merchants: Merchants
    clock: Clock

    def of(self, customer_id: str, asked: Asked, lang: Lang) -> AIWalletView:
        """Raises NotFound. What is asked for and is not there is left out and told."""
        customer, wallet = self.records.customer(customer_id), self.records.wallet(customer_id)
        if customer is None or wallet is None:
            raise NotFound(what="wallet")
        return _Page(self, customer, wallet, lang).view(asked)


class _Page:
    """One customer's page in the making: what is read once for all of its parts."""

    def __init__(self, desk: AIWallet, customer: Customer, wallet: Wallet, lang: Lang) -> None:
        self.desk, self.customer, self.wallet, self.lang = desk, customer, wallet, lang
        self.currency, self.now = wallet.available.currency, desk.clock.now()
        self.catalogs: Mapping[str, Catalog] = desk.merchants.catalogs()
        self.approvers = Approvers.of(customer.id, desk.mandates, desk.standing)
        self.mandates: Sequence[Mandate] = desk.mandates.mandates(customer.id)
        self.orders = desk.standing.standing_orders(customer.id)
        self.sums = WalletSums(desk.records, self.catalogs, self.approvers, self.currency, customer.zone, lang)
        self.permissions = WalletPermissions(
            desk.mandates, desk.standing_views, self.catalogs, self.approvers, self.now, customer.zone, lang
        )

    def view(self, asked: Asked) -> AIWalletView:
        asked, filters = self._filtered(asked)
        selection, desk = self._selection(asked), self.desk
        begins = weeks(asked.until or local(self.now, self.customer.zone).date(), self.customer.zone)
        before = desk.records.order(asked.before) if asked.before else None
        found = desk.spent.spendings(selection, PAGE + 1, before)
        moved = desk.spent.moved(self.customer.id, self.currency)
        return AIWalletView(
            is_bound=self.wallet.bound,
            available=str(self.wallet.available),
            held=str(self.wallet.held),
            deposited=self._money(moved.get("deposit", 0)),
            spent=self._money(moved.get("capture", 0) - sum(moved.get(kind, 0) for kind in CAME_BACK)),
            standing=self.permissions.standing(self.orders),
            mandates=self.permissions.mandates(self.orders, self.mandates),
            ended=self.permissions.ended(self.orders, self.mandates),
            agents=self.permissions.agents(self.approvers.agents.values(), self.orders, self.mandates),
            filters=filters,
            sums=self.sums.of(desk.spent.spent_parts(selection, begins), begins),
            rows=self._rows(found[:PAGE]),
            next_page=found[PAGE - 1].order.id if len(found) > PAGE else "",
            refunds=tuple(self._refunds()),
            disputes=tuple(self._disputes()),
            deposits=tuple(self._deposits()),
        )

    def _filtered(self, asked: Asked) -> tuple[Asked, FilterView]:
        """What can be had of what is asked for, and the choices there are."""
        approvers = {kind: say(self.lang, f"approver.{kind}") for kind in SELF}
        approvers |= {agent_id: self.approvers.agent_name(agent_id, self.lang) for agent_id in self.approvers.agents}
        merchants = {merchant_id: self.sums.merchant(merchant_id) for merchant_id in self.desk.spent.merchants_of(self.customer.id)}
        mandates = {mandate.id: self.permissions.name(mandate) for mandate in self.mandates if mandate.granted_at is not None}
        before = self.desk.records.order(asked.before) if asked.before else None
        known = {
            "agent": not asked.approved_by or asked.approved_by in approvers,
            "merchant": not asked.merchant_id or asked.merchant_id in merchants,
            "mandate": not asked.mandate_id or asked.mandate_id in mandates,
            "before": not asked.before or (before is not None and before.customer_id == self.customer.id),
            "period": asked.since is None or asked.until is None or asked.since <= asked.until,
        }
        faults = (*asked.faults, *(name for name, is_known in known.items() if not is_known))
        kept = Asked(
            approved_by=asked.approved_by if known["agent"] else "",
            merchant_id=asked.merchant_id if known["merchant"] else "",
            mandate_id=asked.mandate_id if known["mandate"] else "",
            since=asked.since if known["period"] else None,
            until=asked.until if known["period"] else None,
            before=asked.before if known["before"] else "",
        )
        view = FilterView(
            approvers=_options(approvers, kept.approved_by),
            merchants=_options(merchants, kept.merchant_id),
            mandates=_options(mandates, kept.mandate_id),
            since=kept.since.isoformat() if kept.since else "",
            until=kept.until.isoformat() if kept.until else "",
            is_set=any((kept.approved_by, kept.merchant_id, kept.mandate_id, kept.since, kept.until)),
            faults=tuple(say(self.lang, f"ai_wallet.fault.{name}") for name in dict.fromkeys(faults)),
        )
        return kept, view

    def _selection(self, asked: Asked) -> Selection:
        zone = self.customer.zone
        return Selection(
            self.customer.id,
            self.currency,
            asked.approved_by,
            asked.merchant_id,
            asked.mandate_id,
            midnight(asked.since, zone) if asked.since else None,
            midnight(asked.until + timedelta(days=1), zone) if asked.until else None,
        )

    def _rows(self, found: Sequence[Spending]) -> tuple[SpendingRow, ...]:
        records = self.desk.records
        cards = {one.order.id: records.checkout(one.order.checkout_id, one.order.checkout_version) for one in found}
        words = self.desk.spent.words_of(self.customer.id, [card.reading_id for card in cards.values() if card])
        rows = []
        for one in found:
            card, order = cards[one.order.id], one.order
            if card is None:
                continue
            items = [f"{line.quantity} × {line.names.display(self.lang)}" for line in card.lines[:ITEMS_SHOWN]]
            items += ["…"] if len(card.lines) > ITEMS_SHOWN else []
            rows.append(
                SpendingRow(
                    order_id=order.id,
                    when=self._when(order),
                    payee=card.payee.display(self.lang),
                    items=joined(items, self.lang),
                    words=words.get(card.reading_id, ""),
                    approver=self.approvers.name(one.approver, self.lang),
                    state_label=state_label(card, order, self.lang),
                    amount=self._money(one.paid - one.returned),
                    minor=one.paid - one.returned,
                    note=self._note(one, card.totals.maximum),
                )
            )
        return tuple(rows)

    def _note(self, one: Spending, maximum: Money) -> str:
        if one.returned:
            paid, back = self._money(one.paid), self._money(one.returned)
            return say(self.lang, "ai_wallet.row.came_back", {"paid": paid, "back": back})
        is_held = not one.paid and one.order.settled_at is None and one.order.state not in ("canceled", "refunded")
        return say(self.lang, "ai_wallet.row.held", {"maximum": maximum}) if is_held and not maximum.is_zero else ""

    def _refunds(self) -> Sequence[MovedRow]:
        rows = []
        for refund in self.desk.spent.newest_refunds(self.customer.id, MOVED_SHOWN):
            order = self.desk.records.order(refund.order_id)
            number = order.number if order else ""
            what = say(self.lang, f"ai_wallet.reason.{refund.reason}")
            shop = self.sums.merchant(refund.merchant_id)
            rows.append(
                MovedRow(
                    when=f"{local(refund.at, self.customer.zone):%Y-%m-%d %H:%M}",
                    what=f"{shop} {number} · {what}",
                    amount=str(refund.amount),
                    state_label=say(self.lang, f"ai_wallet.refund.{refund.state}"),
                    order_id=refund.order_id,
                )
            )
        return rows

    def _disputes(self) -> Sequence[MovedRow]:
        rows = []
        for dispute in self.desk.spent.newest_disputes(self.customer.id, MOVED_SHOWN):
            order = self.desk.records.order(dispute.order_id)
            card = self.desk.records.checkout(order.checkout_id, order.checkout_version) if order else None
            line = next((line for line in card.lines if line.id == dispute.line_id), None) if card else None
            if order is None or card is None or line is None:
                continue
            rows.append(
                MovedRow(
                    when=f"{local(dispute.at, self.customer.zone):%Y-%m-%d %H:%M}",
                    what=f"{card.payee.display(self.lang)} {order.number} · {line.names.display(self.lang)}",
                    amount=str(dispute.amount),
                    state_label=say(self.lang, f"ai_wallet.verdict.{dispute.verdict}"),
                    order_id=order.id,
                )
            )
        return rows

    def _deposits(self) -> Sequence[MovedRow]:
        return [
            MovedRow(
                when=f"{local(deposit.at, self.customer.zone):%Y-%m-%d %H:%M}",
                what=say(self.lang, "ai_wallet.deposit.what"),
                amount=str(deposit.amount),
                state_label=say(self.lang, f"ai_wallet.deposit.{deposit.state}"),
            )
            for deposit in self.desk.spent.deposits(self.customer.id, MOVED_SHOWN)
        ]

    def _when(self, order: Order) -> str:
        return f"{local(order.placed_at, self.customer.zone):%Y-%m-%d %H:%M}"

    def _money(self, minor: int) -> str:
        return str(Money(minor, self.currency))


def _options(labels: Mapping[str, str], chosen: str) -> tuple[OptionView, ...]:
    return tuple(OptionView(value, label, value == chosen) for value, label in labels.items())

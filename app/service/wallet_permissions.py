"""What may be paid without asking each time: standing orders, mandates and agents, each with what it used of its limits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import local
from app.base.money import Money
from app.dialogue.schedule_words import day_words, schedule_words
from app.dialogue.wording import joined, say
from app.domain.agent import Agent
from app.domain.catalog import Catalog
from app.domain.mandate import Constraints, Mandate, cap_windows
from app.domain.names import Lang
from app.domain.standing import StandingOrder
from app.service.approvers import Approvers
from app.service.mandate_ports import MandateRecords
from app.service.standing_views import StandingViews, TermView
from app.service.wallet_views import AgentView, CapView, PermissionView

# Of what is over, so many are still shown.
ENDED_SHOWN = 20
SHOWN_TERMS = 5
LAST_RUNS = 20


@dataclass(frozen=True, slots=True)
class WalletPermissions:
    records: MandateRecords
    views: StandingViews
    catalogs: Mapping[str, Catalog]
    approvers: Approvers
    now: datetime
    zone: str
    lang: Lang

    def standing(self, orders: Iterable[StandingOrder]) -> tuple[PermissionView, ...]:
        return tuple(self._standing(order) for order in orders if order.is_open)

    def mandates(self, orders: Sequence[StandingOrder], mandates: Sequence[Mandate]) -> tuple[PermissionView, ...]:
        """Those that no standing order has: it is shown with its own."""
        own = {order.mandate_id for order in orders}
        return tuple(self._mandate(mandate) for mandate in mandates if mandate.id not in own and mandate.state != "revoked")

    def ended(self, orders: Sequence[StandingOrder], mandates: Sequence[Mandate]) -> tuple[PermissionView, ...]:
        """The newest first."""
        own = {order.mandate_id for order in orders}
        over = [(order.created_at, self._over(order)) for order in orders if order.is_over]
        over += [(m.created_at, self._mandate(m)) for m in mandates if m.id not in own and m.state == "revoked"]
        return tuple(view for _, view in sorted(over, key=lambda one: one[0], reverse=True)[:ENDED_SHOWN])

    def agents(
        self, agents: Iterable[Agent], orders: Sequence[StandingOrder], mandates: Sequence[Mandate]
    ) -> tuple[AgentView, ...]:
        titles = {order.mandate_id: order for order in orders}
        shown = []
        for agent in agents:
            granted = [m for m in mandates if m.agent_id == agent.id and m.state in ("active", "paused")]
            grants = tuple((titles[m.id].id if m.id in titles else m.id, self.name(m)) for m in granted)
            if agent.removed_at is None and (agent.key_hash is not None or grants):
                added = f"{local(agent.at, self.zone):%Y-%m-%d}"
                name = self.approvers.agent_name(agent.id, self.lang)
                shown.append(AgentView(agent.id, name, added, grants, agent.key_hash is not None))
        return tuple(shown)

    def name(self, mandate: Mandate) -> str:
        title = self.approvers.titles.get(mandate.id)
        if title is not None:
            return title.display(self.lang)
        agent = self.approvers.agent_name(mandate.agent_id, self.lang)
        return self._say("mandate_of", agent=agent, cap=mandate.constraints.per_order)

    def _standing(self, order: StandingOrder) -> PermissionView:
        view = self.views.of(order, self.lang)
        runs = self.views.standing.standing.occurrences(order.id, LAST_RUNS)
        last = next((run.total for run in runs if run.state == "ordered" and run.total is not None), None)
        used = Money(self.records.mandate_used(order.mandate_id, None), order.cap.currency)
        caps = (
            CapView(
                self._say("cap.per_run"),
                self._say("cap.last_of", last=last, limit=order.cap) if last else self._say("cap.at_most", limit=order.cap),
                _percent(last, order.cap) if last else None,
            ),
            CapView(self._say("cap.so_far"), str(used), None),
        )
        is_running = order.state == "active"
        return PermissionView(
            id=order.id,
            title=view.title,
            state=order.state,
            state_label=view.state_label,
            caps=caps,
            terms=view.terms[:SHOWN_TERMS],
            upcoming=view.upcoming,
            actions=("pause" if is_running else "resume", "revoke"),
        )

    def _over(self, order: StandingOrder) -> PermissionView:
        label = say(self.lang, f"standing.state.{order.state}")
        return PermissionView(order.id, order.title.display(self.lang), order.state, label, (), (), (), ())

    def _mandate(self, mandate: Mandate) -> PermissionView:
        state = "over" if mandate.state == "active" and mandate.is_over(self.now) else mandate.state
        moves = {"active": ("pause", "revoke"), "paused": ("resume", "revoke")}
        return PermissionView(
            id=mandate.id,
            title=self.name(mandate),
            state=state,
            state_label=self._say(f"mandate_state.{state}"),
            caps=() if state == "revoked" else tuple(self._caps(mandate)),
            terms=tuple(TermView(self._say(f"term.{name}"), text) for name, text in self._terms(mandate)),
            upcoming=(),
            actions=() if state == "revoked" else moves.get(state, ("revoke",)),
        )

    def _caps(self, mandate: Mandate) -> Iterator[CapView]:
        constraints = mandate.constraints
        yield CapView(self._say("cap.per_order"), self._say("cap.at_most", limit=constraints.per_order), None)
        windows = cap_windows(constraints, self.now)
        for window in windows:
            used = Money(self.records.mandate_used(mandate.id, window.since), constraints.currency)
            text = self._say("cap.used_of", used=used, limit=window.limit)
            yield CapView(self._say(f"cap.{window.name}"), text, _percent(used, window.limit))
        if not windows:
            used = Money(self.records.mandate_used(mandate.id, None), constraints.currency)
            yield CapView(self._say("cap.so_far"), str(used), None)

    def _terms(self, mandate: Mandate) -> Iterator[tuple[str, str]]:
        constraints = mandate.constraints
        yield "shops", joined(sorted(self._shops(constraints)), self.lang) or self._say("any_shop")
        if constraints.products:
            yield "products", joined(sorted(map(self._product, constraints.products)), self.lang)
        if constraints.categories:
            yield "categories", joined(sorted(map(self._category, constraints.categories)), self.lang)
        if constraints.hours is not None:
            hours = constraints.hours
            days = (
                joined((say(self.lang, f"schedule.weekday.{day}") for day in sorted(hours.days)), self.lang)
                if len(hours.days) < 7
                else ""
            )
            yield "hours", " ".join(filter(None, [days, f"{hours.opens:%H:%M}–{hours.closes:%H:%M}"]))
        if constraints.schedule is not None:
            yield "times", schedule_words(constraints.schedule, self.lang)
        if mandate.digest is not None:
            yield "once", self._say("one_card")
        if constraints.ends is not None:
            yield "ends", day_words(local(constraints.ends, constraints.zone).date(), self.lang)

    def _shops(self, constraints: Constraints) -> Iterator[str]:
        for merchant_id in constraints.merchants:
            catalog = self.catalogs.get(merchant_id)
            yield catalog.merchant.names.display(self.lang) if catalog else merchant_id

    def _product(self, ref: str) -> str:
        merchant_id, _, product_id = ref.partition(".")
        catalog = self.catalogs.get(merchant_id)
        product = catalog.products.get(product_id) if catalog else None
        return product.names.display(self.lang) if product else product_id

    def _category(self, ref: str) -> str:
        merchant_id, _, category_id = ref.partition(".")
        catalog = self.catalogs.get(merchant_id)
        found = next((c for c in catalog.categories if c.id == category_id), None) if catalog else None
        return found.names.display(self.lang) if found else category_id

    def _say(self, key: str, **params: object) -> str:
        return say(self.lang, f"ai_wallet.{key}", params)


def _percent(used: Money, limit: Money) -> int:
    return min(100, used.minor * 100 // limit.minor) if limit.minor > 0 else 100

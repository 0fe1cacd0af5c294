"""Standing orders: proposed with all their terms, agreed to with step-up, skipped, paused, resumed, changed, canceled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.base.clock import Clock
from app.base.ids import Ids
from app.base.money import Money
from app.domain.agent import standing_agent_id
from app.domain.consent import Consent, consent_to_standing_order
from app.domain.customer import NotFound
from app.domain.ledger import WalletNotBound
from app.domain.mandate import Constraints, Mandate, MandateWidened, is_within, scope_of
from app.domain.occurrences import due_on, upcoming
from app.domain.standing import (
    NeverDue,
    NothingDueThen,
    Occurrence,
    StandingOrder,
    StandingOrderClosed,
    StandingOrderNotPaused,
    next_run,
    notice_time,
    occurrence_id,
)
from app.domain.trace import TraceEvent
from app.service.consents import Consents, Evidence, method_of
from app.service.mandates import MandateChanged, Mandates
from app.service.ports import Records
from app.service.standing_ports import StandingRecords
from app.service.units import Change, Insert, Unit, Writer, together

PREVIEWED = 3


@dataclass(frozen=True, slots=True)
class StandingOrders:
    """What allows more than was agreed needs the PIN or a passkey; what allows less holds at once."""

    records: Records
    standing: StandingRecords
    mandates: Mandates
    consents: Consents
    writer: Writer
    clock: Clock
    ids: Ids

    def proposing(self, order: StandingOrder) -> tuple[StandingOrder, Unit]:
        """The order with its own mandate, and what saves both as proposals. Nothing is charged and nothing may be."""
        mandate = self.mandates.proposed(order.customer_id, standing_agent_id(order.customer_id), constraints_of(order))
        order = replace(order, mandate_id=mandate.id, state="proposed")
        unit = self.mandates.saving(mandate)
        house = self.mandates.house_agent(order.customer_id)
        facts = {"standing_order": order.id, "mandate": mandate.ref}
        event = TraceEvent(order.customer_id, "standing_order_proposed", facts, unit.at)
        return order, replace(unit, inserts=(*house, *unit.inserts, Insert(order)), trace=(*unit.trace, event))

    def preview(self, order: StandingOrder) -> Sequence[datetime]:
        """The next runs, skipped ones left out."""
        now = self.clock.now()
        after = max(now, order.paused_until) if order.paused_until and order.state == "paused" else now
        skipped = self.standing.skipped(order.id)
        count = PREVIEWED if order.left is None else min(PREVIEWED, order.left)
        found = upcoming(order.schedule, order.zone, after, count + len(skipped))
        return [due for due in found if due not in skipped][:count]

    def consent_to(self, customer_id: str, standing_order_id: str, version: int) -> Consent:
        """What a passkey signs for `agree`. Raises NotFound, MandateChanged, StandingOrderClosed."""
        order = self._shown(customer_id, standing_order_id, version)
        return consent_to_standing_order(order, self._mandate(order))

    def agree(self, customer_id: str, standing_order_id: str, version: int, evidence: Evidence) -> StandingOrder:
        """Agree to exactly the terms that were shown: the mandate is granted and the runs begin. Idempotent.

        Raises NotFound, MandateChanged, StandingOrderClosed, WalletNotBound, NeverDue, and what `Consents.allow` raises.
        """
        order = self._shown(customer_id, standing_order_id, version)
        if order.is_open:
            return order
        wallet = self.records.wallet(customer_id)
        if wallet is None or not wallet.bound:
            raise WalletNotBound()
        now, replaced = self.clock.now(), self.standing.standing_order(order.replaces) if order.replaces else None
        skipped = [moment for moment in self.standing.skipped(replaced.id) if moment > now] if replaced else []
        due = next_run(order, now, skipped)
        if due is None:
            raise NeverDue()
        mandate, by = self._mandate(order), method_of(evidence)
        consent = consent_to_standing_order(order, mandate)
        put = {"state": "active", "next_due": due, "notice_at": notice_time(due, now)}
        begins = self._moved(order, "standing_order_agreed", put, facts={"consent": consent.digest, "by": by})
        # What was skipped stays skipped under the new terms.
        kept = tuple(Insert(_skipped(order, moment, now)) for moment in skipped)
        units = [self.mandates.granting(mandate, by), replace(begins, inserts=kept)]
        if replaced is not None and replaced.is_open:
            units.append(self.canceling([replaced]))
        self.consents.allow(consent, evidence, together(f"agree:{consent.ref}", now, units))
        return self.owned(customer_id, standing_order_id)

    def skip(self, customer_id: str, standing_order_id: str, day: date | None = None, shown: datetime | None = None) -> Occurrence:
        """Leave out one run: the next one, those of a local day, or the one that was shown.

        Raises NotFound, StandingOrderClosed, NothingDueThen.
        """
        order = self._open(customer_id, standing_order_id)
        now, skipped = self.clock.now(), self.standing.skipped(order.id)
        dues = [order.next_due] if day is None else list(due_on(order.schedule, order.zone, day))
        dues = [due for due in dues if due is not None and due > now and due not in skipped and shown in (None, due)]
        if not dues:
            raise NothingDueThen()
        left_out = [_skipped(order, due, now) for due in dues]
        self.writer.commit(self._skipping(order, left_out, skipped | {one.due for one in left_out}))
        return left_out[0]

    def pause(self, customer_id: str, standing_order_id: str, until: date | None = None) -> StandingOrder:
        """No runs until it is resumed, or until a local day to come on which it goes on by itself.

        Raises NotFound, StandingOrderClosed, NothingDueThen for a day that has begun.
        """
        order, now = self._open(customer_id, standing_order_id), self.clock.now()
        resumes = _local(until, time(), order.zone) if until else None
        if resumes is not None and resumes <= now:
            raise NothingDueThen()
        # The first run after it is announced as any other.
        first = next_run(order, resumes - timedelta(milliseconds=1), self.standing.skipped(order.id)) if resumes else None
        put = {"state": "paused", "paused_until": resumes, "notice_at": notice_time(first, now)}
        self.writer.commit(self._moved(order, "standing_order_paused", put, expect=("state",)))
        return self.owned(customer_id, standing_order_id)

    def resume(self, customer_id: str, standing_order_id: str) -> StandingOrder:
        """The same terms go on. Raises NotFound, StandingOrderClosed, StandingOrderNotPaused."""
        order = self._open(customer_id, standing_order_id)
        if order.state != "paused":
            raise StandingOrderNotPaused(title=order.title)
        self.writer.commit(self.resuming(order))
        return self.owned(customer_id, standing_order_id)

    def resuming(self, order: StandingOrder) -> Unit:
        """What goes on: with the run that comes next, or that fell due since the moment at which the pause was to end."""
        now = self.clock.now()
        is_over = order.paused_until is not None and order.paused_until <= now
        due = order.next_due if is_over else next_run(order, now, self.standing.skipped(order.id))
        moved = {"state": "active", "paused_until": None, "next_due": due, "notice_at": notice_time(due, now)}
        return self._moved(order, "standing_order_resumed", moved)

    def amending(self, order: StandingOrder, changed: StandingOrder) -> tuple[StandingOrder, Unit, bool]:
        """New terms: the order's next version, what saves it, and whether that needs a new consent.

        Where it does, the changed order waits as a proposal and the old terms hold until it is agreed to; the old one is canceled
        with that. Where it does not, it holds at once.
        """
        mandate = self._mandate(order)
        constraints = constraints_of(changed)
        if order.is_open and not (is_within(constraints, mandate.constraints) and _asks_as_much(order, changed)):
            replaced = replace(changed, id=self.ids.new("sto"), version=1, created_at=self.clock.now(), replaces=order.id)
            return (*self.proposing(replaced), True)
        now = self.clock.now()
        amended = replace(changed, version=order.version + 1)
        if order.is_open:
            due = next_run(amended, now, self.standing.skipped(order.id))
            notice = notice_time(due, now) if order.state == "active" else order.notice_at
            amended = replace(amended, next_due=due, notice_at=notice)
        unit = self.mandates.amending(mandate, replace(mandate, version=mandate.version + 1, constraints=constraints))
        expect = {"version": order.version, "state": order.state, "next_due": order.next_due}
        change = Change(StandingOrder, order.id, expect, whole=amended, refusal=MandateChanged())
        return amended, replace(unit, changes=(*unit.changes, change)), False

    def amend(self, customer_id: str, changed: StandingOrder) -> StandingOrder:
        """`amending`, saved. Raises NotFound, StandingOrderClosed, MandateWidened where a new consent is needed."""
        order = self.owned(customer_id, changed.id)
        if order.is_over:
            raise StandingOrderClosed(title=order.title)
        amended, unit, needs_consent = self.amending(order, changed)
        if needs_consent:
            raise MandateWidened()
        self.writer.commit(unit)
        return amended

    def cancel(self, customer_id: str, standing_order_id: str) -> None:
        """For good, with its mandate; a second time changes nothing. Raises NotFound."""
        order = self.owned(customer_id, standing_order_id)
        if not order.is_over:
            self.writer.commit(self.canceling([order]))

    def cancel_all(self, customer_id: str) -> list[StandingOrder]:
        """Everything that recurs, at once: what was canceled."""
        current = [order for order in self.standing.standing_orders(customer_id) if not order.is_over]
        if current:
            self.writer.commit(self.canceling(current))
        return [order for order in current if order.is_open]

    def cap_all(self, customer_id: str, per_order: Money) -> None:
        """No run and no agent spends more than so much at a time, from now on; what was allowed less keeps its own cap."""
        orders = [order for order in self.standing.standing_orders(customer_id) if not order.is_over]
        capped = [o for o in orders if o.cap.currency == per_order.currency and not per_order.covers(o.cap)]
        units = [self.amending(order, replace(order, cap=per_order))[1] for order in capped]
        own = {order.mandate_id for order in capped}
        others = (m for m in self.mandates.records.mandates(customer_id) if m.id not in own)
        units += [unit for mandate in others if (unit := self.mandates.capping(mandate, per_order)) is not None]
        if units:
            self.writer.commit(together(f"cap_all:{self.ids.new('cap')}", self.clock.now(), units))

    def canceling(self, orders: Sequence[StandingOrder]) -> Unit:
        put = {"state": "canceled", "next_due": None, "notice_at": None}
        # Whatever a worker does with it at this very moment, it is over.
        units = [self._moved(order, "standing_order_canceled", put, expect=()) for order in orders]
        revoked = self.mandates.revoking([self._mandate(order) for order in orders])
        return together(f"cancel:{self.ids.new('can')}", self.clock.now(), [*units, revoked])

    def owned(self, customer_id: str, standing_order_id: str) -> StandingOrder:
        """Raises NotFound."""
        order = self.standing.standing_order(standing_order_id)
        if order is None or order.customer_id != customer_id:
            raise NotFound(what=standing_order_id)
        return order

    def _shown(self, customer_id: str, standing_order_id: str, version: int) -> StandingOrder:
        order = self.owned(customer_id, standing_order_id)
        if order.version != version:
            raise MandateChanged()
        if order.is_over:
            raise StandingOrderClosed(title=order.title)
        return order

    def _open(self, customer_id: str, standing_order_id: str) -> StandingOrder:
        order = self.owned(customer_id, standing_order_id)
        if not order.is_open:
            raise StandingOrderClosed(title=order.title)
        return order

    def _mandate(self, order: StandingOrder) -> Mandate:
        mandate = self.mandates.records.mandate(order.mandate_id)
        if mandate is None:
            raise NotFound(what=order.mandate_id)
        return mandate

    def _skipping(self, order: StandingOrder, left_out: Sequence[Occurrence], skipped: frozenset[datetime]) -> Unit:
        now = self.clock.now()
        due = order.next_due
        moved: dict[str, object] = {}
        if due in {one.due for one in left_out}:
            due = next_run(order, now, skipped)
            moved = {"next_due": due, "notice_at": notice_time(due, now)}
        unit = self._moved(order, "occurrence_skipped", moved)
        already = NothingDueThen()
        key = f"skip:{left_out[0].id}"
        return replace(unit, key=key, fingerprint=key, inserts=tuple(Insert(one, already) for one in left_out))

    def _moved(
        self,
        order: StandingOrder,
        event: str,
        put: Mapping[str, object],
        expect: Sequence[str] = ("version", "state", "next_due"),
        facts: Mapping[str, str | int] | None = None,
    ) -> Unit:
        """A change of the order's own columns, guarded by what those of `expect` were."""
        now = self.clock.now()
        before = {name: getattr(order, name) for name in expect}
        change = Change(StandingOrder, order.id, before, put or {"state": order.state}, refusal=MandateChanged())
        told: dict[str, str | int] = {"standing_order": order.id, "version": order.version, **(facts or {})}
        return Unit(
            key=f"{event}:{self.ids.new('mov')}",
            fingerprint=order.id,
            at=now,
            changes=(change,),
            trace=(TraceEvent(order.customer_id, event, told, now),),
        )


def _skipped(order: StandingOrder, due: datetime, now: datetime) -> Occurrence:
    return Occurrence(occurrence_id(order.id, due), order.id, order.customer_id, due, "skipped", now)


def constraints_of(order: StandingOrder) -> Constraints:
    """What the order's mandate allows: its goods, its times, its cap. One that asks first may pay nothing by itself."""
    products = frozenset[str]().union(*(scope_of(d.merchant_id, (line.product_id for line in d.lines)) for d in order.drafts))
    until = order.schedule.until
    return Constraints(
        per_order=order.cap if order.mode == "automatic" else Money(0, order.cap.currency),
        zone=order.zone,
        merchants=frozenset(draft.merchant_id for draft in order.drafts),
        products=products,
        schedule=order.schedule,
        ends=_local(until + timedelta(days=1), time(), order.zone) if until else None,
    )


def _asks_as_much(order: StandingOrder, changed: StandingOrder) -> bool:
    """Whether what the mandate does not bind stays as it was agreed, or allows less."""
    return (
        changed.drafts == order.drafts
        and order.cap.covers(changed.cap)
        and (changed.mode == order.mode or changed.mode == "ask_first")
        and (changed.missed == order.missed or changed.missed == "skip")
        and (order.left is None or (changed.left is not None and changed.left <= order.left))
    )


def _local(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)

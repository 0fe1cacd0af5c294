"""Risk at the door to money: what a card shows and what decides when it is paid, by the same rules on the facts of the moment.

The history is one bounded read just before the unit that holds the money: two payments of one moment may not see each other, so a
rule of velocity is late by what is in flight. No amount depends on it: caps and balances are guarded in the unit itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.base.clock import Clock
from app.domain.catalog import Catalog, Product
from app.domain.checkout import CheckoutSession
from app.domain.customer import Customer
from app.domain.risk import (
    Decision,
    Releaser,
    RiskAsks,
    RiskFacts,
    RiskRefused,
    RiskRelease,
    RiskRules,
    RiskStepUp,
    Verdict,
    asked_by,
    assess,
)
from app.domain.risk_facts import Moment, Offered, Purchase, facts_of
from app.domain.trace import TraceEvent
from app.service.ports import Merchants
from app.service.units import Insert, Unit, Writer

HISTORY_MAX = 200
# What a trace event's facts about risk begin with.
PREFIX = "risk."


@dataclass(frozen=True, slots=True)
class Assessed:
    """A payment's verdict as it was stored: of one that was paid, or of an attempt that was stopped."""

    customer_id: str
    checkout_ref: str
    paid: bool
    decision: Decision
    facts: RiskFacts


class RiskRecords(Protocol):
    """What is stored, as of the last commit."""

    def purchases(self, customer_id: str, limit: int) -> list[Purchase]:
        """The newest orders that were not called off, newest first."""
        ...

    def risk_releases(self, digest: str) -> list[RiskRelease]: ...
    def assessed(self, since: datetime) -> Iterator[Assessed | None]:
        """Every payment and stopped attempt since a moment, oldest first; None for one from before verdicts were kept."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on one version of a card. `asks`: who has yet to say that it is meant."""

    facts: RiskFacts
    verdict: Verdict
    asks: Releaser | None = None

    def traced(self) -> dict[str, str | int]:
        """What the trace keeps: the verdict with its reason codes, the rules' version and the facts they looked at."""
        verdict, facts = self.verdict, {f"{PREFIX}{name}": value for name, value in self.facts.plain().items()}
        return {"risk": verdict.decision, "risk_reasons": " ".join(verdict.reasons), "risk_rules": verdict.rules_version, **facts}


@dataclass(frozen=True, slots=True)
class Risks:
    """`releaser`: who may say that a customer's payment is meant: they themselves, or who watches over them."""

    records: RiskRecords
    merchants: Merchants
    writer: Writer
    rules: RiskRules
    clock: Clock
    releaser: Callable[[str], Releaser]
    _shelves: "Shelves" = field(default_factory=lambda: Shelves())

    def judge(
        self, customer: Customer, checkout: CheckoutSession, *, by_agent: bool = False, outside_grant: bool = False
    ) -> Judged:
        """The verdict as of now, for a card that is shown."""
        moment = Moment(self.clock.now(), customer.zone, by_agent, outside_grant)
        history = self.records.purchases(customer.id, HISTORY_MAX)
        facts = facts_of(checkout, history, self._shelves.of(self.merchants.catalogs()), moment)
        verdict = assess(facts, self.rules)
        releaser = self.releaser(customer.id)
        is_asked = verdict.decision == "ask_person" and not self._is_released(checkout, verdict, releaser)
        return Judged(facts, verdict, releaser if is_asked else None)

    def check(self, customer: Customer, checkout: CheckoutSession, *, by_agent: bool = False) -> Judged:
        """Let a payment through or keep in the trace why not. Raises RiskRefused, RiskAsks, and for an agent RiskStepUp.

        What asks the guardian is let through to them: it is paid with their yes, see `releasing`.
        """
        judged = self.judge(customer, checkout, by_agent=by_agent)
        decision = judged.verdict.decision
        if decision == "refuse":
            self._keep(checkout, judged)
            raise RiskRefused(constraint=judged.verdict.dimensions[0], total=checkout.totals.maximum)
        if judged.asks is not None:
            self._keep(checkout, judged)
        if judged.asks == "self" or (judged.asks and by_agent):
            raise RiskAsks(total=checkout.totals.maximum)
        if decision == "step_up" and by_agent:
            self._keep(checkout, judged)
            raise RiskStepUp(total=checkout.totals.maximum)
        return judged

    def outside_grant(self, customer: Customer, checkout: CheckoutSession) -> None:
        """Keep in the trace that an agent tried what its mandate does not allow; the mandate itself has refused it."""
        self._keep(checkout, self.judge(customer, checkout, by_agent=True, outside_grant=True))

    def release(self, customer: Customer, checkout: CheckoutSession) -> bool:
        """Keep that its customer means this version of the card, for its amount; False where they are not asked.

        A changed card has another digest and is asked about anew.
        """
        judged = self.judge(customer, checkout)
        if judged.asks != "self":
            return False
        self.writer.commit(self.releasing(checkout, judged, "self"))
        return True

    def releasing(self, checkout: CheckoutSession, judged: Judged, by: Releaser) -> Unit:
        """What is kept of it that this version of the card is meant."""
        reasons = asked_by(judged.verdict, self.rules)
        amount, now = checkout.totals.maximum, self.clock.now()
        facts: dict[str, str | int] = {
            "checkout": checkout.ref,
            "digest": checkout.digest,
            "amount": amount.minor,
            "currency": amount.currency,
            "by": by,
            "reasons": " ".join(sorted(reasons)),
        }
        # The same card may be asked about again for another reason.
        key = f"risk_release:{checkout.ref}:{'+'.join(sorted(reasons))}"
        released = RiskRelease(key, checkout.customer_id, checkout.digest, amount, reasons, by)
        event = TraceEvent(checkout.customer_id, "risk_released", facts, now)
        return Unit(key, checkout.digest, now, inserts=(Insert(released),), trace=(event,))

    def _is_released(self, checkout: CheckoutSession, verdict: Verdict, by: Releaser) -> bool:
        asked = asked_by(verdict, self.rules)
        kept = self.records.risk_releases(checkout.digest)
        return any(release.by == by and release.covers(checkout.digest, asked) for release in kept)

    def _keep(self, checkout: CheckoutSession, judged: Judged) -> None:
        now, verdict = self.clock.now(), judged.verdict
        event = TraceEvent(checkout.customer_id, "risk", {"checkout": checkout.ref, **judged.traced()}, now)
        # Pressed again for the same reasons it is the same attempt.
        key = f"risk:{checkout.ref}:{verdict.decision}:{'+'.join(verdict.reasons)}"
        self.writer.commit(Unit(key, checkout.digest, now, trace=(event,)))


class Shelves:
    """What shops usually sell of each category: made out of a catalogue when it is first asked about, kept while that stands."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Catalog, dict[str, Offered]]] = {}

    def of(self, catalogs: Mapping[str, Catalog]) -> "CatalogShelf":
        return CatalogShelf(catalogs, self._known)


@dataclass(frozen=True, slots=True)
class CatalogShelf:
    catalogs: Mapping[str, Catalog]
    known: dict[str, tuple[Catalog, dict[str, Offered]]] = field(default_factory=dict)

    def get(self, key: tuple[str, str], /) -> Offered | None:
        merchant_id, product_id = key
        catalog = self.catalogs.get(merchant_id)
        product = catalog.products.get(product_id) if catalog else None
        if catalog is None or product is None:
            return None
        known = self.known.get(merchant_id)
        if known is None or known[0] is not catalog:
            known = self.known[merchant_id] = (catalog, {})
        if product_id not in known[1]:
            known[1][product_id] = _offered(product, catalog.products.values())
        return known[1][product_id]


def _offered(product: Product, products: Iterable[Product]) -> Offered:
    kind = (other for other in products if other.category == product.category and other.id != product.id)
    return Offered(product.category, product.irreversible, tuple(sorted(other.price.minor for other in kind)))

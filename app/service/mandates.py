"""Mandates and agents: proposed, granted with step-up, narrowed at once, paused, revoked."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import Ids
from app.base.money import Money
from app.domain.agent import Agent, AgentUnknown, standing_agent_id
from app.domain.consent import Consent, consent_to_mandate
from app.domain.customer import NotFound
from app.domain.mandate import (
    Constraints,
    GrantMethod,
    Mandate,
    MandateInactive,
    MandateTerms,
    MandateWidened,
    is_within,
    terms_digest,
)
from app.domain.trace import TraceEvent
from app.service.consents import Consents, Evidence, method_of
from app.service.mandate_ports import MandateRecords
from app.service.units import Change, Insert, Unit, Writer

NAME_MAX = 60


class MandateChanged(Refusal):
    """The terms that were granted are not the current ones."""

    code = "mandate_changed"


class AgentNameUnfit(Refusal):
    """An agent without a name, or with one that is too long."""

    code = "agent_name_unfit"


@dataclass(frozen=True, slots=True)
class Mandates:
    """Granting and widening need the customer's step-up; narrowing, pausing and revoking never do."""

    records: MandateRecords
    writer: Writer
    consents: Consents
    clock: Clock
    ids: Ids

    def add_agent(self, customer_id: str, name: str) -> tuple[Agent, str]:
        """A new agent and its key, which is kept nowhere and never shown again. Raises AgentNameUnfit."""
        name = " ".join(name.split())
        if not 0 < len(name) <= NAME_MAX:
            raise AgentNameUnfit(maximum=NAME_MAX)
        key = f"usual_{secrets.token_urlsafe(32)}"
        now = self.clock.now()
        agent = Agent(self.ids.new("agt"), customer_id, name, key_hash(key), now)
        self.writer.commit(
            Unit(
                key=f"agent:{agent.id}",
                fingerprint=agent.id,
                at=now,
                inserts=(Insert(agent),),
                trace=(TraceEvent(customer_id, "agent_added", {"agent": agent.id}, now),),
            )
        )
        return agent, key

    def agent_of(self, key: str) -> Agent:
        """Who a key speaks for. Raises AgentUnknown."""
        agent = self.records.agent_by_key(key_hash(key))
        if agent is None or agent.removed_at is not None:
            raise AgentUnknown()
        return agent

    def remove_agent(self, customer_id: str, agent_id: str) -> None:
        """The key opens nothing from now on, and what was granted to the agent is revoked. Raises NotFound."""
        agent = self.records.agent(agent_id)
        if agent is None or agent.customer_id != customer_id or agent.key_hash is None:
            raise NotFound(what=agent_id)
        now = self.clock.now()
        granted = [m for m in self.records.mandates(customer_id) if m.agent_id == agent_id and m.state != "revoked"]
        self.writer.commit(
            Unit(
                key=f"agent_removed:{agent_id}",
                fingerprint=agent_id,
                at=now,
                changes=(
                    Change(Agent, agent_id, put={"removed_at": now}),
                    *(Change(Mandate, m.id, put={"state": "revoked"}) for m in granted),
                ),
                trace=(
                    TraceEvent(customer_id, "agent_removed", {"agent": agent_id}, now),
                    *(self._event("mandate_revoked", m, now) for m in granted),
                ),
            )
        )

    def proposed(self, customer_id: str, agent_id: str, constraints: Constraints, digest: str | None = None) -> Mandate:
        """Terms that the customer can grant; nothing is allowed before. `digest` makes a closed one. Not saved yet."""
        return Mandate(
            id=self.ids.new("mdt"),
            version=1,
            customer_id=customer_id,
            agent_id=agent_id,
            state="proposed",
            constraints=constraints,
            created_at=self.clock.now(),
            digest=digest,
        )

    def propose(self, customer_id: str, agent_id: str, constraints: Constraints, digest: str | None = None) -> Mandate:
        """`proposed`, saved. Raises NotFound for another customer's agent, AgentUnknown for a removed one."""
        agent = self.records.agent(agent_id)
        if agent is None or agent.customer_id != customer_id:
            raise NotFound(what=agent_id)
        if agent.removed_at is not None:
            raise AgentUnknown()
        mandate = self.proposed(customer_id, agent_id, constraints, digest)
        self.writer.commit(self.saving(mandate))
        return mandate

    def saving(self, mandate: Mandate) -> Unit:
        """What `propose` saves, for a unit that saves more with it."""
        return Unit(
            key=f"mandate:{mandate.ref}",
            fingerprint=terms_digest(mandate),
            at=mandate.created_at,
            inserts=(Insert(mandate), Insert(self._terms(mandate, mandate.created_at))),
            trace=(self._event("mandate_proposed", mandate, mandate.created_at),),
        )

    def house_agent(self, customer_id: str) -> tuple[Insert, ...]:
        """The row of the house's own agent for standing orders, where the customer has none yet."""
        agent_id = standing_agent_id(customer_id)
        if self.records.agent(agent_id) is not None:
            return ()
        return (Insert(Agent(agent_id, customer_id, "Usual", None, self.clock.now())),)

    def consent_to(self, customer_id: str, mandate_id: str, version: int) -> Consent:
        """What a passkey signs for `grant`. Raises NotFound, MandateChanged, MandateInactive."""
        mandate = self._shown(customer_id, mandate_id, version)
        if mandate.state == "revoked":
            raise MandateInactive(constraint="state", state=mandate.state)
        return consent_to_mandate(mandate)

    def consent_to_amended(self, customer_id: str, mandate_id: str, constraints: Constraints) -> Consent:
        """What a passkey signs for `amend`. Raises NotFound."""
        return consent_to_mandate(_amended(self._owned(customer_id, mandate_id), constraints))

    def grant(self, customer_id: str, mandate_id: str, version: int, evidence: Evidence) -> Mandate:
        """Allow exactly the terms that were shown. Idempotent.

        Raises NotFound, MandateChanged, MandateInactive, and what `Consents.allow` raises.
        """
        mandate = self._shown(customer_id, mandate_id, version)
        if mandate.state == "active":
            return mandate
        self.consents.allow(consent_to_mandate(mandate), evidence, self.granting(mandate, method_of(evidence)))
        return self._owned(customer_id, mandate_id)

    def granting(self, mandate: Mandate, by: GrantMethod) -> Unit:
        """What a grant saves once the customer has stepped up. Raises MandateInactive for one that was revoked."""
        if mandate.state == "revoked":
            raise MandateInactive(constraint="state", state=mandate.state)
        now = self.clock.now()
        return Unit(
            # The state is the guard: a mandate that was paused since may be granted again.
            key=f"grant:{mandate.ref}:{self.ids.new('grt')}",
            fingerprint=terms_digest(mandate),
            at=now,
            changes=(
                Change(
                    Mandate,
                    mandate.id,
                    expect={"state": mandate.state, "version": mandate.version},
                    put={"state": "active", "granted_at": now, "granted_by": by},
                    refusal=MandateChanged(),
                ),
            ),
            trace=(self._event("mandate_granted", mandate, now, by),),
        )

    def amend(self, customer_id: str, mandate_id: str, constraints: Constraints, evidence: Evidence | None = None) -> Mandate:
        """New terms as the next version: narrower ones hold at once, any others need the PIN or a passkey.

        Raises NotFound, MandateInactive, MandateWidened where the evidence is missing, MandateChanged, and what
        `Consents.allow` raises.
        """
        mandate = self._owned(customer_id, mandate_id)
        if mandate.state == "revoked":
            raise MandateInactive(constraint="state", state=mandate.state)
        amended = _amended(mandate, constraints)
        needs_grant = mandate.state != "proposed" and not is_within(constraints, mandate.constraints)
        if not needs_grant:
            self.writer.commit(self.amending(mandate, amended))
        elif evidence is None:
            raise MandateWidened()
        else:
            unit = self.amending(mandate, amended, method_of(evidence))
            self.consents.allow(consent_to_mandate(amended), evidence, unit)
        return amended

    def amending(self, mandate: Mandate, amended: Mandate, by: GrantMethod | None = None) -> Unit:
        """What `amend` saves: the row moves to the new version, and its terms are kept beside the old ones.

        `by`: what the customer agreed with, where they had to.
        """
        now, narrows = self.clock.now(), is_within(amended.constraints, mandate.constraints)
        whole = amended if narrows else replace(amended, granted_at=now, granted_by=by)
        return Unit(
            key=f"amend:{amended.ref}",
            fingerprint=terms_digest(amended),
            at=now,
            changes=(
                Change(
                    Mandate,
                    mandate.id,
                    expect={"state": mandate.state, "version": mandate.version},
                    whole=whole,
                    refusal=MandateChanged(),
                ),
            ),
            inserts=(Insert(self._terms(amended, now), MandateChanged()),),
            trace=(self._event("mandate_narrowed" if narrows else "mandate_widened", amended, now, by),),
        )

    def capping(self, mandate: Mandate, per_order: Money) -> Unit | None:
        """What keeps an agent from spending more than so much at a time; None where it may not anyway."""
        constraints = mandate.constraints
        if mandate.state == "revoked" or constraints.currency != per_order.currency or per_order.covers(constraints.per_order):
            return None
        return self.amending(mandate, _amended(mandate, replace(constraints, per_order=per_order)))

    def pause(self, customer_id: str, mandate_id: str) -> None:
        """Raises NotFound, MandateInactive."""
        self._move(self._owned(customer_id, mandate_id), "active", "paused")

    def resume(self, customer_id: str, mandate_id: str) -> None:
        """The same terms again; what was granted needs no new grant. Raises NotFound, MandateInactive."""
        self._move(self._owned(customer_id, mandate_id), "paused", "active")

    def revoke(self, customer_id: str, mandate_id: str) -> None:
        """At once, and for good; a second time changes nothing. Raises NotFound."""
        mandate = self._owned(customer_id, mandate_id)
        if mandate.state != "revoked":
            self.writer.commit(self.revoking([mandate]))

    def revoking(self, mandates: Iterable[Mandate]) -> Unit:
        """What `revoke` saves of several."""
        gone = [mandate for mandate in mandates if mandate.state != "revoked"]
        now = self.clock.now()
        return Unit(
            key=f"revoke:{self.ids.new('rev')}",
            fingerprint="revoke",
            at=now,
            changes=tuple(Change(Mandate, mandate.id, put={"state": "revoked"}) for mandate in gone),
            trace=tuple(self._event("mandate_revoked", mandate, now) for mandate in gone),
        )

    def _move(self, mandate: Mandate, before: str, after: str) -> None:
        inactive = MandateInactive(constraint="state", state=mandate.state)
        if mandate.state != before:
            raise inactive
        now = self.clock.now()
        self.writer.commit(
            Unit(
                key=f"mandate_{after}:{self.ids.new('mov')}",
                fingerprint=mandate.id,
                at=now,
                changes=(Change(Mandate, mandate.id, expect={"state": before}, put={"state": after}, refusal=inactive),),
                trace=(self._event(f"mandate_{'paused' if after == 'paused' else 'resumed'}", mandate, now),),
            )
        )

    def _shown(self, customer_id: str, mandate_id: str, version: int) -> Mandate:
        mandate = self._owned(customer_id, mandate_id)
        if mandate.version != version:
            raise MandateChanged()
        return mandate

    def _owned(self, customer_id: str, mandate_id: str) -> Mandate:
        mandate = self.records.mandate(mandate_id)
        if mandate is None or mandate.customer_id != customer_id:
            raise NotFound(what=mandate_id)
        return mandate

    def _terms(self, mandate: Mandate, at: datetime) -> MandateTerms:
        """As of the moment of the event that binds them."""
        return MandateTerms(mandate.ref, mandate.id, mandate.customer_id, mandate.constraints, terms_digest(mandate), at)

    def _event(self, kind: str, mandate: Mandate, at: datetime, by: GrantMethod | None = None) -> TraceEvent:
        facts: dict[str, str | int] = {"mandate": mandate.ref, "agent": mandate.agent_id, "terms": terms_digest(mandate)}
        if by is not None:
            facts["by"] = by
        return TraceEvent(mandate.customer_id, kind, facts, at)


def _amended(mandate: Mandate, constraints: Constraints) -> Mandate:
    return replace(mandate, version=mandate.version + 1, constraints=constraints)


def key_hash(key: str) -> str:
    """Keys are random enough that a plain hash keeps them."""
    return hashlib.sha256(key.encode()).hexdigest()

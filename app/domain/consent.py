"""Consents: the whole of what a customer is asked to agree to, so that agreeing to it can be bound to exactly that."""

import hashlib
import json
from dataclasses import dataclass

from app.base.money import Money
from app.domain.mandate import Mandate, plain, terms_digest
from app.domain.standing import StandingOrder


@dataclass(frozen=True, slots=True)
class Consent:
    """Terms that allow spending: `digest` is over all of them, `at_most` is the cap of each order; no payees are any payees."""

    customer_id: str
    ref: str
    digest: str
    payees: frozenset[str]
    at_most: Money


def consent_to_mandate(mandate: Mandate) -> Consent:
    constraints = mandate.constraints
    return Consent(mandate.customer_id, mandate.ref, terms_digest(mandate), constraints.merchants, constraints.per_order)


def consent_to_standing_order(order: StandingOrder, mandate: Mandate) -> Consent:
    """With the mandate that is granted when it is agreed to. What changes as it runs is not of its terms."""
    terms = (order.title, order.drafts, order.schedule, order.zone, order.cap, order.mode, order.missed, order.left)
    bound = [order.id, order.version, order.customer_id, order.replaces, plain(terms), terms_digest(mandate)]
    canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    payees = frozenset(draft.merchant_id for draft in order.drafts)
    return Consent(order.customer_id, f"{order.id}.{order.version}", digest, payees, order.cap)

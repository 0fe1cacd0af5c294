"""Agents, mandates and their use as they are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select

from app.base.clock import EPOCH
from app.domain.agent import Agent
from app.domain.mandate import Mandate, MandateTerms
from app.storage import tables
from app.storage.columns import table_of
from app.storage.mapping import CONSTRAINTS
from app.storage.select import Reads, where

AGENT, MANDATE, TERMS = table_of(tables.AgentRow), table_of(tables.MandateRow), table_of(tables.MandateTermsRow)
TRANSFER, AUTHORISATION = table_of(tables.TransferRow), table_of(tables.AuthorisationRow)
COUNTED = ("hold", "void", "release")

# What a mandate's orders hold and have taken: what was given back of a hold never counts, a refund changes nothing.
USED = (
    select(func.coalesce(func.sum(case((TRANSFER.c.kind == "hold", TRANSFER.c.amount), else_=-TRANSFER.c.amount)), 0))
    .select_from(AUTHORISATION.join(TRANSFER, TRANSFER.c.cause == AUTHORISATION.c.order_id))
    .where(AUTHORISATION.c.mandate_id == bindparam("mandate_id"))
    .where(AUTHORISATION.c.at >= bindparam("since", type_=AUTHORISATION.c.at.type))
    .where(TRANSFER.c.kind.in_(COUNTED))
)
_AGENT, _BY_KEY = where(AGENT, "id"), where(AGENT, "key_hash")
_AGENTS = where(AGENT, "customer_id").order_by(AGENT.c.at, AGENT.c.id)
_MANDATE, _TERMS = where(MANDATE, "id"), where(TERMS, "id")
_MANDATES = where(MANDATE, "customer_id").order_by(MANDATE.c.created_at, MANDATE.c.id)


class StoredMandates(Reads):
    """The service's `MandateRecords`."""

    def agent(self, agent_id: str) -> Agent | None:
        row = self._first(_AGENT, id=agent_id)
        return None if row is None else Agent(**row._mapping)

    def agent_by_key(self, key_hash: str) -> Agent | None:
        row = self._first(_BY_KEY, key_hash=key_hash)
        return None if row is None else Agent(**row._mapping)

    def agents(self, customer_id: str) -> list[Agent]:
        return [Agent(**row._mapping) for row in self._all(_AGENTS, customer_id=customer_id)]

    def mandate(self, mandate_id: str) -> Mandate | None:
        row = self._first(_MANDATE, id=mandate_id)
        return None if row is None else _mandate(row)

    def mandates(self, customer_id: str) -> list[Mandate]:
        return [_mandate(row) for row in self._all(_MANDATES, customer_id=customer_id)]

    def mandate_terms(self, ref: str) -> MandateTerms | None:
        row = self._first(_TERMS, id=ref)
        return None if row is None else MandateTerms(**constrained(row))

    def mandate_used(self, mandate_id: str, since: datetime | None) -> int:
        row = self._first(USED, mandate_id=mandate_id, since=since or EPOCH)
        return int(row[0]) if row else 0


def _mandate(row: Row[Any]) -> Mandate:
    values = constrained(row)
    del values["used_at"]
    return Mandate(**values)


def constrained(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping) | {"constraints": CONSTRAINTS.validate_json(row.constraints)}

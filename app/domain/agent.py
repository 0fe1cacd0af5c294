"""Agents: who asks to pay for a customer. Each has a name and a key, and is nothing without a mandate."""

from dataclasses import dataclass
from datetime import datetime

from app.base.errors import Refusal
from app.base.ids import derived_id


class AgentUnknown(Refusal):
    """No agent has this key, or it was removed."""

    code = "agent_unknown"


@dataclass(frozen=True, slots=True)
class Agent:
    """`key_hash` is None for the house's own agent, which no key outside can speak for."""

    id: str
    customer_id: str
    name: str
    key_hash: str | None
    at: datetime
    removed_at: datetime | None = None


def standing_agent_id(customer_id: str) -> str:
    """The house's own agent that carries out one customer's standing orders."""
    return derived_id("agt", customer_id, "standing_orders")

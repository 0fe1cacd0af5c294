"""Who approved a spending, by name: the customer with a PIN or passkey, a standing order, or an agent."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.dialogue.wording import say
from app.domain.agent import Agent, standing_agent_id
from app.domain.checkout import ApprovalMethod
from app.domain.names import Lang, Names
from app.service.mandate_ports import MandateRecords
from app.service.standing_ports import StandingRecords


@dataclass(frozen=True, slots=True)
class Approver:
    """`agent_id` and `mandate_id` where a mandate approved."""

    method: ApprovalMethod
    agent_id: str | None = None
    mandate_id: str | None = None


@dataclass(frozen=True, slots=True)
class Approvers:
    """One customer's agents, and what their standing orders are called, by the mandate of each."""

    agents: Mapping[str, Agent]
    titles: Mapping[str, Names]
    house_agent_id: str

    @classmethod
    def of(cls, customer_id: str, mandates: MandateRecords, standing: StandingRecords) -> "Approvers":
        return cls(
            agents={agent.id: agent for agent in mandates.agents(customer_id)},
            titles={order.mandate_id: order.title for order in standing.standing_orders(customer_id)},
            house_agent_id=standing_agent_id(customer_id),
        )

    def name(self, approver: Approver, lang: Lang) -> str:
        """A standing order goes by its own name, for the house's agent has none that a customer gave it."""
        if approver.method != "mandate":
            return say(lang, f"approver.{approver.method}")
        title = self.titles.get(approver.mandate_id or "")
        if title is not None:
            return say(lang, "approver.standing", {"title": title})
        return self.agent_name(approver.agent_id or "", lang)

    def agent_name(self, agent_id: str, lang: Lang) -> str:
        if agent_id == self.house_agent_id:
            return say(lang, "approver.house")
        agent = self.agents.get(agent_id)
        return agent.name if agent is not None and agent.name else say(lang, "approver.gone")

    def picture(self, approver: Approver) -> str:
        if approver.method != "mandate":
            return "key"
        return "clock" if approver.mandate_id in self.titles else "spark"

"""A receipt with what stands behind it: what was asked, shown, approved and paid, by whom, under which permission."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.base.clock import local
from app.dialogue.wording import say
from app.domain.checkout import Approval, CheckoutSession
from app.domain.customer import Customer, NotFound
from app.domain.ledger import CAME_BACK
from app.domain.names import Lang
from app.domain.order import Order
from app.service.mandate_ports import MandateRecords
from app.service.ports import Records
from app.service.queries import Queries
from app.service.views import ReceiptView

# What a customer's own money did. What the platform put in stands among the coupons.
SHOWN = ("hold", "capture", "release", "void", *CAME_BACK)
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Moved:
    when: str
    what: str
    amount: str


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """`serial` is the place of its payment in the customer's chain and the beginning of that link's hash: no two are alike.

    `asked` are the words, oldest first; empty where they were erased or it was tapped.
    """

    receipt: ReceiptView
    serial: str
    customer: str
    asked: tuple[str, ...]
    shown: str
    approved: str
    agent: str
    mandate: str
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Receipts:
    records: Records
    mandates: MandateRecords
    queries: Queries

    def of(self, customer_id: str, order_id: str, lang: Lang) -> PrintedReceipt:
        """Raises NotFound, also for another customer's order and for one that nothing was approved for."""
        receipt = self.queries.receipt(customer_id, order_id, lang)
        order, customer = self.records.order(order_id), self.records.customer(customer_id)
        checkout = self.records.checkout(order.checkout_id, order.checkout_version) if order else None
        authorisation = self.records.authorisation(order_id)
        approval = self.records.approval(authorisation.approval_id) if authorisation else None
        if order is None or customer is None or checkout is None or approval is None:
            raise NotFound(what=order_id)
        agent = self.mandates.agent(approval.agent_id) if approval.agent_id else None
        at = local(checkout.created_at, customer.zone)
        shown = {"time": f"{at:%Y-%m-%d %H:%M:%S}", "total": receipt.total, "digest": checkout.digest[:DIGITS]}
        return PrintedReceipt(
            receipt=receipt,
            serial=self._serial(order),
            customer=customer.display_name,
            asked=tuple(self._asked(checkout)),
            shown=say(lang, "printed.shown_text", shown),
            approved=self._approved(approval, customer, lang),
            agent=(agent.name or say(lang, "printed.agent_gone")) if agent else say(lang, "printed.yourself"),
            mandate=approval.mandate_ref or say(lang, "printed.no_mandate"),
            moved=tuple(self._moved(order, customer, lang)),
        )

    def _serial(self, order: Order) -> str:
        links = self.records.trace(order.customer_id)
        link = next(link for link in links if link.kind == "authorised" and link.facts.get("order") == order.id)
        return f"{link.sequence:06}-{link.hash[:DIGITS]}"

    def _asked(self, checkout: CheckoutSession) -> Iterator[str]:
        """The words behind each version of the card."""
        versions = [self.records.checkout(checkout.id, version) for version in range(1, checkout.version + 1)]
        behind = dict.fromkeys(version.reading_id for version in versions if version is not None)
        texts = self.records.vault(checkout.customer_id)
        said = {one.id: one for one in self.records.utterances(checkout.customer_id)}
        for utterance in (said[one] for one in behind if one in said):
            if utterance.channel != "tap" and utterance.words_ref in texts:
                yield texts[utterance.words_ref]

    def _approved(self, approval: Approval, customer: Customer, lang: Lang) -> str:
        at = local(approval.at, customer.zone)
        params = {"time": f"{at:%Y-%m-%d %H:%M:%S}", "maximum": approval.maximum, "digest": approval.digest[:DIGITS]}
        return say(lang, f"printed.approved_{approval.method}", params)

    def _moved(self, order: Order, customer: Customer, lang: Lang) -> Iterator[Moved]:
        transfers = [t for t in self.records.transfers(order.id) if t.kind in SHOWN]
        for transfer in transfers:
            at = local(transfer.at, customer.zone)
            yield Moved(f"{at:%Y-%m-%d %H:%M:%S}", say(lang, f"printed.moved_{transfer.kind}"), str(transfer.amount))

"""What the trace binds, as it is stored: in bulk, for an audit."""

from sqlalchemy import select

from app.domain.checkout import Approval, CheckoutSession
from app.domain.mandate import MandateTerms
from app.domain.order import Order
from app.service.bindings import Cells
from app.service.chains import ChainHead
from app.storage import tables
from app.storage.bindings import BOUND_TABLES, cells_of
from app.storage.columns import table_of
from app.storage.mandate_reads import constrained
from app.storage.mapping import CHECKOUT, MAPPED
from app.storage.reads import order_of
from app.storage.select import Reads, where, with_money

TRACE, HEAD = table_of(tables.TraceRow), table_of(tables.TraceHeadRow)
APPROVAL, ORDER = table_of(tables.ApprovalRow), table_of(tables.OrderRow)
CHECKOUTS, TERMS = table_of(tables.CheckoutRow), table_of(tables.MandateTermsRow)

_HEADS = select(HEAD).order_by(HEAD.c.customer_id)
_CHAINED = select(TRACE.c.customer_id).distinct()
_APPROVALS, _ORDERS = select(APPROVAL), select(ORDER)
_TERMS = where(TERMS, "customer_id").order_by(TERMS.c.id)
_CARDS = where(CHECKOUTS, "customer_id")
# Of a card's columns, what its body does not say.
BESIDE = ("state", "body")


class StoredEvidence(Reads):
    """The service's `EvidenceRecords`."""

    def heads(self) -> list[ChainHead]:
        return [ChainHead(**row._mapping) for row in self._all(_HEADS)]

    def chained(self) -> list[str]:
        return [row.customer_id for row in self._all(_CHAINED)]

    def approvals(self) -> list[Approval]:
        return [Approval(**with_money(row, "maximum")) for row in self._all(_APPROVALS)]

    def orders_of_all(self) -> list[Order]:
        return [order_of(row) for row in self._all(_ORDERS)]

    def terms_of(self, customer_id: str) -> list[MandateTerms]:
        return [MandateTerms(**constrained(row)) for row in self._all(_TERMS, customer_id=customer_id)]

    def rows(self) -> dict[tuple[str, str], Cells]:
        return {
            (table.name, str(row.id)): cells_of(table, row._asdict()) for table in BOUND_TABLES for row in self._all(select(table))
        }

    def misfiled(self, customer_id: str) -> list[str]:
        to_row, found = MAPPED[CheckoutSession].to_row, []
        for row in self._all(_CARDS, customer_id=customer_id):
            body = to_row(CHECKOUT.validate_json(row.body))
            if any(row._mapping[name] != value for name, value in body.items() if name not in BESIDE):
                found.append(str(row.id))
        return found

"""Does what is stored hold against the trace? Every record that is evidence is bound by a link, and no other is there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.domain.checkout import Approval, CheckoutSession
from app.domain.ledger import Transfer
from app.domain.mandate import MandateTerms, terms_digest
from app.domain.order import CANCELED, Authorisation, Order
from app.domain.records import Utterance, VaultEntry
from app.domain.refund import Refund
from app.domain.trace import text_hash
from app.service.bindings import Cells
from app.service.chains import ChainHead
from app.service.mandate_ports import MandateRecords
from app.service.ports import RefundRecords, TraceLink
from app.service.seals import Sealed, seal

# Ends of a refund, by the event that brings them about.
ENDS = {"refund_asked": "asked", "refunded": "done", "refund_refused": "refused", "dispute": "done"}
Fault = tuple[str, str, str]
Bound = dict[str, str]


class EvidenceRecords(Protocol):
    """All that the trace binds, as of the last commit."""

    def heads(self) -> list[ChainHead]: ...
    def chained(self) -> list[str]:
        """Whose chains have links."""
        ...

    def approvals(self) -> list[Approval]: ...
    def orders_of_all(self) -> list[Order]: ...
    def terms_of(self, customer_id: str) -> list[MandateTerms]: ...
    def rows(self) -> Mapping[tuple[str, str], Cells]:
        """What is to be told of every row of evidence, by table and id."""
        ...

    def misfiled(self, customer_id: str) -> list[str]:
        """The cards whose columns are not those of their bodies."""
        ...


class CustomerRecords(Protocol):
    """What belongs to one customer."""

    def checkouts(self, customer_id: str) -> list[CheckoutSession]: ...
    def utterances(self, customer_id: str) -> list[Utterance]: ...
    def vault_entries(self, customer_id: str) -> list[VaultEntry]: ...


@dataclass(frozen=True, slots=True)
class Rows:
    """What is stored of all customers, by whom it belongs to; the transfers by their ids."""

    approvals: Mapping[str, Sequence[Approval]]
    authorisations: Mapping[str, Sequence[Authorisation]]
    orders: Mapping[str, Sequence[Order]]
    transfers: Mapping[str, Transfer]

    @classmethod
    def of(cls, records: EvidenceRecords, authorisations: Iterable[Authorisation], transfers: Iterable[Transfer]) -> "Rows":
        approvals: dict[str, list[Approval]] = defaultdict(list)
        holds: dict[str, list[Authorisation]] = defaultdict(list)
        orders: dict[str, list[Order]] = defaultdict(list)
        for approval in records.approvals():
            approvals[approval.customer_id].append(approval)
        for authorisation in authorisations:
            holds[authorisation.customer_id].append(authorisation)
        for order in records.orders_of_all():
            orders[order.customer_id].append(order)
        return cls(approvals, holds, orders, {transfer.id: transfer for transfer in transfers})


@dataclass(frozen=True, slots=True)
class Evidence:
    records: CustomerRecords
    refunds: RefundRecords
    mandates: MandateRecords
    stored: EvidenceRecords

    def faults(self, customer_id: str, links: Sequence[TraceLink], rows: Rows, *, erased: bool) -> Iterator[Fault]:
        """What is changed, missing or bound by no link of the customer's chain: a stable code, the record's id, what it is."""
        checkouts = self.records.checkouts(customer_id)
        yield from _differences("checkout", _bound(links, "quoted", "checkout", "seal"), {c.ref: seal(c) for c in checkouts})
        for ref in self.stored.misfiled(customer_id):
            yield "record_changed", ref, "checkout"
        yield from _paid(customer_id, links, rows)
        refunds = self.refunds.refunds_of(customer_id)
        given = {link.facts["refund"]: link for link in links if "refund" in link.facts and "seal" in link.facts}
        bound = {str(refund_id): str(link.facts["seal"]) for refund_id, link in given.items()}
        yield from _differences("refund", bound, _sealed(refunds))
        yield from (("record_changed", r.id, "refund") for r in refunds if r.id in given and not _ended(r, given[r.id], links))
        yield from self._terms(customer_id, links)
        yield from self._texts(customer_id, links, erased=erased)

    def _terms(self, customer_id: str, links: Sequence[TraceLink]) -> Iterator[Fault]:
        told = [link for link in links if "terms" in link.facts]
        bound = {str(link.facts["mandate"]): str(link.facts["terms"]) for link in told}
        since = {(str(link.facts["mandate"]), link.at) for link in told}
        mandates = {mandate.id: mandate for mandate in self.mandates.mandates(customer_id)}
        found = {}
        for terms in self.stored.terms_of(customer_id):
            mandate, version = mandates.get(terms.mandate_id), terms.id.rpartition(".")[2]
            digest = ""
            if mandate is not None and terms.id == f"{terms.mandate_id}.{version}" and (terms.id, terms.at) in since:
                digest = terms_digest(replace(mandate, version=int(version), constraints=terms.constraints))
            found[terms.id] = digest if digest == terms.digest else ""
        yield from _differences("mandate_terms", bound, found)
        for mandate in mandates.values():
            if terms_digest(mandate) != bound.get(mandate.ref):
                yield "record_changed", mandate.id, "mandate"

    def _texts(self, customer_id: str, links: Sequence[TraceLink], *, erased: bool) -> Iterator[Fault]:
        """Of who was erased, no text may be there; of anybody else, every text that came into the vault and was not dropped."""
        said = {str(link.facts["utterance"]): link for link in links if link.kind == "understood"}
        utterances = {one.id: one for one in self.records.utterances(customer_id)}
        yield from _differences("utterance", dict.fromkeys(said, ""), dict.fromkeys(utterances, ""))
        kept = () if erased else (link for link in links if link.kind == "text_kept")
        bound = {str(link.facts["text"]): _text(link.facts["kind"], link.at, link.facts["hash"]) for link in kept}
        for one in () if erased else utterances.values():
            if one.id in said:
                facts, at = said[one.id].facts, said[one.id].at
                bound[one.words_ref] = _text("utterance", at, facts["words"])
                bound[one.reading_ref] = _text("reading", at, facts["reading"])
        for link in links:
            if link.kind == "text_dropped":
                bound.pop(str(link.facts["text"]), None)
        entries = self.records.vault_entries(customer_id)
        found = {entry.id: _text(entry.kind, entry.at, text_hash(entry.salt, entry.text)) for entry in entries}
        yield from _differences("text", bound, found)


def transfer_faults(bound: Mapping[str, str], transfers: Mapping[str, Transfer]) -> Iterator[Fault]:
    """Of all chains together: money moves between two accounts, and one of them may be nobody's."""
    found = {id_: seal(transfer) for id_, transfer in transfers.items()}
    yield from _differences("transfer", bound, found)


def bound_transfers(links: Iterable[TraceLink]) -> Bound:
    bound: Bound = {}
    for link in links:
        if "transfers" in link.facts:
            bound |= zip(str(link.facts["transfers"]).split(), str(link.facts["moved"]).split(), strict=False)
    return bound


def _paid(customer_id: str, links: Sequence[TraceLink], rows: Rows) -> Iterator[Fault]:
    """What an authorisation wrote: the approval, the hold and the order."""
    held = {a.order_id: seal(a) for a in rows.authorisations.get(customer_id, ())}
    yield from _differences(
        "approval", _bound(links, "authorised", "approval", "approval_seal"), _sealed(rows.approvals.get(customer_id, ()))
    )
    yield from _differences("authorisation", _bound(links, "authorised", "order", "authorisation_seal"), held)
    yield from _differences("order", _bound(links, "authorised", "order", "order_seal"), _sealed(rows.orders.get(customer_id, ())))


def _bound(links: Iterable[TraceLink], kind: str, key: str, value: str) -> Bound:
    return {str(link.facts.get(key)): str(link.facts.get(value)) for link in links if link.kind == kind}


def _text(kind: object, at: datetime, hashed: object) -> str:
    return f"{kind} {at.isoformat()} {hashed}"


def _sealed(records: Iterable[Approval | Order | Refund]) -> Bound:
    return {record.id: seal(_any(record)) for record in records}


def _any(record: Sealed) -> Sealed:
    return record


def _differences(what: str, bound: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Fault]:
    for id_ in bound.keys() - found.keys():
        yield "record_missing", id_, what
    for id_ in found.keys() - bound.keys():
        yield "record_unbound", id_, what
    for id_ in found.keys() & bound.keys():
        if found[id_] != bound[id_]:
            yield "record_changed", id_, what


def _ended(refund: Refund, last: TraceLink, links: Iterable[TraceLink]) -> bool:
    """Whether the refund stands as the last event about it left it."""
    state, why = ENDS.get(last.kind, ""), str(last.facts.get("why", ""))
    if refund.state == "done" and refund.reason == CANCELED and state == "asked":
        # What was only held is given back by the end of the hold, which is the refund's too.
        ended = (link for link in links if link.facts.get("order") == refund.order_id and link.kind in ("voided", "captured"))
        return any(link.at == refund.settled_at for link in ended)
    settled = None if state == "asked" else last.at
    return (refund.state, refund.why, refund.settled_at) == (state, why, settled)

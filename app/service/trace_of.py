"""What became of words: from an order back along the ids to what was said, and on to every transfer, each step verified."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.dialogue.reading import Reading
from app.domain.customer import NotFound
from app.domain.mandate import terms_digest
from app.domain.order import Order, order_number
from app.domain.records import VaultEntry
from app.domain.trace import GENESIS, text_hash
from app.service.chains import is_linked
from app.service.mandate_ports import MandateRecords
from app.service.ports import Records, RefundRecords, TraceLink
from app.service.readings import READING
from app.service.seals import seal
from app.service.why import mentions

# What allowed a hold stands right before it.
ALLOWS = ("pin_accepted", "passkey_used", "mandate_used")
# Hashes and what else says nothing to a reader.
UNTOLD = (
    "words", "reading", "prompt", "reply", "seal", "approval_seal", "order_seal", "authorisation_seal", "moved", "digest", "body",
    "hash", "terms",
)  # fmt: skip
HASH_DIGITS = 12
NUMBER_LENGTH = 8
CANDIDATES_MAX = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain that has to do with the order. `holds`: it and what it binds are as they were written.

    `said`: the personal text it binds, word for word; None where there is none or it was erased. `erased`: there was one.
    `read`: what the words were taken for.
    """

    kind: str
    at: datetime
    sequence: int
    hash: str
    facts: Mapping[str, str | int]
    holds: bool
    said: str | None = None
    erased: bool = False
    read: str = ""

    def told(self) -> str:
        """Its facts for an engineer, without the hashes it was verified by."""
        return " ".join(f"{name}={value}" for name, value in self.facts.items() if name not in UNTOLD and value != "")


@dataclass(frozen=True, slots=True)
class TraceOf:
    order: Order
    steps: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        return bool(self.steps) and all(step.holds for step in self.steps)

    def of(self, *kinds: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind in kinds)


@dataclass(frozen=True, slots=True)
class Tracer:
    records: Records
    refunds: RefundRecords
    mandates: MandateRecords

    def find(self, name: str) -> str:
        """The order's id, by itself or by the number that people say. Raises NotFound."""
        if self.records.order(name) is not None:
            return name
        bare = name.replace("-", "")
        order = self.records.order_of_number(order_number(bare)) if len(bare) == NUMBER_LENGTH else None
        if order is None:
            raise NotFound(what=name)
        return order.id

    def of(self, order_id: str) -> TraceOf:
        """Oldest first. Raises NotFound."""
        order = self.records.order(order_id)
        if order is None:
            raise NotFound(what=order_id)
        links = self.records.trace(order.customer_id)
        entries = {entry.id: entry for entry in self.records.vault_entries(order.customer_id)}
        mine = list(_chosen(order, links))
        whole = {link.sequence: is_linked(order.customer_id, place, before, link) for place, before, link in _placed(links)}
        head = self.records.trace_head(order.customer_id)
        is_uncut = bool(links) and head == links[-1].hash and all(whole.values())
        kept = {str(link.facts["text"]): str(link.facts["hash"]) for link in links if link.kind == "text_kept"}
        steps = tuple(self._step(order, link, entries, kept, is_linked=whole[link.sequence]) for link in mine)
        last = links[-1] if links else None
        chain: dict[str, str | int] = {"links": len(links)}
        end = (Step("chain", last.at, last.sequence, last.hash, chain, is_uncut),) if last else ()
        return TraceOf(order, steps + end)

    def _step(
        self, order: Order, link: TraceLink, entries: Mapping[str, VaultEntry], kept: Mapping[str, str], *, is_linked: bool
    ) -> Step:
        said, erased, read, holds = None, False, "", is_linked and self._is_as_bound(order, link)
        if link.kind == "understood":
            utterance = next((u for u in self.records.utterances(order.customer_id) if u.id == link.facts["utterance"]), None)
            words = entries.get(utterance.words_ref) if utterance else None
            reading = entries.get(utterance.reading_ref) if utterance else None
            holds = holds and utterance is not None and _matches(words, link, "words") and _matches(reading, link, "reading")
            said, erased = (words.text if words else None), words is None
            read = _read(reading.text) if reading and holds else ""
        elif link.kind == "shown":
            text = entries.get(str(link.facts["text"]))
            holds = holds and (text is None or text_hash(text.salt, text.text) == kept.get(text.id))
            said, erased = (text.text if text else None), text is None
        if erased and not self.records.is_erased(order.customer_id):
            # A text may be gone only with its customer.
            holds = False
        return Step(link.kind, link.at, link.sequence, link.hash, link.facts, holds, said, erased, read)

    def _is_as_bound(self, order: Order, link: TraceLink) -> bool:
        """Whether the records that the link binds are what it says."""
        facts, records = link.facts, self.records
        if link.kind == "quoted":
            ref, _, version = str(facts["checkout"]).rpartition(".")
            checkout = records.checkout(ref, int(version))
            return checkout is not None and seal(checkout) == facts.get("seal")
        if link.kind == "authorised":
            approval, held = records.approval(str(facts["approval"])), records.authorisation(order.id)
            sealed = (approval and seal(approval), seal(order), held and seal(held))
            if sealed != (facts.get("approval_seal"), facts.get("order_seal"), facts.get("authorisation_seal")):
                return False
        if "refund" in facts and "seal" in facts:
            refund = self.refunds.refund(str(facts["refund"]))
            if refund is None or seal(refund) != facts["seal"]:
                return False
        if "terms" in facts:
            terms = self.mandates.mandate_terms(str(facts["mandate"]))
            mandate = self.mandates.mandate(terms.mandate_id) if terms else None
            if terms is None or mandate is None:
                return False
            granted = int(terms.id.rpartition(".")[2])
            return terms_digest(replace(mandate, version=granted, constraints=terms.constraints)) == facts["terms"]
        if "transfers" in facts:
            found = {transfer.id: seal(transfer) for transfer in records.transfers(order.id)}
            ids, seals = str(facts["transfers"]).split(), str(facts["moved"]).split()
            return [found.get(id_) for id_ in ids] == seals
        return True


def _placed(links: Sequence[TraceLink]) -> Iterator[tuple[int, str, TraceLink]]:
    """Each link with its place and the hash before it."""
    previous = GENESIS
    for place, link in enumerate(links, start=1):
        yield place, previous, link
        previous = link.hash


def _chosen(order: Order, links: Sequence[TraceLink]) -> Iterator[TraceLink]:
    """The links that have to do with the order: behind each version of its card, what allowed it, and what came of it."""
    cards = f"{order.checkout_id}."
    quoted = [link for link in links if link.kind == "quoted" and str(link.facts["checkout"]).startswith(cards)]
    readings = {link.facts["reading"] for link in quoted}
    paid = next((at for at, link in enumerate(links) if link.kind == "authorised" and link.facts["order"] == order.id), None)
    allowed = links[paid - 1] if paid and links[paid - 1].kind in ALLOWS else None
    mandate = allowed.facts.get("mandate") if allowed else None
    for at, link in enumerate(links):
        facts = link.facts
        is_mine = (
            facts.get("order") == order.id
            or str(facts.get("checkout", "")).startswith(cards)
            or facts.get("utterance") in readings
            or link is allowed
            or ("terms" in facts and facts["mandate"] == mandate and (paid is None or at < paid))
        )
        if is_mine:
            yield link


def _matches(entry: VaultEntry | None, link: TraceLink, name: str) -> bool:
    return entry is None or text_hash(entry.salt, entry.text) == link.facts[name]


def _read(text: str) -> str:
    """What each mention was taken for, and what was passed over for it, with how well each fitted."""
    reading: Reading = READING.validate_json(text)
    told = []
    for mention in mentions(reading):
        fitted = ", ".join(f"{c.merchant_id}.{c.product_id} {c.score}" for c in mention.candidates[:CANDIDATES_MAX])
        told.append(f"“{mention.span.text}”: {fitted}")
    if reading.runner_up:
        told.append(f"runner-up: {', '.join(type(command).__name__.lower() for command in reading.runner_up)}")
    return "; ".join(told)

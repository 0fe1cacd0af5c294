"""Domain values ↔ rows: one entry for each kind of value that a unit of work may hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Table

from app.base.money import Money
from app.dialogue.state import ConversationState
from app.domain.agent import Agent
from app.domain.checkout import Approval, CheckoutSession
from app.domain.checkpoint import Checkpoint
from app.domain.claim import CampaignStock, Claim
from app.domain.customer import Address, Contact, Customer
from app.domain.deposit import Deposit
from app.domain.dispute import CompensationMonth, Dispute
from app.domain.guardianship import GuardianRequest, Guardianship
from app.domain.ledger import Transfer, Wallet
from app.domain.mandate import Constraints, Mandate, MandateTerms
from app.domain.memory import Preference
from app.domain.order import Authorisation, Order, OrderedLine
from app.domain.passkey import Challenge, Passkey
from app.domain.records import CouponUse, Credential, SignIn, Utterance, VaultEntry
from app.domain.refund import Refund, RefundedLine
from app.domain.ride import Trip
from app.domain.risk import RiskRelease
from app.domain.settlement import SettledTransfer, Settlement
from app.domain.standing import Occurrence, StandingOrder
from app.domain.webhook import Webhook
from app.storage import tables
from app.storage.checkpoint_tables import CheckpointRow
from app.storage.columns import table_of
from app.storage.dispute_tables import CompensationMonthRow, DisputeRow
from app.storage.guardian_tables import GuardianRequestRow, GuardianshipRow
from app.storage.passkey_tables import ChallengeRow, PasskeyRow
from app.storage.settlement_tables import SettledTransferRow, SettlementRow

CHECKOUT: TypeAdapter[CheckoutSession] = TypeAdapter(CheckoutSession)
CONVERSATION: TypeAdapter[ConversationState] = TypeAdapter(ConversationState)
CONSTRAINTS: TypeAdapter[Constraints] = TypeAdapter(Constraints)
STANDING: TypeAdapter[StandingOrder] = TypeAdapter(StandingOrder)
REFUNDED_LINES: TypeAdapter[tuple[RefundedLine, ...]] = TypeAdapter(tuple[RefundedLine, ...])
REFUND_AMOUNTS = ("amount", "subsidy", "fee")
SETTLEMENT: TypeAdapter[Settlement] = TypeAdapter(Settlement)
TRIP: TypeAdapter[Trip] = TypeAdapter(Trip)
ORDERED_LINES: TypeAdapter[tuple[OrderedLine, ...]] = TypeAdapter(tuple[OrderedLine, ...])

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where a kind of value is kept and how it becomes a row."""

    table: Table
    to_row: Callable[[Any], Row]


def _fields(value: Any, **replaced: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__} | replaced


def _renamed(row: Row, old: str, new: str) -> Row:
    return {new if name == old else name: value for name, value in row.items()}


def _with_amount(value: Any, name: str) -> Row:
    amount: Money = getattr(value, name)
    return _fields(value, **{name: amount.minor}) | {"currency": amount.currency}


def _wallet(value: Wallet) -> Row:
    return {
        "id": value.customer_id,
        "currency": value.available.currency,
        "available": value.available.minor,
        "held": value.held.minor,
        "bound": value.bound,
    }


def _checkout(value: CheckoutSession) -> Row:
    return {
        "id": value.ref,
        "checkout_id": value.id,
        "version": value.version,
        "customer_id": value.customer_id,
        "conversation_id": value.conversation_id,
        "state": value.state,
        "digest": value.digest,
        "expires_at": value.expires_at,
        "body": CHECKOUT.dump_json(value).decode(),
    }


def _order(value: Order) -> Row:
    lines, trip = ORDERED_LINES.dump_json(value.lines).decode(), TRIP.dump_json(value.trip).decode() if value.trip else None
    return {**_with_amount(value, "total"), "lines": lines, "trip": trip}


def _refund(value: Refund) -> Row:
    amounts = {name: getattr(value, name).minor for name in REFUND_AMOUNTS}
    lines = REFUNDED_LINES.dump_json(value.lines).decode()
    return _fields(value, **amounts, lines=lines) | {"currency": value.amount.currency}


def _conversation(value: ConversationState) -> Row:
    return {
        "id": value.id,
        "customer_id": value.customer_id,
        "version": value.version,
        "body": CONVERSATION.dump_json(value).decode(),
    }


def _constrained(value: Mandate | MandateTerms) -> Row:
    return _fields(value, constraints=CONSTRAINTS.dump_json(value.constraints).decode())


# What of a standing order moves on without new terms: columns of their own.
MOVING = ("state", "next_due", "notice_at", "left", "paused_until")


def _standing(value: StandingOrder) -> Row:
    kept = ("id", "version", "customer_id", "mandate_id", *MOVING)
    return {name: getattr(value, name) for name in kept} | {"body": STANDING.dump_json(value).decode()}


def _settlement(value: Settlement) -> Row:
    body = SETTLEMENT.dump_json(value).decode()
    return {"id": value.id, "merchant_id": value.merchant_id, "day": value.day.isoformat(), "at": value.at, "body": body}


def _dispute(value: Dispute) -> Row:
    return {**_with_amount(value, "amount"), "reasons": " ".join(value.reasons), "evidence": " ".join(value.evidence)}


def _occurrence(value: Occurrence) -> Row:
    total = value.total
    return _fields(value, total=total.minor if total else None) | {"currency": total.currency if total else None}


MAPPED: Mapping[type, Mapped] = {
    Customer: Mapped(table_of(tables.CustomerRow), _fields),
    Credential: Mapped(table_of(tables.CredentialRow), lambda v: _renamed(_fields(v), "customer_id", "id")),
    Passkey: Mapped(table_of(PasskeyRow), _fields),
    Challenge: Mapped(table_of(ChallengeRow), _fields),
    SignIn: Mapped(table_of(tables.SignInRow), _fields),
    Contact: Mapped(table_of(tables.ContactRow), _fields),
    Address: Mapped(table_of(tables.AddressRow), _fields),
    VaultEntry: Mapped(table_of(tables.VaultRow), _fields),
    Wallet: Mapped(table_of(tables.WalletRow), _wallet),
    Transfer: Mapped(table_of(tables.TransferRow), lambda v: _with_amount(v, "amount")),
    CheckoutSession: Mapped(table_of(tables.CheckoutRow), _checkout),
    Approval: Mapped(table_of(tables.ApprovalRow), lambda v: _with_amount(v, "maximum")),
    Authorisation: Mapped(table_of(tables.AuthorisationRow), lambda v: _with_amount(v, "amount")),
    Order: Mapped(table_of(tables.OrderRow), _order),
    Refund: Mapped(table_of(tables.RefundRow), _refund),
    Webhook: Mapped(table_of(tables.WebhookRow), _fields),
    Checkpoint: Mapped(table_of(CheckpointRow), lambda v: {"id": v.number, "at": v.at, "body": v.to_json()}),
    Settlement: Mapped(table_of(SettlementRow), _settlement),
    SettledTransfer: Mapped(table_of(SettledTransferRow), _fields),
    Guardianship: Mapped(table_of(GuardianshipRow), lambda v: _with_amount(v, "daily_cap")),
    GuardianRequest: Mapped(table_of(GuardianRequestRow), lambda v: _with_amount(v, "amount")),
    Dispute: Mapped(table_of(DisputeRow), _dispute),
    CompensationMonth: Mapped(table_of(CompensationMonthRow), _fields),
    Deposit: Mapped(table_of(tables.DepositRow), lambda v: _with_amount(v, "amount")),
    CouponUse: Mapped(table_of(tables.CouponUseRow), _fields),
    Preference: Mapped(table_of(tables.PreferenceRow), _fields),
    Claim: Mapped(table_of(tables.ClaimRow), _fields),
    CampaignStock: Mapped(table_of(tables.CampaignStockRow), _fields),
    Agent: Mapped(table_of(tables.AgentRow), _fields),
    Mandate: Mapped(table_of(tables.MandateRow), _constrained),
    MandateTerms: Mapped(table_of(tables.MandateTermsRow), _constrained),
    StandingOrder: Mapped(table_of(tables.StandingOrderRow), _standing),
    Occurrence: Mapped(table_of(tables.OccurrenceRow), _occurrence),
    RiskRelease: Mapped(table_of(tables.RiskReleaseRow), lambda v: _with_amount(v, "amount")),
    Utterance: Mapped(table_of(tables.UtteranceRow), _fields),
    ConversationState: Mapped(table_of(tables.ConversationRow), _conversation),
}

"""The tables, as SQLModel rows."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from app.storage.columns import Base, Codes, moment


class CustomerRow(Base, table=True):
    __tablename__ = "customer"
    id: str = Field(primary_key=True)
    display_name: str
    lang: str
    zone: str
    allergens: frozenset[str] = Field(sa_column=Column(Codes, nullable=False))


class PreferenceRow(Base, table=True):
    __tablename__ = "preference"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    kind: str
    text_ref: str
    at: datetime = moment()


class CredentialRow(Base, table=True):
    __tablename__ = "credential"
    id: str = Field(primary_key=True)
    username: str = Field(unique=True)
    password_hash: str
    pin_hash: str | None = None
    pin_failures: int = 0
    pin_locked_until: datetime | None = moment(nullable=True)
    sign_in_failures: int = 0
    sign_in_locked_until: datetime | None = moment(nullable=True)
    passkey_failures: int = 0
    passkey_locked_until: datetime | None = moment(nullable=True)


class SignInRow(Base, table=True):
    __tablename__ = "sign_in"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)


class ContactRow(Base, table=True):
    __tablename__ = "contact"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    label: str
    phone_ref: str
    phone_masked: str


class AddressRow(Base, table=True):
    __tablename__ = "address"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    label: str
    text_ref: str
    masked: str


class VaultRow(Base, table=True):
    __tablename__ = "vault"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    kind: str
    salt: str
    text: str
    at: datetime = moment()


class WalletRow(Base, table=True):
    __tablename__ = "wallet"
    __table_args__ = (CheckConstraint("available >= 0 AND held >= 0"),)
    id: str = Field(primary_key=True)
    currency: str
    available: int = Field(sa_type=BigInteger)
    held: int = Field(sa_type=BigInteger)
    bound: bool


class TransferRow(Base, table=True):
    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint("amount > 0"),)
    id: str = Field(primary_key=True)
    kind: str
    source: str = Field(index=True)
    target: str = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    currency: str
    cause: str = Field(index=True)
    at: datetime = moment()


class CheckoutRow(Base, table=True):
    __tablename__ = "checkout"
    id: str = Field(primary_key=True)
    checkout_id: str
    version: int
    customer_id: str = Field(index=True)
    conversation_id: str
    state: str
    digest: str
    expires_at: datetime = moment()
    body: str
    __table_args__ = (UniqueConstraint("checkout_id", "version"),)


class ApprovalRow(Base, table=True):
    __tablename__ = "approval"
    id: str = Field(primary_key=True)
    checkout_id: str = Field(index=True)
    checkout_version: int
    customer_id: str
    method: str
    digest: str
    payee_id: str
    maximum: int = Field(sa_type=BigInteger)
    currency: str
    at: datetime = moment()
    mandate_ref: str | None = None
    agent_id: str | None = None


class AuthorisationRow(Base, table=True):
    __tablename__ = "authorisation"
    id: str = Field(primary_key=True)
    checkout_id: str = Field(unique=True)
    approval_id: str
    order_id: str = Field(index=True)
    customer_id: str
    merchant_id: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    state: str = Field(index=True)
    at: datetime = moment()
    mandate_id: str | None = Field(default=None, index=True)


class OrderRow(Base, table=True):
    __tablename__ = "orders"
    id: str = Field(primary_key=True)
    number: str = Field(index=True)
    checkout_id: str = Field(unique=True)
    checkout_version: int
    customer_id: str = Field(index=True)
    merchant_id: str
    state: str = Field(index=True)
    total: int = Field(sa_type=BigInteger)
    currency: str
    lines: str
    fulfilment_id: str
    destination_ref: str | None = None
    destination_masked: str = ""
    placed_at: datetime = moment(index=True)
    settled_at: datetime | None = moment(nullable=True)
    failure: str | None = None
    due: datetime | None = moment(nullable=True)
    late: bool = False
    starts_at: datetime | None = moment(nullable=True)
    refunds: int = 0
    refundable: int = Field(default=0, sa_type=BigInteger)
    trip: str | None = None


class RefundRow(Base, table=True):
    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount >= 0 AND subsidy >= 0 AND fee >= 0"), UniqueConstraint("order_id", "number"))
    id: str = Field(primary_key=True)
    order_id: str = Field(index=True)
    number: int
    customer_id: str = Field(index=True)
    merchant_id: str
    reason: str
    state: str = Field(index=True)
    lines: str
    amount: int = Field(sa_type=BigInteger)
    subsidy: int = Field(sa_type=BigInteger)
    fee: int = Field(sa_type=BigInteger)
    currency: str
    is_whole: bool
    digest: str
    at: datetime = moment()
    settled_at: datetime | None = moment(nullable=True)
    why: str = ""


class WebhookRow(Base, table=True):
    __tablename__ = "webhook"
    id: str = Field(primary_key=True)
    merchant_id: str = Field(index=True)
    url: str
    body: str
    state: str = Field(index=True)
    attempts: int
    next_at: datetime = moment()
    at: datetime = moment()
    # A worker's lease, and no part of what the record says.
    claimed_until: datetime | None = moment(nullable=True)


class DepositRow(Base, table=True):
    __tablename__ = "deposit"
    __table_args__ = (CheckConstraint("amount > 0"),)
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    currency: str
    state: str = Field(index=True)
    at: datetime = moment()


class CouponUseRow(Base, table=True):
    __tablename__ = "coupon_use"
    __table_args__ = (UniqueConstraint("customer_id", "merchant_id", "coupon_id", "slot"),)
    id: str = Field(primary_key=True)
    customer_id: str
    merchant_id: str
    coupon_id: str
    slot: int | None = None
    checkout_id: str = Field(index=True)
    at: datetime = moment()


class ClaimRow(Base, table=True):
    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("customer_id", "campaign_id"),)
    id: str = Field(primary_key=True)
    customer_id: str
    campaign_id: str
    at: datetime = moment()
    expires_at: datetime = moment()


class CampaignStockRow(Base, table=True):
    __tablename__ = "campaign_stock"
    __table_args__ = (CheckConstraint('"left" >= 0 AND claimed >= 0'),)
    id: str = Field(primary_key=True)
    stock: int = Field(sa_type=BigInteger)
    claimed: int = Field(sa_type=BigInteger)
    left: int = Field(sa_type=BigInteger)


class AgentRow(Base, table=True):
    __tablename__ = "agent"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    name: str
    key_hash: str | None = Field(default=None, unique=True)
    at: datetime = moment()
    removed_at: datetime | None = moment(nullable=True)


class MandateRow(Base, table=True):
    __tablename__ = "mandate"
    id: str = Field(primary_key=True)
    version: int
    customer_id: str = Field(index=True)
    agent_id: str
    state: str
    constraints: str
    created_at: datetime = moment()
    granted_at: datetime | None = moment(nullable=True)
    granted_by: str | None = None
    digest: str | None = None
    used_at: datetime | None = moment(nullable=True)


class MandateTermsRow(Base, table=True):
    __tablename__ = "mandate_terms"
    id: str = Field(primary_key=True)
    mandate_id: str = Field(index=True)
    customer_id: str
    constraints: str
    digest: str
    at: datetime = moment()


class StandingOrderRow(Base, table=True):
    __tablename__ = "standing_order"
    id: str = Field(primary_key=True)
    version: int
    customer_id: str = Field(index=True)
    mandate_id: str
    state: str
    next_due: datetime | None = moment(nullable=True, index=True)
    notice_at: datetime | None = moment(nullable=True, index=True)
    left: int | None = None
    paused_until: datetime | None = moment(nullable=True)
    body: str
    # A worker's lease, and no part of what the record says.
    claimed_until: datetime | None = moment(nullable=True)


class OccurrenceRow(Base, table=True):
    __tablename__ = "occurrence"
    id: str = Field(primary_key=True)
    standing_order_id: str = Field(index=True)
    customer_id: str
    due: datetime = moment()
    state: str = Field(index=True)
    at: datetime = moment()
    checkout_id: str | None = Field(default=None, index=True)
    reason: str = ""
    total: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None


class RiskReleaseRow(Base, table=True):
    __tablename__ = "risk_release"
    id: str = Field(primary_key=True)
    customer_id: str
    digest: str = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    currency: str
    reasons: frozenset[str] = Field(sa_column=Column(Codes, nullable=False))
    by: str


class UtteranceRow(Base, table=True):
    __tablename__ = "utterance"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(index=True)
    customer_id: str
    channel: str
    words_ref: str
    reading_ref: str
    at: datetime = moment()


class ConversationRow(Base, table=True):
    __tablename__ = "conversation"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    version: int
    body: str


class TraceRow(Base, table=True):
    __tablename__ = "trace"
    customer_id: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True)
    kind: str
    facts: str
    at: datetime = moment()
    previous: str
    hash: str
    rows: str


class TraceHeadRow(Base, table=True):
    __tablename__ = "trace_head"
    customer_id: str = Field(primary_key=True)
    sequence: int
    hash: str
    closed: bool = False


class EffectRow(Base, table=True):
    __tablename__ = "effect"
    key: str = Field(primary_key=True)
    fingerprint: str
    result: str
    at: datetime = moment()

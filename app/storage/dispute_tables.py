"""The tables of disputes, as SQLModel rows."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from app.storage.columns import Base, moment


class DisputeRow(Base, table=True):
    __tablename__ = "dispute"
    id: str = Field(primary_key=True)
    order_id: str = Field(index=True)
    line_id: str
    customer_id: str = Field(index=True)
    claim: str
    verdict: str
    reasons: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    refund_id: str | None = None
    at: datetime = moment()
    evidence: str


class CompensationMonthRow(Base, table=True):
    __tablename__ = "compensation_month"
    __table_args__ = (CheckConstraint('"left" >= 0'),)
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    left: int = Field(sa_type=BigInteger)

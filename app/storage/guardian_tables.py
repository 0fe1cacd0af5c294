"""The tables of guardians, as SQLModel rows."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field

from app.storage.columns import Base, Codes, moment


class GuardianshipRow(Base, table=True):
    __tablename__ = "guardianship"
    id: str = Field(primary_key=True)
    guardian_id: str = Field(index=True)
    daily_cap: int = Field(sa_type=BigInteger)
    currency: str
    blocked: frozenset[str] = Field(sa_column=Column(Codes, nullable=False))
    version: int
    at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)


class GuardianRequestRow(Base, table=True):
    __tablename__ = "guardian_request"
    id: str = Field(primary_key=True)
    child_id: str = Field(index=True)
    guardian_id: str = Field(index=True)
    checkout_id: str
    checkout_version: int
    digest: str
    payee_id: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    state: str
    at: datetime = moment()
    decided_at: datetime | None = moment(nullable=True)

"""Passkeys and the challenges that they sign, as SQLModel rows."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from app.storage.columns import Base, moment


class PasskeyRow(Base, table=True):
    __tablename__ = "passkey"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    credential_id: str = Field(unique=True)
    public_key: str
    sign_count: int = Field(sa_type=BigInteger)
    name: str
    at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
    state: str


class ChallengeRow(Base, table=True):
    __tablename__ = "challenge"
    id: str = Field(primary_key=True)
    customer_id: str = Field(index=True)
    nonce: str
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)

"""The tables of the close of day, as SQLModel rows."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.storage.columns import Base, moment


class SettlementRow(Base, table=True):
    __tablename__ = "settlement"
    __table_args__ = (UniqueConstraint("merchant_id", "day"),)
    id: str = Field(primary_key=True)
    merchant_id: str = Field(index=True)
    day: str
    at: datetime = moment()
    body: str


class SettledTransferRow(Base, table=True):
    __tablename__ = "settled_transfer"
    id: str = Field(primary_key=True)
    settlement_id: str = Field(index=True)

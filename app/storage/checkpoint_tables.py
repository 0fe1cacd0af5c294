"""The table of checkpoints, as a SQLModel row."""

from datetime import datetime

from sqlmodel import Field

from app.storage.columns import Base, moment


class CheckpointRow(Base, table=True):
    __tablename__ = "checkpoint"
    id: int = Field(primary_key=True)
    at: datetime = moment()
    body: str

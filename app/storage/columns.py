"""What every table's rows share. Moments are integers of milliseconds since 1970 UTC; amounts are minor units."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, String, Table
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, MetaData, SQLModel

from app.base.clock import EPOCH, milliseconds

METADATA = MetaData()


class Moment(TypeDecorator[datetime]):
    """A UTC datetime kept as milliseconds: the same on every database, sorts and compares as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else EPOCH + timedelta(milliseconds=value)


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Moment, nullable=nullable, index=index))


class Base(SQLModel):
    metadata = METADATA


def table_of(row: type) -> Table:
    """The table behind a row's class."""
    return METADATA.tables[str(row.__tablename__)]  # type: ignore[attr-defined]


class Codes(TypeDecorator[frozenset[str]]):
    """A set of codes kept as sorted JSON, so that equal sets are equal rows."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(sorted(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[str] | None:  # noqa: ARG002
        return None if value is None else frozenset(json.loads(value))

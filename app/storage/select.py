"""What every read shares: statements by column, and one look at the last commit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, select

from app.base.money import Money
from app.storage.database import Database


def where(table: Table, *columns: str) -> Select[Any]:
    """Rows whose columns equal the parameters of the same names. Built once: building a statement costs more than running it."""
    query = select(table)
    for column in columns:
        query = query.where(table.c[column] == bindparam(column))
    return query


def with_money(row: Row[Any], name: str) -> dict[str, Any]:
    """A row's values with an amount and its currency as Money."""
    values = dict(row._mapping)
    values[name] = Money(values[name], values.pop("currency"))
    return values


class Reads:
    """Reads of one database, each of the last commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _first(self, query: Select[Any], **values: object) -> Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(query, values).first()

    def _all(self, query: Select[Any], **values: object) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return connection.execute(query, values).all()

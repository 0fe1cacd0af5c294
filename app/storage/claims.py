"""Leases of workers on what is due: one worker takes each, and who dies with it is followed by another when the lease ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, Update, bindparam, or_, select, update

from app.storage.database import Database


class Claims:
    """On one table with `id` and `claimed_until`. A claim is one statement, committed at once; rows that others hold are passed by.

    `is_due` may use the parameter `now`; `first` says which are taken first.
    """

    def __init__(self, table: Table, is_due: ColumnElement[bool], first: Column[Any]) -> None:
        self._first = first.key
        lease = table.c.claimed_until
        is_free = or_(lease.is_(None), lease <= bindparam("now", type_=lease.type))
        found = select(table.c.id).where(is_due, is_free).order_by(first).limit(bindparam("limit"))
        # SQLite has one writer at a time and knows no locks of rows.
        taken = found.with_for_update(skip_locked=True).scalar_subquery()
        self._claim = update(table).where(table.c.id.in_(taken)).values(claimed_until=bindparam("until")).returning(table)
        self._release: Update = (
            update(table)
            .where(table.c.id.in_(bindparam("ids", expanding=True)), lease == bindparam("until", type_=lease.type))
            .values(claimed_until=None)
        )

    def claim(self, database: Database, now: datetime, until: datetime, limit: int) -> Sequence[Row[Any]]:
        """What is due and nobody holds, the first first."""
        with database.alone() as connection:
            rows = connection.execute(self._claim, {"now": now, "until": until, "limit": limit}).all()
        return sorted(rows, key=lambda row: (getattr(row, self._first), row.id))

    def release(self, database: Database, ids: Iterable[str], until: datetime) -> None:
        """What was claimed until then; what somebody else has claimed since is theirs."""
        with database.alone() as connection:
            connection.execute(self._release, {"ids": list(ids), "until": until})

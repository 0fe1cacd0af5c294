"""What must be true of a database after anything that was done to it."""

from collections import defaultdict

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.ledger import available_account, held_account
from app.replay.stage import Stage

APPEND_ONLY = ("transfer", "trace", "mandate_terms", "settlement", "settled_transfer", "dispute")


def check(stage: Stage) -> None:
    """The audit finds nothing, every order's money adds up, wallets equal their transfers, and nobody rewrites the past."""
    assert stage.usual.audit.check() == []
    _sums(stage)
    _append_only(stage)


def _sums(stage: Stage) -> None:
    records = stage.usual.records
    by_order: dict[tuple[str, str], int] = defaultdict(int)
    by_account: dict[tuple[str, str], int] = defaultdict(int)
    held: dict[str, int] = defaultdict(int)
    for transfer in records.transfers():
        minor, currency = transfer.amount.minor, transfer.amount.currency
        for account, sign in ((transfer.source, -1), (transfer.target, 1)):
            by_order[transfer.cause, currency] += sign * minor
            by_account[account, currency] += sign * minor
            if account.endswith(":held"):
                held[transfer.cause] += sign * minor
    assert not any(by_order.values())
    for authorisation in records.authorisations():
        stands = authorisation.amount.minor if authorisation.state == "held" else 0
        assert held[authorisation.order_id] == stands
    for wallet in records.wallets():
        for account, amount in ((available_account, wallet.available), (held_account, wallet.held)):
            assert amount.minor >= 0
            assert by_account[account(wallet.customer_id), amount.currency] == amount.minor


def _append_only(stage: Stage) -> None:
    """Where a table has a row, the database itself refuses to change or delete it."""
    database = stage.usual.database
    with database.engine.connect() as connection:
        for table in APPEND_ONLY:
            if not database.is_sqlite:
                # A full disk may have been rehearsed.
                connection.exec_driver_sql("SET TRANSACTION READ WRITE")
            found = connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 1").first()
            if found is None:
                continue
            column = found._fields[0]
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
                with pytest.raises(IntegrityError, match="append-only"):
                    connection.exec_driver_sql(statement)
                connection.rollback()

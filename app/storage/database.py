"""The database by its URL: SQLite or PostgreSQL. On both, an acknowledged commit survives a power cut."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from app.service.units import BackupElsewhere, BackupExists, StorageUnavailable
from app.storage.schema import bring_up
from app.storage.urls import driven, is_file

# In a file nobody waits for a connection: whoever does can be overtaken for half a minute by threads that are quicker to ask again.
FILE_POOL = {"pool_size": 64, "max_overflow": -1}
# A server has few connections for all its clients. One that was lost is noticed when it is taken from the pool, and replaced.
SERVER_POOL = {"pool_size": 16, "max_overflow": 8, "pool_timeout": 10, "pool_pre_ping": True}
CONNECT_SECONDS = 5
# A client that hangs is let go before those who wait for its rows give up.
SERVER_SETTINGS = {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "2s"}
# What PostgreSQL says when two transactions wait for each other, and when one read what the other was changing.
OVERTAKEN = frozenset({"40P01", "40001"})


class CommitLost(Exception):
    """The connection ended before the answer to a commit: it was done, or it was not."""


log = logging.getLogger("usual.database")


class Database:
    """Connections to one database. Reads see the last commit and never wait for the writer.

    `is_scratch`: nobody relies on its commits yet; it is built aside and put in place whole.
    """

    def __init__(self, url: str, *, is_scratch: bool = False) -> None:
        parsed = driven(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _file_engine(parsed, is_scratch)
            self._readers = self.engine
        else:
            self.engine = create_engine(
                parsed, hide_parameters=True, connect_args={"connect_timeout": CONNECT_SECONDS}, **SERVER_POOL
            )
            event.listen(self.engine, "connect", partial(_prepare_server, synchronous="off" if is_scratch else "on"))
            # A read of one statement needs no transaction around it.
            self._readers = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def create_schema(self) -> None:
        """Bring the schema up to this version's. Raises DatabaseOutdated, StorageUnavailable."""
        with unavailable_if_failing():
            bring_up(self.engine)
        # An erasure that was cut short after its commit has left this undone.
        self.forget()

    def forget(self) -> None:
        """Empty SQLite's log, which still holds what was deleted; in the file itself it was overwritten with the deletion."""
        if not self.is_sqlite:
            return
        try:
            with self.engine.connect() as connection:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        except DBAPIError as failed:
            busy = str(failed.orig)
        if busy:
            log.warning("the log could not be emptied yet; it is tried again at the next start: %s", busy)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with unavailable_if_failing(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """For one statement that is a transaction by itself and no part of a unit of work: a claim, a notice."""
        with unavailable_if_failing(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that has the right to write from its start; for the writer alone."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            try:
                connection.commit()
            except DBAPIError as failed:
                if failed.connection_invalidated:
                    raise CommitLost from failed
                raise

    @property
    def conninfo(self) -> str:
        """The server's address for a connection of one's own."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def check(self) -> None:
        """Raises StorageUnavailable."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))
            if not self.is_sqlite and connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
                raise StorageUnavailable(cause="the database is read-only")

    def back_up(self, file: Path) -> None:
        """A copy of one moment, while others write. Raises BackupExists, BackupElsewhere, StorageUnavailable."""
        if not self.is_sqlite:
            raise BackupElsewhere()
        if file.exists():
            raise BackupExists(file=str(file))
        aside = file.with_name(f"{file.name}.new")
        try:
            with unavailable_if_failing(), self.engine.connect() as connection, closing(sqlite3.connect(aside)) as copy:
                source: Any = connection.connection.driver_connection
                source.backup(copy)
        except sqlite3.Error as failed:
            raise StorageUnavailable(cause=str(failed)) from failed
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.replace(file)

    def close(self) -> None:
        self.engine.dispose()


def may_succeed_again(failed: DBAPIError) -> bool:
    """Whether a transaction failed for no fault of its own: the connection was lost, or another transaction overtook it.

    A lost connection leaves unknown whether a commit was done; the units' keys tell when they are tried again.
    """
    return failed.connection_invalidated or getattr(failed.orig, "sqlstate", None) in OVERTAKEN


def _file_engine(url: URL, is_scratch: bool) -> Engine:
    in_memory = not is_file(url.database)
    if url.database and not in_memory:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, **({} if in_memory else FILE_POOL))
    event.listen(engine, "connect", partial(_prepare_file, synchronous="OFF" if is_scratch else "FULL"))
    return engine


@contextmanager
def unavailable_if_failing() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as failed:
        raise StorageUnavailable(cause="no connection was free") from failed
    except DBAPIError as failed:
        raise StorageUnavailable(cause=str(failed.orig)) from failed


def _prepare_server(connection: Any, _: ConnectionPoolEntry, *, synchronous: str) -> None:
    is_autocommit, connection.autocommit = connection.autocommit, True
    for name, value in ({"synchronous_commit": synchronous} | SERVER_SETTINGS).items():
        connection.execute(f"SET {name} = '{value}'")
    connection.autocommit = is_autocommit


def _prepare_file(connection: Any, _: ConnectionPoolEntry, *, synchronous: str) -> None:
    # The driver would begin transactions by itself, and late; the writer says BEGIN IMMEDIATE instead.
    connection.isolation_level = None
    # Deleted text is overwritten where it stood, at once. VACUUM would rewrite the whole file while nobody may write.
    for pragma in ("secure_delete=ON", "journal_mode=WAL", f"synchronous={synchronous}", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

"""The database by its URL. SQLite in WAL with synchronous=FULL: an acknowledged commit survives a power cut."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from app.service.units import DatabaseOutdated, StorageUnavailable
from app.storage.columns import METADATA

# Nobody waits for a connection: whoever does can be overtaken for half a minute by threads that are quicker to ask again.
POOL = {"pool_size": 64, "max_overflow": -1}

log = logging.getLogger("usual.database")


class Database:
    """Connections to one database. Reads see the last commit and never wait for the writer.

    `is_scratch`: nobody relies on its commits yet; it is built aside and put in place whole.
    """

    def __init__(self, url: str, *, is_scratch: bool = False) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database and _is_file(parsed.database):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self._is_old = not self.is_sqlite or (_is_file(parsed.database) and Path(str(parsed.database)).exists())
        in_memory = self.is_sqlite and not _is_file(parsed.database)
        self.engine: Engine = create_engine(url, hide_parameters=True, **({} if in_memory else POOL))
        if self.is_sqlite:
            event.listen(self.engine, "connect", partial(_prepare_sqlite, synchronous="OFF" if is_scratch else "FULL"))

    def create_schema(self) -> None:
        """Raises DatabaseOutdated, StorageUnavailable."""
        with unavailable_if_failing():
            if self._is_old:
                self._check_columns()
            METADATA.create_all(self.engine)
        # An erasure that was cut short after its commit has left this undone.
        self.forget()

    def _check_columns(self) -> None:
        found = inspect(self.engine)
        for name in set(found.get_table_names()) & set(METADATA.tables):
            there = {column["name"] for column in found.get_columns(name)}
            lacking = {column.name for column in METADATA.tables[name].columns} - there
            if lacking:
                raise DatabaseOutdated(where=self.engine.url.database or "", table=name, columns=", ".join(sorted(lacking)))

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
        with unavailable_if_failing(), self.engine.connect() as connection:
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
            connection.commit()

    def close(self) -> None:
        self.engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of a SQLite URL; None for any other."""
    prefix = "sqlite:///"
    name = url.removeprefix(prefix)
    return Path(name) if url.startswith(prefix) and name not in ("", ":memory:") else None


def is_new_file(url: str) -> bool:
    file = file_of(url)
    return file is not None and not file.exists()


def beside(url: str, name: str) -> Path | None:
    """A file of this name in the folder of the database's."""
    file = file_of(url)
    return file.with_name(name) if file else None


def _is_file(database: str | None) -> bool:
    return bool(database) and not str(database).startswith((":memory:", "file:"))


@contextmanager
def unavailable_if_failing() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as failed:
        raise StorageUnavailable(cause="no connection was free") from failed
    except DBAPIError as failed:
        raise StorageUnavailable(cause=str(failed.orig)) from failed


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry, *, synchronous: str) -> None:
    # The driver would begin transactions by itself, and late; the writer says BEGIN IMMEDIATE instead.
    connection.isolation_level = None
    # Deleted text is overwritten where it stood, at once. VACUUM would rewrite the whole file while nobody may write.
    for pragma in ("secure_delete=ON", "journal_mode=WAL", f"synchronous={synchronous}", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

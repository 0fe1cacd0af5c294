"""A PostgreSQL that is gone is told; what was acknowledged is there when it comes back, and each key once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.service.units import StorageUnavailable
from app.storage.database import Database
from app.storage.reads import StoredRecords
from app.storage.writer import GroupWriter
from tests.postgres import Server
from tests.storage.test_writer import available, spend, wallet

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    database = Database(server.url)
    database.create_schema()
    yield database
    database.close()


@pytest.fixture
def writer(database: Database) -> Iterator[GroupWriter]:
    writer = GroupWriter(database)
    yield writer
    writer.close()


def test_a_killed_server_is_told_and_nothing_acknowledged_is_lost(server: Server, database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 100))
    writer.commit(spend("before", "c1", 30))
    server.kill()
    with pytest.raises(StorageUnavailable):
        writer.commit(spend("during", "c1", 30))
    with pytest.raises(StorageUnavailable):
        available(database, "c1")
    server.start()
    assert available(database, "c1") == 70
    assert writer.commit(spend("before", "c1", 30)).replayed
    assert not writer.commit(spend("during", "c1", 30)).replayed
    assert available(database, "c1") == 40


def test_connections_that_are_lost_are_replaced_and_each_key_is_done_once(
    server: Server, database: Database, writer: GroupWriter
) -> None:
    """They are ended over and over while 16 callers spend."""
    writer.commit(wallet("c1", 1_000))
    done, other = threading.Event(), Database(server.url)

    def end_connections() -> None:
        while not done.wait(0.02):
            with other.reading() as connection:
                connection.execute(text(OTHERS))

    ending = threading.Thread(target=end_connections)
    ending.start()
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda number: outcome(writer, number), range(160)))
    done.set()
    ending.join()
    other.close()
    refused = sum(isinstance(result, StorageUnavailable) for result in results)
    for number in range(160):
        writer.commit(spend(f"k{number}", "c1", 1))
    assert refused < 160
    assert available(database, "c1") == 1_000 - 160
    assert len(StoredRecords(database).transfers()) == 160


def outcome(writer: GroupWriter, number: int) -> object:
    try:
        return writer.commit(spend(f"k{number}", "c1", 1))
    except StorageUnavailable as gone:
        return gone

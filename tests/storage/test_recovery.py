"""Backups that were tried: of a file while it is written to, and of a server up to a moment that is chosen afterwards."""

import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.replay.stage import CUSTOMER_ID, Stage
from app.service.units import BackupElsewhere, BackupExists
from app.storage.database import Database
from app.storage.reads import StoredRecords
from app.storage.writer import GroupWriter
from tests.postgres import Server
from tests.storage.test_writer import available, spend, wallet

SETTINGS = ("archive_mode = on", "archive_command = 'cp %p {archive}/%f'", "wal_level = replica")


def spend_on(database: Database, first: int, count: int) -> None:
    writer = GroupWriter(database)
    for number in range(first, first + count):
        writer.commit(spend(f"k{number}", "c1", 1))
    writer.close()


def test_a_file_is_copied_as_of_one_moment_while_it_is_written_to(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/usual.db")
    database.create_schema()
    writer = GroupWriter(database)
    writer.commit(wallet("c1", 10_000))
    writer.close()
    spend_on(database, 0, 50)
    spending = threading.Thread(target=spend_on, args=(database, 50, 200))
    spending.start()
    database.back_up(tmp_path / "copy.db")
    spending.join()
    with pytest.raises(BackupExists):
        database.back_up(tmp_path / "copy.db")
    database.close()
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    copy.create_schema()
    records = StoredRecords(copy)
    spent = len(records.transfers())
    # Whole units alone: what was acknowledged before is there, and the wallet, the ledger and the chain agree.
    assert 50 <= spent <= 250
    assert available(copy, "c1") == 10_000 - spent
    # The wallet's own link is the first.
    assert [link.sequence for link in records.trace("c1")] == list(range(1, spent + 2))
    copy.close()


def test_a_copied_book_passes_the_audit_and_a_server_is_told_to_be_copied_by_its_own_programs(stage: Stage, tmp_path: Path) -> None:
    usual = stage.usual
    usual.assistant.turn(CUSTOMER_ID, "con", "a latte for pickup")
    if not usual.database.is_sqlite:
        with pytest.raises(BackupElsewhere):
            usual.database.back_up(tmp_path / "copy.db")
        return
    usual.database.back_up(tmp_path / "copy.db")
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    assert StoredRecords(copy).trace(CUSTOMER_ID) == usual.records.trace(CUSTOMER_ID)
    copy.close()


def test_a_server_is_brought_back_to_a_moment_before_the_harm(tmp_path: Path) -> None:
    server, archive, base = Server(), _open_to_all(tmp_path / "archive"), _open_to_all(tmp_path / "base")
    server.configure(*(setting.format(archive=archive) for setting in SETTINGS))
    database = Database(server.url)
    database.create_schema()
    writer = GroupWriter(database)
    writer.commit(wallet("c1", 100))
    server.back_up(base / "data")
    writer.commit(spend("before", "c1", 30))
    time.sleep(0.05)
    with database.reading() as connection:
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    time.sleep(0.05)
    writer.commit(spend("harm", "c1", 70))
    with database.reading() as connection:
        assert connection.execute(text("SELECT clock_timestamp()")).scalar_one() > moment
    _archive(database)
    writer.close()
    database.close()
    server.kill()
    restored = Server.restored(base / "data", archive, moment)
    database = Database(restored.url)
    _until(database, "SELECT NOT pg_is_in_recovery()")
    assert available(database, "c1") == 70
    assert [transfer.id for transfer in StoredRecords(database).transfers()] == ["tra_before"]
    writer = GroupWriter(database)
    assert writer.commit(spend("before", "c1", 30)).replayed
    assert not writer.commit(spend("harm", "c1", 70)).replayed
    writer.close()
    database.close()
    restored.kill()


def _open_to_all(folder: Path) -> Path:
    """The server may run as another user than the tests."""
    folder.mkdir()
    for each in (folder, *list(folder.parents)[:3]):
        each.chmod(0o777)
    return folder


def _archive(database: Database) -> None:
    with database.reading() as connection:
        before = connection.execute(text("SELECT archived_count FROM pg_stat_archiver")).scalar_one()
        connection.execute(text("SELECT pg_switch_wal()"))
    _until(database, f"SELECT archived_count > {before} FROM pg_stat_archiver")


def _until(database: Database, question: str) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with database.reading() as connection:
            if connection.execute(text(question)).scalar():
                return
        time.sleep(0.05)
    raise AssertionError(question)

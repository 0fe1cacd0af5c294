"""The one writer: whole or not at all, many at once, one refusal alone, each key once."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from app.base.money import Money
from app.domain.claim import CampaignStock
from app.domain.ledger import InsufficientFunds, Transfer, Wallet
from app.domain.trace import TraceEvent
from app.replay.full_disk import fill_up, make_room
from app.service.units import Change, GuardFailed, Insert, KeyReused, OutcomeUnknown, StorageUnavailable, Unit
from app.storage.database import CommitLost, Database
from app.storage.reads import StoredRecords
from app.storage.writer import GroupWriter

NOW = datetime(2026, 5, 18, 1, tzinfo=UTC)


@pytest.fixture
def writer(database: Database) -> Iterator[GroupWriter]:
    writer = GroupWriter(database)
    yield writer
    writer.close()


@pytest.fixture
def other_database(database: Database, database_url: str) -> Iterator[Database]:
    """The same database, as another process has it."""
    other = Database(database_url)
    yield other
    other.close()


@pytest.fixture
def other(other_database: Database) -> Iterator[GroupWriter]:
    writer = GroupWriter(other_database)
    yield writer
    writer.close()


def wallet(customer_id: str, minor: int) -> Unit:
    value = Wallet(customer_id, Money(minor), Money(0), bound=True)
    return Unit(key=f"open:{customer_id}", fingerprint="1", at=NOW, inserts=(Insert(value),))


def spend(key: str, customer_id: str, minor: int, fingerprint: str = "1") -> Unit:
    refusal = InsufficientFunds(available=Money(0), required=Money(minor), missing=Money(minor))
    transfer = Transfer(f"tra_{key}", "hold", f"a:{customer_id}", f"b:{customer_id}", Money(minor), key, NOW)
    return Unit(
        key=key,
        fingerprint=fingerprint,
        at=NOW,
        changes=(Change(Wallet, customer_id, expect={"bound": True}, add={"available": -minor}, refusal=refusal),),
        inserts=(Insert(transfer),),
        trace=(TraceEvent(customer_id, "spent", {"minor": minor}, NOW),),
        result={"order": key},
    )


def available(database: Database, customer_id: str) -> int:
    found = StoredRecords(database).wallet(customer_id)
    assert found is not None
    return found.available.minor


def test_a_failed_guard_leaves_nothing_of_its_unit(database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 100))
    with pytest.raises(InsufficientFunds):
        writer.commit(spend("k1", "c1", 101))
    assert available(database, "c1") == 100
    assert StoredRecords(database).transfers() == []
    assert [link.kind for link in StoredRecords(database).trace("c1")] == ["stored"]
    assert writer.commit(spend("k1", "c1", 100)).replayed is False


def test_the_same_key_gives_the_same_result_once_and_refuses_other_input(database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 100))
    first, again = writer.commit(spend("k1", "c1", 30)), writer.commit(spend("k1", "c1", 30))
    assert (first.result, first.replayed) == ({"order": "k1"}, False)
    assert (again.result, again.replayed) == ({"order": "k1"}, True)
    with pytest.raises(KeyReused):
        writer.commit(spend("k1", "c1", 31, fingerprint="2"))
    assert available(database, "c1") == 70


def test_of_two_processes_with_one_key_one_does_it_and_the_other_hears_of_that(writer: GroupWriter, other: GroupWriter) -> None:
    outcomes: Counter[bool] = Counter()
    for number in range(30):
        # No event, so no chain that one of them could wait for.
        stock = CampaignStock(f"shop.c{number}", 5, 0, 5)
        unit = Unit(f"campaign:{number}", "1", NOW, inserts=(Insert(stock),))
        with ThreadPoolExecutor(2) as pool:
            outcomes.update(done.replayed for done in pool.map(lambda one, unit=unit: one.commit(unit), (writer, other)))
    assert outcomes == {True: 30, False: 30}


def test_two_processes_whose_batches_meet_crosswise_refuse_only_what_breaks_a_rule(
    database: Database, writer: GroupWriter, other_database: Database, other: GroupWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both batches are played singly, in opposite orders, as one unit of each has no money; none has to be tried again."""
    again: list[float] = []
    monkeypatch.setattr("app.storage.writer.time", SimpleNamespace(sleep=again.append))
    for number in range(20):
        writer.commit(wallet(f"c{number:02}", 100))
    for turn in range(4):
        with gathered(database), gathered(other_database), ThreadPoolExecutor(44) as pool:
            numbers = [*range(20)]
            ours = [pool.submit(writer.commit, spend(f"a{turn}.{n}", f"c{n:02}", 1)) for n in numbers]
            theirs = [pool.submit(other.commit, spend(f"b{turn}.{n}", f"c{n:02}", 1)) for n in reversed(numbers)]
            poor = [pool.submit(one.commit, spend(f"{turn}.{at}", "c00", 1_000)) for at, one in enumerate((writer, other))]
        assert {type(one.exception()) for one in poor} == {InsufficientFunds}
        assert [one.exception() for one in (*ours, *theirs)] == [None] * 40
    assert [available(database, f"c{n:02}") for n in range(20)] == [100 - 8] * 20
    assert again == []


def test_a_commit_whose_answer_is_lost_is_found_done_and_is_no_repeat(
    database: Database, writer: GroupWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.commit(wallet("c1", 100))
    writing, lost = database.writing, []

    @contextmanager
    def loses_its_answer() -> Iterator[Connection]:
        with writing() as connection:
            yield connection
        if not lost:
            lost.append(1)
            raise CommitLost

    monkeypatch.setattr(database, "writing", loses_its_answer)
    assert not writer.commit(spend("k1", "c1", 30)).replayed
    assert lost == [1]
    assert writer.commit(spend("k1", "c1", 30)).replayed
    assert available(database, "c1") == 70


def test_a_commit_that_nobody_can_look_for_is_told_as_not_known(
    database: Database, writer: GroupWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.commit(wallet("c1", 100))
    writing, tries = database.writing, []

    @contextmanager
    def done_and_then_gone() -> Iterator[Connection]:
        tries.append(1)
        if len(tries) > 1:
            raise OperationalError("connect", None, OSError("refused"))
        with writing() as connection:
            yield connection
        raise CommitLost

    monkeypatch.setattr(database, "writing", done_and_then_gone)
    monkeypatch.setattr("app.storage.writer.UNKNOWN_PAUSE_SECONDS", 0.001)
    with pytest.raises(OutcomeUnknown):
        writer.commit(spend("k1", "c1", 30))
    monkeypatch.undo()
    assert available(database, "c1") == 70
    assert writer.commit(spend("k1", "c1", 30)).replayed


def test_fifty_callers_with_one_key_have_one_effect(database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 10_000))
    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(lambda _: writer.commit(spend("k1", "c1", 30)), range(50)))
    assert {result.result["order"] for result in results} == {"k1"}
    assert sum(not result.replayed for result in results) == 1
    assert available(database, "c1") == 9_970


def test_in_a_batch_only_the_unit_that_breaks_a_rule_is_refused(database: Database, writer: GroupWriter) -> None:
    for number in range(20):
        writer.commit(wallet(f"c{number}", 100))
    with gathered(database), ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(writer.commit, spend(f"k{n}", f"c{n}", 101 if n == 7 else 60)) for n in range(20)]
    for number, future in enumerate(futures):
        if number == 7:
            assert isinstance(future.exception(), InsufficientFunds)
        else:
            assert future.result().replayed is False
    assert [available(database, f"c{n}") for n in range(20)] == [100 if n == 7 else 40 for n in range(20)]


def test_one_wallet_is_never_overdrawn_by_a_batch(database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 100))
    with gathered(database), ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(writer.commit, spend(f"k{n}", "c1", 30)) for n in range(20)]
    assert sum(future.exception() is None for future in futures) == 3
    assert available(database, "c1") == 10
    assert len(StoredRecords(database).transfers()) == 3


def test_many_units_share_one_commit(database: Database, writer: GroupWriter) -> None:
    for number in range(32):
        writer.commit(wallet(f"c{number}", 100))
    commits = []
    event.listen(database.engine, "commit", lambda _: commits.append(1))
    with gathered(database), ThreadPoolExecutor(32) as pool:
        for number in range(32):
            pool.submit(writer.commit, spend(f"k{number}", f"c{number}", 10))
    assert len(StoredRecords(database).transfers()) == 32
    assert len(commits) <= 4


def test_the_trace_of_each_customer_is_one_chain(database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 10_000))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: writer.commit(spend(f"k{n}", "c1", 1)), range(64)))
    links = StoredRecords(database).trace("c1")
    assert [link.sequence for link in links] == list(range(1, 66))
    assert all(earlier.hash == later.previous for earlier, later in pairwise(links))


@pytest.mark.parametrize(
    "statement", ["UPDATE transfer SET amount = 1", "DELETE FROM transfer", "UPDATE trace SET kind = 'x'", "DELETE FROM trace"]
)
def test_the_database_refuses_to_rewrite_the_ledger_and_the_trace(database: Database, writer: GroupWriter, statement: str) -> None:
    writer.commit(wallet("c1", 100))
    writer.commit(spend("k1", "c1", 10))
    with pytest.raises(DatabaseError, match="append-only"), database.engine.connect() as connection:
        connection.execute(text(statement))


def test_a_guard_without_a_refusal_of_its_own_says_which_row(writer: GroupWriter) -> None:
    change = Change(Wallet, "nobody", add={"available": 1})
    with pytest.raises(GuardFailed) as failed:
        writer.commit(Unit(key="k", fingerprint="1", at=NOW, changes=(change,)))
    assert failed.value.params == {"record": "Wallet", "id": "nobody"}


def test_a_database_that_is_full_refuses_and_works_again_after(database: Database, writer: GroupWriter) -> None:
    writer.commit(wallet("c1", 100))
    fill_up(database)
    with pytest.raises(StorageUnavailable):
        fill(writer)
    left = available(database, "c1")
    assert left == 100 - len(StoredRecords(database).transfers())
    make_room(database)
    writer.commit(spend("after", "c1", 1))
    assert available(database, "c1") == left - 1


def test_a_database_file_that_is_read_only_refuses(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    database.create_schema()
    database.close()
    database = Database(f"sqlite:///file:{tmp_path}/test.db?mode=ro&uri=true")
    writer = GroupWriter(database)
    with pytest.raises(StorageUnavailable):
        writer.commit(wallet("c1", 100))
    writer.close()
    database.close()


def test_a_closed_writer_refuses(database: Database) -> None:
    writer = GroupWriter(database)
    writer.close()
    with pytest.raises(StorageUnavailable):
        writer.commit(wallet("c1", 100))


def fill(writer: GroupWriter) -> None:
    for number in range(500):
        writer.commit(spend(f"k{number}", "c1", 1) if number % 2 else wallet(f"w{number}", 100))


@contextmanager
def gathered(database: Database) -> Iterator[None]:
    """While inside, the writer waits, so that what is handed in meanwhile becomes one batch."""
    release, writing = threading.Event(), database.writing

    @contextmanager
    def held() -> Iterator[Connection]:
        release.wait(5)
        with writing() as connection:
            yield connection

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "writing", held)
        threading.Timer(0.2, release.set).start()
        yield

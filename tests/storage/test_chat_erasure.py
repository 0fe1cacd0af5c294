"""What a customer said does not outlive their erasure, however the two meet in the database."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from app.base.clock import SystemClock
from app.storage.chat_history import ChatHistory
from app.storage.chat_tables import STEPS, THREADS, USERS, upsert
from app.storage.database import Database
from app.storage.erasure import _forget_chats

CUSTOMER, THREAD = "cus_a", "t1"
# How long whoever must wait is given to not wait.
OVERTAKES_SECONDS = 0.5


@pytest.fixture
def history(database: Database, database_url: str) -> Iterator[ChatHistory]:
    history = ChatHistory(database_url, SystemClock())
    user = {"id": CUSTOMER, "created_at": "x", "display_name": "Lin"}
    thread = {"id": THREAD, "user_id": CUSTOMER, "created_at": "x", "name": "", "meta": {}}
    history._commit([(CUSTOMER, lambda db: upsert(db, USERS, user)), (CUSTOMER, lambda db: upsert(db, THREADS, thread))])
    yield history
    history._engine.dispose()


def say(db: Connection) -> None:
    upsert(db, STEPS, {"id": "s1", "thread_id": THREAD, "created_at": "x", "body": {"output": "I live at ..."}})


def kept(database: Database) -> tuple[list[str], list[str], list[tuple[str | None, bool]]]:
    with database.reading() as connection:
        steps = list(connection.execute(select(STEPS.c.id)).scalars())
        threads = list(connection.execute(select(THREADS.c.id)).scalars())
        users = [(row.display_name, row.erased) for row in connection.execute(select(USERS))]
    return steps, threads, users


def test_what_is_being_written_when_its_customer_is_erased_goes_with_them(history: ChatHistory, database: Database) -> None:
    def erase() -> None:
        with database.writing() as connection:
            _forget_chats(connection, CUSTOMER)

    erasing = threading.Thread(target=erase)

    def said_meanwhile(db: Connection) -> None:
        erasing.start()
        erasing.join(OVERTAKES_SECONDS)
        say(db)

    history._commit([(CUSTOMER, said_meanwhile)])
    erasing.join()
    assert kept(database) == ([], [], [(None, True)])


def test_what_is_said_while_an_erasure_is_not_yet_committed_is_not_written_after_it(
    history: ChatHistory, database: Database
) -> None:
    saying = threading.Thread(target=history._commit, args=([(CUSTOMER, say)],))
    with database.writing() as connection:
        _forget_chats(connection, CUSTOMER)
        saying.start()
        saying.join(OVERTAKES_SECONDS)
    saying.join()
    assert kept(database) == ([], [], [(None, True)])

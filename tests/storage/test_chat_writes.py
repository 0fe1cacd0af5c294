"""What was said is kept through a restart of the server, and a text that can't be written takes nothing else with it."""

import time

import anyio
import pytest
from sqlalchemy import select

from app.base.clock import SystemClock
from app.storage import chat_history
from app.storage.chat_history import ChatHistory
from app.storage.chat_tables import THREADS
from app.storage.database import CONNECT_SECONDS, SERVER_SETTINGS
from tests.postgres import Server

WAITS_SECONDS_MAX = 60.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def history(server: Server, anyio_backend: str) -> ChatHistory:
    return ChatHistory(server.url, SystemClock())


@pytest.fixture
async def any_history(database_url: str, anyio_backend: str) -> ChatHistory:
    """Over the run's kind of database."""
    return ChatHistory(database_url, SystemClock())


def names(history: ChatHistory) -> dict[str, str]:
    with history._engine.connect() as db:
        return {row.id: row.name for row in db.execute(select(THREADS))}


async def open_thread(history: ChatHistory, thread_id: str, name: str = "") -> None:
    await history.update_thread(thread_id, name=name, user_id="cus_a")


@pytest.mark.anyio
async def test_what_is_written_while_the_server_is_away_is_there_when_it_is_back(history: ChatHistory, server: Server) -> None:
    await open_thread(history, "before")
    server.kill()
    for name in ("first", "second", "last"):
        await open_thread(history, "during", name)
    await open_thread(history, "other")
    # It tries in vain, with all of them.
    await anyio.to_thread.run_sync(history.flush)
    server.start()
    until = time.monotonic() + WAITS_SECONDS_MAX
    while "other" not in names(history):
        assert time.monotonic() < until, "nobody tried again"
        await anyio.sleep(0.1)
    assert names(history) == {"before": "", "during": "last", "other": ""}
    await history.close()


@pytest.mark.anyio
async def test_what_waits_is_written_before_the_history_is_closed(history: ChatHistory, server: Server) -> None:
    server.kill()
    await open_thread(history, "during")
    server.start()
    await history.close()
    assert names(history) == {"during": ""}


@pytest.mark.anyio
async def test_closing_it_while_the_server_is_away_ends_and_tells_what_is_lost(
    history: ChatHistory, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.kill()
    await open_thread(history, "during")
    await history.close()
    assert "1 writes were lost" in caplog.text
    server.start()
    assert names(history) == {}


@pytest.mark.anyio
async def test_no_more_waits_than_there_is_room_for(history: ChatHistory, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_history, "KEPT_WRITES_MAX", 2)
    server.kill()
    for thread_id in ("t1", "t2", "t3"):
        await open_thread(history, thread_id)
    history.flush()
    server.start()
    await history.close()
    assert names(history) == {"t2": "", "t3": ""}


@pytest.mark.anyio
async def test_it_waits_no_longer_for_a_server_than_the_money_does(history: ChatHistory) -> None:
    with history._engine.connect() as db:
        driver = db.connection.driver_connection
        assert driver is not None
        assert driver.info.get_parameters()["connect_timeout"] == str(CONNECT_SECONDS)
        for name, value in SERVER_SETTINGS.items():
            assert db.exec_driver_sql(f"SHOW {name}").scalar() in (value, "1min")
    await history.close()


@pytest.mark.anyio
async def test_a_name_with_hidden_letters_is_kept_without_them(any_history: ChatHistory) -> None:
    await open_thread(any_history, "t1", "two\0 lattes\ud800")
    assert names(any_history) == {"t1": "two lattes"}
    await any_history.close()


@pytest.mark.anyio
async def test_half_a_letter_takes_no_other_write_with_it(any_history: ChatHistory, caplog: pytest.LogCaptureFixture) -> None:
    async with anyio.create_task_group() as tasks:
        for thread_id in ("t1", "t2\ud800", "t3"):
            tasks.start_soon(open_thread, any_history, thread_id)
    assert sorted(names(any_history)) == ["t1", "t3"]
    assert "was lost" in caplog.text
    await any_history.close()

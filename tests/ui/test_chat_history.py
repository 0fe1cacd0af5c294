"""The chat history: whose it is, what it keeps, how it is listed and forgotten."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from chainlit.context import ChainlitContext, context_var
from chainlit.session import HTTPSession
from chainlit.types import Pagination, ThreadFilter
from chainlit.user import User

from app.base.clock import SetClock
from app.storage.chat_history import ChatHistory

START = datetime(2026, 5, 18, 1, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/chat.db"


@pytest.fixture
async def history(url: str, clock: SetClock, anyio_backend: str) -> AsyncIterator[ChatHistory]:
    history = ChatHistory(url, clock)
    yield history
    await history.close()


@pytest.fixture
def in_thread() -> Callable[[str], None]:
    """Puts the test into a session of the given thread."""

    def enter(thread_id: str) -> None:
        session = HTTPSession(id="s", client_type="webapp", thread_id=thread_id)
        context_var.set(ChainlitContext(session))

    return enter


def step(step_id: str, thread_id: str, **changed: Any) -> Any:
    return {"id": step_id, "threadId": thread_id, "type": "user_message", "output": "hi", "parentId": "run", **changed}


def element(element_id: str, thread_id: str, **props: Any) -> Any:
    body = {"id": element_id, "threadId": thread_id, "type": "custom", "props": props}
    return SimpleNamespace(id=element_id, thread_id=thread_id, for_id="m", name="OrderCard", to_dict=lambda: body)


@pytest.mark.anyio
async def test_a_conversation_comes_back_in_order_without_runs(history: ChatHistory, clock: SetClock, in_thread: Any) -> None:
    in_thread("t1")
    await history.update_thread("t1", name="two lattes", user_id="cus_a")
    for step_id, kind in (("a", "user_message"), ("b", "run"), ("c", "assistant_message")):
        clock.advance(timedelta(seconds=1))
        await history.create_step(step(step_id, "t1", type=kind))
    thread = await history.get_thread("t1")
    assert thread is not None
    assert [saved["id"] for saved in thread["steps"]] == ["a", "c"]
    assert all(saved["parentId"] is None for saved in thread["steps"])
    assert thread["userIdentifier"] == "cus_a"


@pytest.mark.anyio
async def test_an_update_that_comes_before_its_creation_is_kept(history: ChatHistory, in_thread: Any) -> None:
    in_thread("t1")
    await history.update_thread("t1", user_id="cus_a")
    await history.update_step(step("a", "t1", output="changed"))
    thread = await history.get_thread("t1")
    assert thread is not None
    assert thread["steps"][0]["output"] == "changed"


@pytest.mark.anyio
async def test_it_outlives_the_process(history: ChatHistory, url: str, clock: SetClock, in_thread: Any) -> None:
    in_thread("t1")
    await history.update_thread("t1", user_id="cus_a")
    await history.create_element(element("e", "t1", id="chk_1"))
    again = ChatHistory(url, clock)
    thread = await again.get_thread("t1")
    await again.close()
    assert thread is not None
    assert thread["elements"][0]["props"] == {"id": "chk_1"}  # type: ignore[index]


@pytest.mark.anyio
async def test_an_element_of_another_thread_is_refused(history: ChatHistory, in_thread: Any) -> None:
    in_thread("t1")
    await history.create_element(element("e", "t1", total="¥51.00"))
    in_thread("t2")
    await history.create_element(element("e", "t1", total="¥0.01"))
    await history.create_element(element("e", "t2", total="¥0.01"))
    await history.delete_element("e", "t1")
    await history.delete_step("e")
    saved = await history.get_element("t1", "e")
    assert saved is not None
    assert saved["props"] == {"total": "¥51.00"}
    assert await history.get_element("t2", "e") is None


@pytest.mark.anyio
async def test_a_thread_never_changes_hands(history: ChatHistory) -> None:
    await history.update_thread("t1", name="mine", user_id="cus_a")
    await history.update_thread("t1", name="stolen", user_id="cus_b")
    assert await history.get_thread_author("t1") == "cus_a"
    thread = await history.get_thread("t1")
    assert thread is not None
    assert thread["name"] == "mine"


@pytest.mark.anyio
async def test_renaming_keeps_the_rest(history: ChatHistory) -> None:
    await history.update_thread("t1", name="two lattes", user_id="cus_a", metadata={"a": 1})
    await history.update_thread("t1", name="x" * 500)
    thread = await history.get_thread("t1")
    assert thread is not None
    assert thread["metadata"] == {"a": 1}
    assert thread["name"] == "x" * 80


@pytest.mark.anyio
async def test_nobody_owns_what_is_not_there(history: ChatHistory) -> None:
    await history.update_thread("t9", metadata={"a": 1})
    assert await history.get_thread_author("t9") == ""
    assert await history.get_thread("t9") is None


@pytest.mark.anyio
async def test_threads_are_listed_by_page_newest_first_and_only_ones_own(history: ChatHistory, clock: SetClock) -> None:
    for number in range(5):
        if number != 3:
            clock.advance(timedelta(minutes=1))
        await history.update_thread(f"t{number}", name=f"order {number}", user_id="cus_a")
    await history.update_thread("other", name="order", user_id="cus_b")
    first = await history.list_threads(Pagination(first=2), ThreadFilter(userId="cus_a"))
    rest = await history.list_threads(Pagination(first=9, cursor=first.pageInfo.endCursor), ThreadFilter(userId="cus_a"))
    assert [thread["id"] for thread in first.data] == ["t4", "t3"]
    assert first.pageInfo.hasNextPage
    assert [thread["id"] for thread in rest.data] == ["t2", "t1", "t0"]
    assert not rest.pageInfo.hasNextPage


@pytest.mark.anyio
async def test_a_search_takes_its_signs_as_letters(history: ChatHistory) -> None:
    await history.update_thread("t1", name="50% off", user_id="cus_a")
    await history.update_thread("t2", name="Latte", user_id="cus_a")

    async def found(words: str) -> list[str]:
        page = await history.list_threads(Pagination(first=9), ThreadFilter(userId="cus_a", search=words))
        return [thread["id"] for thread in page.data]

    assert await found("%") == ["t1"]
    assert await found("latte") == ["t2"]


@pytest.mark.anyio
async def test_a_deleted_conversation_leaves_nothing(history: ChatHistory, in_thread: Any) -> None:
    in_thread("t1")
    await history.update_thread("t1", user_id="cus_a")
    await history.create_step(step("a", "t1"))
    await history.create_element(element("e", "t1"))
    await history.delete_thread("t1")
    assert await history.get_thread("t1") is None
    assert await history.get_element("t1", "e") is None


@pytest.mark.anyio
async def test_many_writes_at_once_all_arrive(history: ChatHistory, in_thread: Any) -> None:
    in_thread("t1")
    await history.update_thread("t1", user_id="cus_a")
    async with anyio.create_task_group() as tasks:
        for number in range(200):
            tasks.start_soon(history.create_step, step(f"s{number}", "t1"))
    thread = await history.get_thread("t1")
    assert thread is not None
    assert len(thread["steps"]) == 200


@pytest.mark.anyio
async def test_a_write_that_fails_takes_no_other_with_it(
    history: ChatHistory, in_thread: Any, caplog: pytest.LogCaptureFixture
) -> None:
    in_thread("t1")
    await history.update_thread("t1", user_id="cus_a")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(history.create_step, step("bad", "t1", output=object()))
        tasks.start_soon(history.create_step, step("good", "t1"))
    thread = await history.get_thread("t1")
    assert thread is not None
    assert [saved["id"] for saved in thread["steps"]] == ["good"]
    assert "was lost" in caplog.text


@pytest.mark.anyio
async def test_a_customer_keeps_the_id_and_the_first_day(history: ChatHistory, clock: SetClock) -> None:
    first = await history.create_user(User(identifier="cus_a", display_name="Lin"))
    clock.advance(timedelta(days=1))
    again = await history.create_user(User(identifier="cus_a", display_name="Lin Xia"))
    assert first is not None
    assert again is not None
    assert (again.id, again.createdAt, again.display_name) == ("cus_a", first.createdAt, "Lin Xia")
    assert await history.get_user("cus_b") is None

"""Chainlit's conversations in our own tables: who said what, and which cards were shown.

It has its own connections and never touches money. Chainlit fires its writes without waiting; here one thread writes them
in order, as many as have gathered in one transaction. Reads have threads of their own and do not wait in that line.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar, cast

from chainlit.context import ChainlitContextException, get_context
from chainlit.data.base import BaseDataLayer
from chainlit.data.utils import queue_until_user_message
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User
from sqlalchemy import Connection, Engine, Table, delete, select, update
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from app.base.clock import Clock
from app.base.visible import visible
from app.storage.chat_tables import ELEMENTS, STEPS, THREADS, USERS, chat_engine, upsert
from app.storage.database import may_succeed_again
from app.storage.schema import bring_up

log = logging.getLogger("usual.history")
T = TypeVar("T")
Write = Callable[[Connection], None]
# Whose history it is, and the write.
Owned = tuple[str | None, Write]

THREAD_NAME_LENGTH = 80
READERS = 2
TRIES_AGAIN_SECONDS = 1.0
# While the server is away; after so many the oldest are lost.
KEPT_WRITES_MAX = 10_000
# What PostgreSQL says to whoever has waited too long for a row.
LOCKED = "55P03"
# The database's refusal, and a text that can't be written in its letters.
REFUSED = (SQLAlchemyError, ValueError)
Method = TypeVar("Method", bound=Callable[..., Any])


def queued(method: Method) -> Method:
    """Nothing of a conversation is kept before the customer's first word."""
    return cast(Method, queue_until_user_message()(method))  # type: ignore[no-untyped-call]


class ChatHistory(BaseDataLayer):
    """The data layer of one process."""

    def __init__(self, database_url: str, clock: Clock) -> None:
        self._clock = clock
        self._engine: Engine = chat_engine(database_url)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        bring_up(self._engine)
        self._gathered: deque[Owned] = deque()
        # While the server is away. Set and cleared by the writer alone.
        self._later: threading.Timer | None = None
        self._writer = ThreadPoolExecutor(1, "chat-writer")
        self._readers = ThreadPoolExecutor(READERS, "chat-reader")

    # users

    async def get_user(self, identifier: str) -> PersistedUser | None:
        row = await self._read(lambda db: db.execute(select(USERS).where(USERS.c.id == identifier)).first())
        if row is None:
            return None
        return PersistedUser(id=row.id, createdAt=row.created_at, identifier=row.id, display_name=row.display_name)

    async def create_user(self, user: User) -> PersistedUser | None:
        """A user's id is the customer's."""
        row = {"id": user.identifier, "created_at": self._now(), "display_name": user.display_name}
        await self._write(lambda db: upsert(db, USERS, row, keep=("created_at",)), user.identifier)
        return await self.get_user(user.identifier)

    # steps and elements

    @queued
    async def create_step(self, step_dict: StepDict) -> None:
        await self._save_step(step_dict)

    @queued
    async def update_step(self, step_dict: StepDict) -> None:
        await self._save_step(step_dict)

    @queued
    async def delete_step(self, step_id: str) -> None:
        thread_id = _session_thread()
        gone = delete(STEPS).where(STEPS.c.id == step_id, STEPS.c.thread_id == thread_id)
        await self._write(lambda db: _run(db, gone))

    @queued
    async def create_element(self, element: Element) -> None:
        """Saves or replaces an element of the session's own thread; anything else is dropped and logged."""
        if element.thread_id != _session_thread():
            log.warning("an element of another thread was refused: %s", element.id)
            return
        row = dict(element.to_dict())
        saved = {
            "id": element.id,
            "thread_id": element.thread_id,
            "for_id": element.for_id,
            "name": element.name,
            "created_at": self._now(),
            "body": row,
        }
        await self._write(lambda db: upsert(db, ELEMENTS, saved, keep=("created_at",), owner="thread_id"))

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        wanted = select(ELEMENTS).where(ELEMENTS.c.id == element_id, ELEMENTS.c.thread_id == thread_id)
        row = await self._read(lambda db: db.execute(wanted).first())
        return row.body if row else None

    @queued
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        own = _session_thread()
        if thread_id not in (None, own):
            return
        gone = delete(ELEMENTS).where(ELEMENTS.c.id == element_id, ELEMENTS.c.thread_id == own)
        await self._write(lambda db: _run(db, gone))

    # threads

    async def get_thread_author(self, thread_id: str) -> str:
        wanted = select(THREADS.c.user_id).where(THREADS.c.id == thread_id)
        return await self._read(lambda db: db.execute(wanted).scalar()) or ""

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,  # noqa: ARG002 - Chainlit's signature
    ) -> None:
        """Opens a thread for its owner, or changes one that is there. A thread never changes hands."""
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = visible(name).strip()[:THREAD_NAME_LENGTH]
        if metadata is not None:
            changes["meta"] = metadata
        if user_id is None:
            if changes:
                change = update(THREADS).where(THREADS.c.id == thread_id).values(**changes)
                await self._write(lambda db: _run(db, change))
            return
        row = {"id": thread_id, "user_id": user_id, "created_at": self._now(), "name": "", "meta": {}, **changes}
        kept = tuple({"created_at", "name", "meta"} - changes.keys())
        await self._write(lambda db: upsert(db, THREADS, row, keep=kept, owner="user_id"), user_id)

    async def delete_thread(self, thread_id: str) -> None:
        def forget(db: Connection) -> None:
            db.execute(delete(STEPS).where(STEPS.c.thread_id == thread_id))
            db.execute(delete(ELEMENTS).where(ELEMENTS.c.thread_id == thread_id))
            db.execute(delete(THREADS).where(THREADS.c.id == thread_id))

        await self._write(forget)

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """Newest first; the cursor is the last thread's id, and ids are compared where two began in the same moment."""
        return await self._read(lambda db: _page(db, pagination, filters))

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        return await self._read(lambda db: _thread(db, thread_id))

    # what this house does not offer

    async def upsert_feedback(self, feedback: Feedback) -> str:
        return feedback.id or ""

    async def delete_feedback(self, feedback_id: str) -> bool:  # noqa: ARG002 - Chainlit's signature
        return False

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:  # noqa: ARG002 - Chainlit's signature
        return []

    async def build_debug_url(self) -> str:
        return ""

    async def close(self) -> None:
        await asyncio.to_thread(self.flush)
        await asyncio.to_thread(self._give_up)
        self._writer.shutdown()
        self._readers.shutdown()
        self._engine.dispose()

    def flush(self) -> None:
        """Returns when all that was handed in so far is written, or the server is found to be away."""
        self._writer.submit(self._try_again).result()

    # inside

    async def _save_step(self, step: StepDict) -> None:
        # Runs only group messages on the screen; a message that points at one would vanish with it after a reload.
        if step["type"] == "run":
            return
        row = {
            "id": step["id"],
            "thread_id": step["threadId"] or _session_thread(),
            "created_at": step.get("createdAt") or self._now(),
            "body": {**step, "parentId": None, "streaming": False},
        }
        await self._write(lambda db: upsert(db, STEPS, row, keep=("created_at",), owner="thread_id"))

    async def _write(self, write: Write, owner: str | None = None) -> None:
        self._gathered.append((owner or _session_user(), write))
        await asyncio.get_running_loop().run_in_executor(self._writer, self._drain)

    async def _read(self, read: Callable[[Connection], T]) -> T:
        def work() -> T:
            with self._engine.connect() as db:
                return read(db)

        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    def _drain(self) -> None:
        if self._later is None:
            self._write_gathered()

    def _try_again(self) -> None:
        self._stop_waiting()
        self._write_gathered()

    def _write_gathered(self) -> None:
        writes = [self._gathered.popleft() for _ in range(len(self._gathered))]
        if not writes:
            return
        try:
            self._commit(writes)
        except REFUSED as failed:
            if _is_away(failed):
                self._put_back(writes)
                return
            # One bad write must not take the others with it.
            self._write_each(writes)

    def _write_each(self, writes: list[Owned]) -> None:
        for done, write in enumerate(writes):
            try:
                self._commit([write])
            except REFUSED as failed:
                if _is_away(failed):
                    self._put_back(writes[done:])
                    return
                log.exception("a write of the chat history was lost")

    def _put_back(self, writes: list[Owned]) -> None:
        """In front of what was handed in meanwhile. A commit whose answer was lost is done a second time, which changes nothing."""
        kept = writes[-KEPT_WRITES_MAX:]
        log.warning("the chat history can't be written now: %d writes wait, %d were lost", len(kept), len(writes) - len(kept))
        self._gathered.extendleft(reversed(kept))
        self._later = threading.Timer(TRIES_AGAIN_SECONDS, self._ask_again)
        self._later.daemon = True
        self._later.start()

    def _ask_again(self) -> None:
        # The history may have been closed meanwhile.
        with suppress(RuntimeError):
            self._writer.submit(self._try_again)

    def _stop_waiting(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _give_up(self) -> None:
        self._writer.submit(self._stop_waiting).result()
        if self._gathered:
            log.error("the chat history was closed while the server is away: %d writes were lost", len(self._gathered))

    def _commit(self, writes: list[Owned]) -> None:
        with self._engine.begin() as db:
            if self._is_sqlite:
                # Its driver would begin with the first write, after it was read who is erased.
                db.exec_driver_sql("BEGIN IMMEDIATE")
            erased = _erased(db, {owner for owner, _ in writes if owner})
            for owner, write in writes:
                if owner not in erased:
                    write(db)

    def _now(self) -> str:
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _is_away(failed: Exception) -> bool:
    """Whether it is no fault of the write: the server was lost or not reached, or another transaction was in the way."""
    if not isinstance(failed, DBAPIError):
        return False
    # Of the driver's errors only those that the server did not send come without a code.
    code = getattr(failed.orig, "sqlstate", "")
    return may_succeed_again(failed) or code == LOCKED or (code is None and isinstance(failed, OperationalError))


def _session_thread() -> str | None:
    try:
        return get_context().session.thread_id
    except ChainlitContextException:
        return None


def _session_user() -> str | None:
    try:
        user = get_context().session.user
    except ChainlitContextException:
        return None
    return user.identifier if user else None


def _erased(db: Connection, owners: set[str]) -> set[str]:
    """Chainlit writes without waiting: what it still had in hand when its customer was erased must not come back.

    An erasure changes these rows first: it waits for this transaction, or this one for it.
    """
    if not owners:
        return set()
    theirs = select(USERS.c.id, USERS.c.erased).where(USERS.c.id.in_(owners))
    rows = db.execute(theirs.order_by(USERS.c.id).with_for_update(read=True)).all()
    return {row.id for row in rows if row.erased}


def _run(db: Connection, statement: Any) -> None:
    db.execute(statement)


def _page(db: Connection, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
    wanted = select(THREADS).where(THREADS.c.user_id == filters.userId)
    if filters.search:
        wanted = wanted.where(THREADS.c.name.icontains(filters.search, autoescape=True))
    if pagination.cursor:
        after = db.execute(select(THREADS.c.created_at).where(THREADS.c.id == pagination.cursor)).scalar()
        older = (THREADS.c.created_at < after) | ((THREADS.c.created_at == after) & (THREADS.c.id < pagination.cursor))
        wanted = wanted.where(older)
    rows = db.execute(wanted.order_by(THREADS.c.created_at.desc(), THREADS.c.id.desc()).limit(pagination.first + 1)).all()
    page = rows[: pagination.first]
    info = PageInfo(
        hasNextPage=len(rows) > len(page),
        startCursor=page[0].id if page else None,
        endCursor=page[-1].id if page else None,
    )
    return PaginatedResponse(pageInfo=info, data=[_thread_dict(row, [], []) for row in page])


def _thread(db: Connection, thread_id: str) -> ThreadDict | None:
    row = db.execute(select(THREADS).where(THREADS.c.id == thread_id)).first()
    if row is None:
        return None

    def bodies(table: Table) -> list[Any]:
        wanted = select(table.c.body).where(table.c.thread_id == thread_id).order_by(table.c.created_at, table.c.id)
        return list(db.execute(wanted).scalars())

    return _thread_dict(row, bodies(STEPS), bodies(ELEMENTS))


def _thread_dict(row: Any, steps: list[Any], elements: list[Any]) -> ThreadDict:
    return ThreadDict(
        id=row.id,
        createdAt=row.created_at,
        name=row.name,
        userId=row.user_id,
        userIdentifier=row.user_id,
        tags=[],
        metadata=row.meta,
        steps=steps,
        elements=elements,
    )

"""The tables of the chat history and the connection they are reached by."""

from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Connection, Engine, Insert, MetaData, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from app.storage.database import CONNECT_SECONDS, SERVER_SETTINGS
from app.storage.urls import driven

BUSY_TIMEOUT_MS = 5000


class ChatBase(SQLModel):
    """These tables come and go without those of the money."""

    metadata: ClassVar[MetaData] = MetaData()


class ChatUser(ChatBase, table=True):
    """`erased`: nothing is kept of this customer any more, whatever is still on its way."""

    __tablename__ = "chat_user"

    id: str = Field(primary_key=True)
    created_at: str
    display_name: str | None = None
    erased: bool = False


class ChatThread(ChatBase, table=True):
    __tablename__ = "chat_thread"

    id: str = Field(primary_key=True)
    user_id: str = Field(index=True)
    created_at: str
    name: str = ""
    meta: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON))


class ChatStep(ChatBase, table=True):
    """`body` is Chainlit's own dictionary of the step."""

    __tablename__ = "chat_step"

    id: str = Field(primary_key=True)
    thread_id: str = Field(index=True)
    created_at: str
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON))


class ChatElement(ChatBase, table=True):
    """`body` is Chainlit's own dictionary of the element, a card's props among it."""

    __tablename__ = "chat_element"

    id: str = Field(primary_key=True)
    thread_id: str = Field(index=True)
    for_id: str | None = None
    name: str
    created_at: str
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON))


USERS: Table = ChatBase.metadata.tables["chat_user"]
THREADS: Table = ChatBase.metadata.tables["chat_thread"]
STEPS: Table = ChatBase.metadata.tables["chat_step"]
ELEMENTS: Table = ChatBase.metadata.tables["chat_element"]


def chat_engine(database_url: str) -> Engine:
    # What people said has no place in the message of an error.
    url = driven(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        limits = {"connect_timeout": CONNECT_SECONDS}
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=limits)
        event.listen(engine, "connect", _prepare_server)
    return engine


def upsert(db: Connection, table: Table, row: dict[str, Any], keep: tuple[str, ...] = (), owner: str = "") -> None:
    """Insert, or replace all but `keep`. A row whose `owner` column holds another value stays as it is."""
    db.execute(_upsert(db.dialect.name, table, tuple(row), keep, owner), row)


@lru_cache(maxsize=64)
def _upsert(dialect: str, table: Table, columns: tuple[str, ...], keep: tuple[str, ...], owner: str) -> Insert:
    """Building this takes longer than running it; there are as many as there are shapes of rows."""
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    fresh = {name: statement.excluded[name] for name in columns if name not in (*keep, "id")}
    same_owner = table.c[owner] == statement.excluded[owner] if owner else None
    return statement.on_conflict_do_update(index_elements=["id"], set_=fresh, where=same_owner)


def _prepare_server(connection: Any, _: Any) -> None:
    # An erasure waits for the rows that are locked here.
    is_autocommit, connection.autocommit = connection.autocommit, True
    for name, value in SERVER_SETTINGS.items():
        connection.execute(f"SET {name} = '{value}'")
    connection.autocommit = is_autocommit


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()

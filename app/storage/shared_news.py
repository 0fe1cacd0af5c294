"""News between the processes of one PostgreSQL, by LISTEN and NOTIFY."""

import json
import logging
import threading
from collections.abc import Callable

import psycopg
from sqlalchemy import func, select

from app.service.news import Hear, InProcessNews, News
from app.service.units import StorageUnavailable
from app.storage.database import CONNECT_SECONDS, Database

CHANNEL = "usual_news"
LOOKS_UP_SECONDS = 0.5
TRIES_AGAIN_SECONDS = 1.0
LOGGER = logging.getLogger("usual.news")


class SharedNews:
    """The service's `NewsStand` for every process on the database. A process begins to listen with its first face."""

    def __init__(self, database: Database, process_id: str) -> None:
        """`process_id`: no other process's."""
        self._database, self._me = database, process_id
        self._here = InProcessNews()
        self._stopping = threading.Event()
        self._listening = threading.Lock()
        self._thread: threading.Thread | None = None

    def publish(self, customer_id: str, news: News) -> None:
        self._here.publish(customer_id, news)
        body = json.dumps([self._me, customer_id, news.kind, news.id])
        try:
            with self._database.alone() as connection:
                connection.execute(select(func.pg_notify(CHANNEL, body)))
        except StorageUnavailable as gone:
            # News is a courtesy: what it is about has happened whether it is heard or not.
            LOGGER.warning("news of %s %s went to this process alone: %s", news.kind, news.id, gone)

    def subscribe(self, hear: Hear) -> Callable[[], None]:
        leave = self._here.subscribe(hear)
        with self._listening:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="usual-news", daemon=True)
                self._thread.start()
        return leave

    def close(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._database.conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._hear(connection)
            except psycopg.Error as lost:
                LOGGER.warning("no news of other processes, trying again: %s", lost)
                self._stopping.wait(TRIES_AGAIN_SECONDS)

    def _hear(self, connection: psycopg.Connection[object]) -> None:
        while not self._stopping.is_set():
            for notice in connection.notifies(timeout=LOOKS_UP_SECONDS):
                self._take(notice.payload)

    def _take(self, body: str) -> None:
        try:
            origin, customer_id, kind, id_ = json.loads(body)
        except ValueError:
            LOGGER.warning("another process told news that this version does not know")
            return
        if origin != self._me:
            self._here.publish(customer_id, News(kind, id_))

"""News reaches the faces of every process on one PostgreSQL, once, and again after a lost connection."""

import queue
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.service.news import News
from app.storage.database import Database
from app.storage.shared_news import SharedNews
from tests.postgres import new_database

LISTENERS = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


class Process:
    """A process's stand with one face at it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.news = SharedNews(self.database, f"prc_{id(self)}")
        self.heard: queue.Queue[tuple[str, News]] = queue.Queue()
        self.news.subscribe(lambda customer_id, news: self.heard.put((customer_id, news)))

    def close(self) -> None:
        self.news.close()
        self.database.close()


@pytest.fixture
def processes() -> Iterator[tuple[Process, Process]]:
    with new_database(with_schema=False) as url:
        here, there = Process(url), Process(url)
        listening(here.database, 2)
        yield here, there
        here.close()
        there.close()


def listening(database: Database, count: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with database.reading() as connection:
            if connection.execute(text(f"SELECT count(*) {LISTENERS}")).scalar() == count:
                return
        time.sleep(0.02)
    raise AssertionError("nobody listens")


def test_each_process_hears_it_once(processes: tuple[Process, Process]) -> None:
    here, there = processes
    told = [("cus", News("order", "ord_1")), ("cus", News("notice", "sto_说"))]
    for customer_id, news in told:
        here.news.publish(customer_id, news)
    there.news.publish("cus", News("checkout", "chk_last"))
    for process in (here, there):
        heard = [process.heard.get(timeout=10) for _ in range(3)]
        assert sorted(heard, key=repr) == sorted([*told, ("cus", News("checkout", "chk_last"))], key=repr)
    time.sleep(0.2)
    assert here.heard.empty()
    assert there.heard.empty()


def test_who_lost_its_connection_hears_again(processes: tuple[Process, Process]) -> None:
    here, there = processes
    with here.database.reading() as connection:
        ended = connection.execute(text(f"SELECT count(pg_terminate_backend(pid)) {LISTENERS}")).scalar()
    assert ended == 2
    listening(here.database, 2)
    here.news.publish("cus", News("order", "ord_2"))
    assert there.heard.get(timeout=10) == ("cus", News("order", "ord_2"))


def test_a_database_that_is_gone_keeps_the_news_in_the_process(processes: tuple[Process, Process]) -> None:
    here, _ = processes
    url = here.database.engine.url.set(database="nowhere").render_as_string(hide_password=False)
    alone = SharedNews(Database(url), "prc_alone")
    heard: list[News] = []
    alone._here.subscribe(lambda _, news: heard.append(news))
    alone.publish("cus", News("order", "ord_3"))
    assert heard == [News("order", "ord_3")]

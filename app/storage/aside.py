"""A new database is made aside and put in its place whole: a start that is cut short leaves nothing half-made."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, text

from app.storage.database import unavailable_if_failing
from app.storage.urls import driven, file_of

SCHEMA = "usual_new"
# Any number that nobody else takes: of processes that start at once, one makes the database and the others find it.
LOCK = 7_204_112
FUNCTIONS = text("SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = CAST(:schema AS regnamespace)")


@contextmanager
def made_aside(url: str) -> Iterator[str | None]:
    """The URL of an empty database that takes the place of `url`'s afterwards; None where something is there already.

    A file on SQLite, a schema on PostgreSQL. Raises StorageUnavailable.
    """
    if (file := file_of(url)) is not None:
        with _file_aside(file) as aside:
            yield aside
    elif driven(url).get_backend_name() == "postgresql":
        with _schema_aside(driven(url)) as aside:
            yield aside
    else:
        yield None


@contextmanager
def _file_aside(file: Path) -> Iterator[str | None]:
    if file.exists():
        yield None
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.new")
    for leftover in file.parent.glob(f"{aside.name}*"):
        leftover.unlink()
    yield f"sqlite:///{aside}"
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(file)


@contextmanager
def _schema_aside(url: URL) -> Iterator[str | None]:
    engine = create_engine(url, hide_parameters=True, isolation_level="AUTOCOMMIT")
    try:
        with unavailable_if_failing():
            connection = engine.connect()
        with connection:
            with unavailable_if_failing():
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
                is_new = not inspect(connection).get_table_names()
                if is_new:
                    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
                    connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
            if not is_new:
                yield None
                return
            yield url.update_query_dict({"options": f"-csearch_path={SCHEMA}"}).render_as_string(hide_password=False)
            with unavailable_if_failing():
                _put_in_place(connection)
    finally:
        engine.dispose()


def _put_in_place(connection: Connection) -> None:
    place = inspect(connection).default_schema_name
    moved = [f"TABLE {SCHEMA}.{table}" for table in inspect(connection).get_table_names(SCHEMA)]
    moved += [f"FUNCTION {function}" for function in connection.execute(FUNCTIONS, {"schema": SCHEMA}).scalars()]
    for statement in ("BEGIN", *(f"ALTER {one} SET SCHEMA {place}" for one in moved), f"DROP SCHEMA {SCHEMA}", "COMMIT"):
        connection.exec_driver_sql(statement)

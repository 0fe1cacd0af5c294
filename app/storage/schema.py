"""The schema of a database, brought up to this version's by its migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from app.service.units import DatabaseOutdated

MIGRATIONS = Path(__file__).with_name("migrations")
# Any number that nobody else takes: processes that start at once wait for each other.
LOCK = 7_204_111


def bring_up(engine: Engine) -> None:
    """All migrations that are missing, in one transaction. Raises DatabaseOutdated, and leaves that database as it is."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Sees whether anything is to do without waiting for who writes.
            if _revision(connection) == head():
                return
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Another process may take its time.
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        try:
            _migrate(connection)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def head() -> str:
    """The newest migration's revision."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _migrate(connection: Connection) -> None:
    found, known = _revision(connection), {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    is_foreign = found is None and bool(inspect(connection).get_table_names())
    if is_foreign or (found is not None and found not in known):
        raise DatabaseOutdated(where=connection.engine.url.database or "")
    if found != head():
        command.upgrade(_config(connection), "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config

"""Migrations make the tables that the code has, on both databases; what they do not know is told and left as it is."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app.service.units import DatabaseOutdated
from app.storage.chat_tables import ChatBase
from app.storage.columns import METADATA
from app.storage.database import Database
from app.storage.schema import head


def differences(database: Database) -> list[Any]:
    metadata = [METADATA, ChatBase.metadata]
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        return list(compare_metadata(context, metadata))  # type: ignore[arg-type]


def refused(database_url: str) -> DatabaseOutdated:
    database = Database(database_url)
    with pytest.raises(DatabaseOutdated) as told:
        database.create_schema()
    database.close()
    return told.value


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    assert differences(database) == []


def test_one_of_this_version_opens_again(database: Database, database_url: str) -> None:
    again = Database(database_url)
    again.create_schema()
    assert differences(again) == []
    again.close()


def test_a_database_of_a_later_version_is_told_and_left_alone(database: Database, database_url: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert refused(database_url).params["where"].endswith(database.engine.url.database or "?")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999" != head()


def test_a_database_with_tables_of_somebody_else_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id VARCHAR PRIMARY KEY)")
    refused(database_url)
    assert inspect(database.engine).get_table_names() == ["orders"]
    database.close()


def test_a_migration_that_fails_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.migrations.guards.append_only", lambda table: 1 / 0)
    database = Database(database_url)
    with pytest.raises(ZeroDivisionError):
        database.create_schema()
    assert inspect(database.engine).get_table_names() == []
    monkeypatch.undo()
    database.create_schema()
    assert differences(database) == []
    database.close()

"""A database of another version is told as one, and left as it is."""

import sqlite3
from pathlib import Path

import pytest

from app.service.units import DatabaseOutdated
from app.storage.database import Database


def test_a_database_that_lacks_a_column_is_told_by_table_and_column_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "usual.db"
    fresh = Database(f"sqlite:///{file}")
    fresh.create_schema()
    fresh.close()
    with sqlite3.connect(file) as old:
        old.execute("ALTER TABLE orders DROP COLUMN trip")
    before = file.read_bytes()
    again = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseOutdated) as told:
        again.create_schema()
    again.close()
    assert (told.value.params["table"], told.value.params["columns"]) == ("orders", "trip")
    assert file.read_bytes() == before


def test_one_of_this_version_opens_again(tmp_path: Path) -> None:
    for _ in range(2):
        database = Database(f"sqlite:///{tmp_path / 'usual.db'}")
        database.create_schema()
        database.close()

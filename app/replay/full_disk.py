"""A rehearsal of a database that is full, on a stage's own: it takes no more, until it is told to again."""

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, text

if TYPE_CHECKING:
    from app.storage.database import Database

# SQLite's own limit of pages.
ROOM = 1_073_741_823


def fill_up(database: "Database") -> None:
    _take_writes(database, does=False)


def make_room(database: "Database") -> None:
    _take_writes(database, does=True)


def _take_writes(database: "Database", *, does: bool) -> None:
    if database.is_sqlite:
        pages = ROOM if does else 1
        event.listen(database.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}"))
    else:
        engine = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            name = connection.dialect.identifier_preparer.quote(database.engine.url.database or "")
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {'off' if does else 'on'}"))
        engine.dispose()
    # It holds for connections that are opened from now on.
    database.engine.dispose()

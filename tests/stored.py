"""All that a stage's database holds, as text; for tests of what may be kept nowhere."""

from collections.abc import Iterator

from sqlalchemy import select

from app.replay.stage import Stage
from app.storage.chat_tables import ChatBase
from app.storage.columns import METADATA


def stored_rows(stage: Stage) -> Iterator[tuple[str, str]]:
    """Table and row, of every table."""
    with stage.usual.database.engine.connect() as connection:
        for metadata in (METADATA, ChatBase.metadata):
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    yield table.name, " ".join(map(str, row))

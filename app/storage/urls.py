"""A database's URL: which driver, which file."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


def driven(url: str) -> URL:
    """The URL with the driver that is used for its kind of database. Raises ValueError for a kind that is not supported."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("no database URL") from None
    kind = parsed.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise ValueError(kind)
    return parsed


def file_of(url: str) -> Path | None:
    """The file of a SQLite URL; None for any other."""
    prefix = "sqlite:///"
    name = url.removeprefix(prefix)
    return Path(name) if url.startswith(prefix) and name not in ("", ":memory:") else None


def is_file(database: str | None) -> bool:
    """Whether a SQLite URL's database is a plain file."""
    return bool(database) and not str(database).startswith((":memory:", "file:"))

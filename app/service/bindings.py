"""How every row of evidence has to stand, as the chains tell it, and where one stands otherwise."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from app.service.ports import TraceLink

# The event that tells of rows alone, and what is told of a row beside its columns.
STORED, WHOLE, GONE = "stored", "*", "-"
# By column; a number is told as =5 where it is set and as +1 where it is counted on. Nothing at all: the column is empty.
Cells = Mapping[str, str]
# A table, a row's id and what is told of it.
Entry = tuple[str, str, Cells]
Standing = dict[tuple[str, str], dict[str, str]]


def tell(standing: Standing, links: Iterable[TraceLink]) -> None:
    """Take up what a chain tells of its rows, link by link."""
    for link in links:
        # One that can't be read was written by somebody else, which its hash says.
        with suppress(ValueError, TypeError, AttributeError):
            for table, row_id, cells in json.loads(link.rows or "[]"):
                _tell(standing, (table, row_id), cells)


def _tell(standing: Standing, row: tuple[str, str], cells: Cells) -> None:
    if GONE in cells:
        standing.pop(row, None)
        return
    known = standing.setdefault(row, {})
    for column, told in cells.items():
        known[column] = f"={int(known.get(column, '=0')[1:]) + int(told)}" if told[:1] in ("+", "-") else told
        if not told:
            del known[column]


def row_faults(standing: Standing, found: Mapping[tuple[str, str], Cells]) -> Iterator[tuple[str, str, str]]:
    """What is missing, told by no link, or otherwise than it was told: a code, the row's id, and its table and column."""
    for table, row_id in standing.keys() - found.keys():
        yield "record_missing", row_id, table
    for table, row_id in found.keys() - standing.keys():
        yield "record_unbound", row_id, table
    for (table, row_id), told in standing.items():
        stored = found.get((table, row_id), told)
        for column in sorted(told.keys() | stored.keys()):
            if told.get(column) != stored.get(column):
                yield "record_changed", row_id, table if column == WHOLE else f"{table}.{column}"

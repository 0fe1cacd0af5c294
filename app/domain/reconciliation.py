"""A settlement file beside the ledger: rows that are missing, extra or different, by order."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from io import StringIO
from typing import Literal

from app.base.errors import Misuse, Refusal
from app.base.money import Money
from app.domain.order import order_number
from app.domain.settlement import SettledOrder, Settlement

AMOUNTS = tuple(field.name for field in fields(SettledOrder) if field.name != "order_id")
COLUMNS = ("merchant", "day", "order", "number", "currency", *AMOUNTS)
NEEDED = ("merchant", "day", "order", "currency", "net", "fee", "payout")


class FileUnreadable(Refusal):
    """No settlement file: `row` counts from 1, the heading being row 1; `fault` says what is wrong with it."""

    code = "settlement_file_unreadable"


@dataclass(frozen=True, slots=True)
class Row:
    """One order of one day as a file has it, its amounts by column."""

    merchant: str
    day: str
    order: str
    amounts: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a file and the ledger part. `ours` and `theirs` are amounts as they stand, empty where there is none."""

    kind: Literal["missing", "extra", "different", "twice"]
    merchant: str
    day: str
    order: str
    column: str = ""
    ours: str = ""
    theirs: str = ""


def written(settlements: Iterable[Settlement]) -> str:
    """The settlement file: one row for each order of each day, amounts as plain decimals."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for settlement in settlements:
        for order in settlement.orders:
            amounts = [getattr(order, name).plain() for name in AMOUNTS]
            day, number = settlement.day.isoformat(), order_number(order.order_id)
            writer.writerow([settlement.merchant_id, day, order.order_id, number, settlement.net.currency, *amounts])
    return out.getvalue()


def read(text: str) -> list[Row]:
    """The rows of a settlement file; columns may stand in any order, and others may be left out. Raises FileUnreadable."""
    lines = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    if not lines:
        raise FileUnreadable(row=1, fault="there is nothing in it")
    heading = [name.strip().casefold() for name in lines[0]]
    lacking = [name for name in NEEDED if name not in heading]
    if lacking:
        raise FileUnreadable(row=1, fault=f"there is no column {', '.join(lacking)}")
    return [_row(heading, line, number) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]


def _row(heading: Sequence[str], line: Sequence[str], number: int) -> Row:
    if len(line) != len(heading):
        raise FileUnreadable(row=number, fault=f"it has {len(line)} cells and the heading {len(heading)}")
    cells = {name: cell.strip() for name, cell in zip(heading, line, strict=True)}
    amounts = []
    for name in (column for column in AMOUNTS if column in cells):
        try:
            amounts.append((name, Money.parse(cells[name], cells["currency"])))
        except (Misuse, KeyError):
            raise FileUnreadable(row=number, fault=f"{name} is no amount: {cells[name]!r} {cells['currency']!r}") from None
    return Row(cells["merchant"], cells["day"], cells["order"], tuple(amounts))


def compared(settlements: Iterable[Settlement], rows: Sequence[Row]) -> Iterator[Gap]:
    """What the file's rows and the ledger's settlements of the days that the file is about do not share."""
    days = {(row.merchant, row.day) for row in rows}
    ours = {
        (s.merchant_id, s.day.isoformat(), order.order_id): order
        for s in settlements
        for order in s.orders
        if (s.merchant_id, s.day.isoformat()) in days
    }
    seen = set[tuple[str, str, str]]()
    for row in rows:
        key = (row.merchant, row.day, row.order)
        order = ours.get(key)
        if key in seen:
            yield Gap("twice", *key)
        elif order is None:
            yield Gap("extra", *key, theirs=str(dict(row.amounts).get("payout", "")))
        else:
            for name, amount in row.amounts:
                mine: Money = getattr(order, name)
                if mine != amount:
                    yield Gap("different", *key, name, str(mine), str(amount))
        seen.add(key)
    for key, order in ours.items():
        if key not in seen:
            yield Gap("missing", *key, ours=str(order.payout))

"""Tables of text → .xlsx and .csv. A file is written beside its place and renamed, so that it is whole or not there."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from app.storage.catalog_swap import put_file
from app.storage.sheets.faults import SheetBroken, SheetFault
from app.storage.sheets.tables import guarded

NUMBER = re.compile(r"-?(0|[1-9]\d{0,11})(\.\d+)?")
# What XML can't hold; a spreadsheet program refuses the whole file for one of them.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDTH_MIN, WIDTH_MAX = 9, 48


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet to be written. Columns whose headings are in `numbers` are written as numbers where they hold one."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str] = frozenset()


def write_grids(path: Path, grids: Sequence[Grid]) -> None:
    """A workbook with every grid, or the first grid alone as CSV. Raises SheetBroken."""
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise SheetBroken([SheetFault(path.name, 0, "", "can be written as .xlsx or .csv. Give it one of these endings.")])
    content = _workbook(grids) if kind == ".xlsx" else _csv(grids[0])
    try:
        put_file(path, content)
    except OSError as error:
        raise SheetBroken([SheetFault(str(path), 0, "", f"can't be written ({error.strerror}).")]) from None


def _csv(grid: Grid) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (grid.headings, *grid.rows):
        writer.writerow([guarded(cell) for cell in row])
    # With the mark, a spreadsheet program takes it for UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _workbook(grids: Sequence[Grid]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.active)
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        sheet.append(list(grid.headings))
        for row in grid.rows:
            sheet.append([_value(cell, heading in grid.numbers) for cell, heading in zip(row, grid.headings, strict=True)])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for number, heading in enumerate(grid.headings, start=1):
            longest = max([len(heading), *(len(row[number - 1]) for row in grid.rows)])
            sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, WIDTH_MIN), WIDTH_MAX)
        for sheet_row in sheet.iter_rows(min_row=2):
            for cell in sheet_row:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _value(text: str, is_number: bool) -> str | Decimal | None:
    if is_number and NUMBER.fullmatch(text):
        return Decimal(text)
    return UNPRINTABLE.sub(" ", guarded(text)) or None

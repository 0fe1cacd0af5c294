"""Files of a spreadsheet program → tables of text, with bounds on everything that a file could make large."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.storage.sheets.faults import SheetBroken, SheetFault

FILE_BYTES_MAX = 10 * 1024 * 1024
UNPACKED_BYTES_MAX = 40 * 1024 * 1024
PARTS_MAX = 500
SHEETS_MAX = 20
ROWS_MAX = 10_000
COLUMNS_MAX = 100
CELL_LENGTH_MAX = 4_000
SEPARATORS = (",", ";", "\t")
# What makes a spreadsheet program take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Formula(str):
    """A cell that computes its value. It is not computed here, so nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row's place in the sheet, from 1."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its rows that hold anything, every cell as text."""

    name: str
    rows: tuple[Row, ...]


def read_tables(path: Path) -> list[Table]:
    """Raises SheetBroken for a file that can't be read, is too large, or is not what its name says."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx", ".tsv", ".txt"):
        raise _refused(path, f"a menu is a .xlsx or .csv file, not {kind or 'a file without an ending'}. Save it as one of those.")
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise _refused(path, f"is larger than {FILE_BYTES_MAX // 1024 // 1024} MB. Take pictures out and save it again.")
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path, f"can't be read ({error.strerror}). Check its name and folder.") from None
    if not content.strip():
        raise _refused(path, "is empty.")
    if kind == ".xlsx":
        return _workbook(path, content)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refused(path, "is a spreadsheet that was renamed. Give it its own ending back, .xlsx, or save it as CSV.")
    return [Table(path.stem, tuple(_rows(path.name, _text_rows(path, content))))]


def _refused(path: Path, message: str) -> SheetBroken:
    return SheetBroken([SheetFault(path.name, 0, "", message)])


def _rows(sheet: str, numbered: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    count = 0
    for number, cells in numbered:
        row = Row(number, tuple(cells))
        if row.is_blank:
            continue
        count += 1
        if count > ROWS_MAX:
            raise SheetBroken([SheetFault(sheet, number, "", f"holds more than {ROWS_MAX:,} rows. Split it into several shops.")])
        for place, cell in enumerate(row.cells):
            if cell and place >= COLUMNS_MAX:
                message = f"holds more than {COLUMNS_MAX} columns. Delete what lies to the right of the menu."
                raise SheetBroken([SheetFault(sheet, number, letter(place), message)])
            if len(cell) > CELL_LENGTH_MAX:
                message = f"holds {len(cell):,} characters; {CELL_LENGTH_MAX:,} are the most. Shorten it."
                raise SheetBroken([SheetFault(sheet, number, letter(place), message)])
        yield row


def letter(column: int) -> str:
    """0 → "A", 26 → "AA"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


# text files


def _text_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(path, content)
    if "\0" in text:
        raise _refused(path, "is no text file. Save the sheet as CSV, or as .xlsx.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        for cells in reader:
            yield reader.line_num, [_unguarded(cell.strip()) for cell in cells]
    except csv.Error as error:
        message = f"can't be read as CSV ({error}). Look for a quotation mark that is not closed."
        raise SheetBroken([SheetFault(path.name, reader.line_num, "", message)]) from None


def _decoded(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(path, "is in an encoding that is neither UTF-8 nor GB18030. Save it as CSV UTF-8.")


def _separator(text: str) -> str:
    """The separator that parts the most of the first lines, outside quotation marks."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    counts = {separator: [_count(line, separator) for line in lines] for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: (sum(1 for n in counts[separator] if n), sum(counts[separator])))


def _count(line: str, separator: str) -> int:
    return sum(part.count(separator) for part in line.split('"')[::2])


def _unguarded(cell: str) -> str:
    """A text as it was before an export guarded it; what is left and still looks like a formula is one."""
    if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS):
        return cell[1:]
    return Formula(cell) if cell.startswith(("=", "@")) else cell


def guarded(text: str) -> str:
    """With an apostrophe in front of what a spreadsheet program would take for a formula; numbers stay numbers."""
    if text.lstrip("'").startswith(FORMULA_STARTS) and not text.lstrip("-").replace(".", "", 1).isdecimal():
        return f"'{text}"
    return text


# workbooks


def _workbook(path: Path, content: bytes) -> list[Table]:
    import openpyxl

    _check_archive(path, content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            if len(sheets) > SHEETS_MAX:
                raise _refused(path, f"holds more than {SHEETS_MAX} sheets. Keep those of the menu.")
            return [Table(sheet.title, tuple(_rows(sheet.title, _sheet_rows(sheet)))) for sheet in sheets]
        finally:
            book.close()
    except SheetBroken:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever a broken file makes it stumble over
        raise _refused(path, f"can't be read as .xlsx ({type(error).__name__}). Open it and save it again as .xlsx.") from None


def _check_archive(path: Path, content: bytes) -> None:
    """A .xlsx is a zip of XML files: refuse one that unpacks to more than a menu can be, before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # An archive that lies about a part's size is cut off at that size when it is read.
            if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
                raise _refused(path, f"unpacks to more than {UNPACKED_BYTES_MAX // 1024 // 1024} MB. Copy the menu to a new file.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        head = opened.read(4_096).replace(b"\0", b"").upper()
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise _refused(path, "holds XML that no spreadsheet program writes. Copy the menu to a new file.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise _refused(path, "is no whole .xlsx file. Open it and save it again, or save it as CSV.") from None


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # What a file says about its own size is not to be trusted.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX + 1), start=1):
        yield number, [_cell_text(cell) for cell in cells]


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # The shortest digits that give this number again: what the shopkeeper typed.
        plain = format(Decimal(repr(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return _workbook_text(str(value).strip())


def _workbook_text(text: str) -> str:
    """In a workbook a text is a text; only the apostrophe of an export goes."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text

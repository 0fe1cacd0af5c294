"""What is wrong with a sheet, each with its place and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.base.errors import Misuse


@dataclass(frozen=True, slots=True)
class SheetFault:
    """`row` is the sheet's own row number, 0 where the whole sheet is meant; `column` is its heading or its letter."""

    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = [self.sheet, f"row {self.row}" if self.row else "", f"column {self.column}" if self.column else ""]
        return f"{', '.join(filter(None, place))}: {self.message}"


class SheetBroken(Misuse):
    """A sheet that can't be taken, with all its faults. Nothing of it was written."""

    code = "sheet_broken"

    def __init__(self, faults: Iterable[SheetFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(faults="\n".join(map(str, self.faults)))


class CellWrong(ValueError):
    """A cell's text is not what its column takes; the message says what to write."""

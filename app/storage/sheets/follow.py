"""A sheet that is edited while a demo of it runs: saved again, it is imported again."""

import logging
from pathlib import Path

from app.storage.sheets.faults import SheetBroken
from app.storage.sheets.plan import plan_import, write_plan
from app.storage.sheets.slugs import slug

LOGGER = logging.getLogger("usual.catalog")
Stamp = tuple[int, int]


class SheetFollower:
    """Imports one sheet into a folder of its own, and again when it was changed and then let alone for one look."""

    def __init__(self, sheet: Path, root: Path, name: str = "") -> None:
        self._sheet, self._root, self._name = sheet, root, name
        self._merchant_id = ""
        self._seen: Stamp | None = None
        self._taken: Stamp | None = None

    def take(self) -> None:
        """Raises SheetBroken; what was taken before stays then."""
        stamp = self._stamp()
        plan = plan_import(self._sheet, self._root, self._merchant_id or _left_there(self._root), self._name)
        write_plan(plan, self._root)
        self._merchant_id = plan.catalog.merchant.id
        self._seen = self._taken = stamp

    def look(self) -> None:
        seen, self._seen = self._seen, self._stamp()
        if self._seen is None or self._seen != seen or self._seen == self._taken:
            return
        try:
            self.take()
        except SheetBroken as broken:
            self._taken = self._seen
            for fault in broken.faults:
                LOGGER.warning("the last good menu stays: %s", fault)

    def _stamp(self) -> Stamp | None:
        try:
            stat = self._sheet.stat()
        except OSError:
            # A spreadsheet program may put the file away for a moment while it saves.
            return None
        return stat.st_mtime_ns, stat.st_size


def _left_there(root: Path) -> str:
    """The shop of an earlier demo of this sheet, so that its history stays its own."""
    found = [path.parent.name for path in root.glob("*/merchant.json") if not path.parent.name.startswith(".")]
    return slug(found[0]) if len(found) == 1 else ""

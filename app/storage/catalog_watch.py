"""Watches the merchants' folders while the server runs: a change is taken up, a fault keeps the last good offer."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from app.domain.catalog import Catalog
from app.service.rounds import Rounds
from app.storage.catalog_files import Fault, read_catalogs

PAUSE = timedelta(milliseconds=250)
LOGGER = logging.getLogger("usual.catalog")

Stamps = Mapping[str, tuple[int, int, int]]


class CatalogWatch(Rounds):
    """Looks at the files' stamps. `take` gets each catalogue that was read anew and is whole; `before` is called first."""

    def __init__(self, root: Path, take: Callable[[Catalog], None], before: Callable[[], None] = lambda: None) -> None:
        super().__init__("catalogue watch", PAUSE)
        self._root, self._take, self._before = root, take, before
        self._seen: Stamps = {}
        self._read: Stamps = {}
        self._told: frozenset[Fault] = frozenset()

    def look(self) -> None:
        """Read what has changed since the last look and was let alone since: a file that is being written is not read."""
        self._before()
        seen, self._seen = self._seen, _stamps(self._root)
        if self._seen != seen or self._seen == self._read:
            return
        stamps = self._seen
        catalogs, faults = read_catalogs(self._root)
        for catalog in catalogs.values():
            self._take(catalog)
        for fault in faults:
            if fault not in self._told:
                LOGGER.warning("the last good offer stays: %s", fault)
        self._told, self._read = frozenset(faults), stamps


def _stamps(root: Path) -> Stamps:
    """What tells one state of the files from another."""
    found = {}
    for path in sorted(root.glob("*/*.json")):
        try:
            stat = path.stat()
        except OSError:
            # It went away between the listing and the look.
            continue
        if not path.parent.name.startswith("."):
            found[str(path)] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found

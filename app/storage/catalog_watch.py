"""Watches the merchants' folders while the server runs: a change is taken up, a fault keeps the last good offer."""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from app.domain.catalog import Catalog
from app.storage.catalog_files import Fault, read_catalogs

PAUSE_SECONDS = 0.25
LOGGER = logging.getLogger("usual.catalog")

Stamps = Mapping[str, tuple[int, int, int]]


class CatalogWatch:
    """Looks at the files' stamps in a thread of its own. `take` gets each catalogue that was read anew and is whole."""

    def __init__(self, root: Path, take: Callable[[Catalog], None], pause_seconds: float = PAUSE_SECONDS) -> None:
        self._root, self._take = root, take
        self._pause_seconds = pause_seconds
        self._seen: Stamps = {}
        self._read: Stamps = {}
        self._told: frozenset[Fault] = frozenset()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.before_look: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="usual-catalog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def look(self) -> None:
        """Read what has changed since the last look and was let alone since: a file that is being written is not read."""
        self.before_look()
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

    def _run(self) -> None:
        while not self._stopping.wait(self._pause_seconds):
            try:
                self.look()
            except Exception:
                LOGGER.exception("the catalogues could not be looked at now")


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

"""Work done again and again in a thread of its own."""

import logging
import threading
from abc import ABC, abstractmethod
from datetime import timedelta

from app.service.meters import LAST_ROUND, ROUND_SECONDS

LOGGER = logging.getLogger("usual.rounds")


class Rounds(ABC):
    """Calls `look` when it starts and then after every pause, until it is stopped; a look that fails is logged and tried again."""

    def __init__(self, name: str, pause: timedelta) -> None:
        self._name = name
        self._pause = pause
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def look(self) -> None: ...

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"usual-{self._name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the round that is on its way come to its end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with ROUND_SECONDS.labels(self._name).time():
                    self.look()
                LAST_ROUND.labels(self._name).set_to_current_time()
            except Exception:
                LOGGER.exception("a round of the %s failed", self._name)
            self._stopping.wait(self._pause.total_seconds())

"""The worker: it settles what a crash or a silent merchant left behind."""

import logging
import threading

from app.base.errors import UsualError
from app.service.payments import Payments

PAUSE_SECONDS = 5.0
LOGGER = logging.getLogger("usual.worker")


class Worker:
    """Looks for stranded holds, at once when it starts and then every few seconds, in a thread of its own."""

    def __init__(self, payments: Payments, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._payments = payments
        self._pause_seconds = pause_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="usual-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while True:
            try:
                ended = self._payments.settle_stranded()
                if ended:
                    LOGGER.warning("settled %d stranded holds", ended)
            except UsualError as failed:
                LOGGER.warning("holds could not be settled now: %s", failed.code)
            if self._stopping.wait(self._pause_seconds):
                return

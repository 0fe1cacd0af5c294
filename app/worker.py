"""The worker: it settles what a crash or a silent merchant left behind, and follows the orders that are under way."""

import logging
import threading

from app.service.payments import Payments
from app.service.tracking import Tracking
from app.service.wallets import Wallets

PAUSE_SECONDS = 2.0
LOGGER = logging.getLogger("usual.worker")


class Worker:
    """Looks after holds, deposits and orders under way, when it starts and then every few seconds, in a thread of its own."""

    def __init__(
        self,
        payments: Payments,
        wallets: Wallets,
        tracking: Tracking,
        stranded_after_seconds: int,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._payments, self._wallets, self._tracking = payments, wallets, tracking
        self._stranded_after_seconds = stranded_after_seconds
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
                holds = self._payments.settle_stranded()
                self._tracking.follow()
                deposits = self._wallets.settle_deposits(self._stranded_after_seconds)
                if holds or deposits:
                    LOGGER.warning("settled %d stranded holds and %d open deposits", holds, deposits)
            except Exception:
                LOGGER.exception("what was left behind could not be settled now")
            if self._stopping.wait(self._pause_seconds):
                return

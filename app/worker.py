"""The worker: standing orders, what a crash or a silent merchant left behind, orders under way, days to close, checkpoints."""

import logging
from datetime import timedelta

from app.service.checkpoints import Checkpoints
from app.service.payments import Payments
from app.service.refunds import Refunds
from app.service.rounds import Rounds
from app.service.runs import Runs
from app.service.settlements import Settlements
from app.service.tracking import Tracking
from app.service.wallets import Wallets
from app.service.webhooks import Deliveries

PAUSE = timedelta(seconds=2)
LOGGER = logging.getLogger("usual.worker")


class Postman(Rounds):
    """Sends what merchants' systems are told, in a thread of its own: one of them that is slow keeps no money waiting."""

    def __init__(self, deliveries: Deliveries) -> None:
        super().__init__("postman", PAUSE)
        self._deliveries = deliveries

    def look(self) -> None:
        self._deliveries.send_due()


class Worker(Rounds):
    """Looks after standing orders, holds, refunds, deposits and orders under way, when it starts and then every few seconds."""

    def __init__(
        self,
        payments: Payments,
        refunds: Refunds,
        runs: Runs,
        wallets: Wallets,
        tracking: Tracking,
        settlements: Settlements,
        deliveries: Deliveries,
        checkpoints: Checkpoints,
        stranded_after_seconds: int,
    ) -> None:
        super().__init__("worker", PAUSE)
        self._payments, self._refunds, self._runs, self._wallets, self._tracking = payments, refunds, runs, wallets, tracking
        self._settlements, self._postman, self._checkpoints = settlements, Postman(deliveries), checkpoints
        self._stranded_after_seconds = stranded_after_seconds

    def start(self) -> None:
        super().start()
        self._postman.start()

    def stop(self) -> None:
        super().stop()
        self._postman.stop()

    def look(self) -> None:
        holds = self._payments.settle_stranded()
        self._runs.look()
        self._tracking.follow()
        self._refunds.settle_asked()
        self._settlements.close_due()
        self._checkpoints.make_due()
        deposits = self._wallets.settle_deposits(self._stranded_after_seconds)
        if holds or deposits:
            LOGGER.warning("settled %d stranded holds and %d open deposits", holds, deposits)

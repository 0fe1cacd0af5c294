"""News for faces: something that a customer may be looking at has changed. What it is now is read anew, never told here."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

LOGGER = logging.getLogger("usual.news")


@dataclass(frozen=True, slots=True)
class News:
    """`id` is the checkout's, the order's, the occurrence's, the sign-in's that is over, or the erased customer's; of a notice it
    is the standing order's.
    """

    kind: Literal["checkout", "order", "occurrence", "notice", "refund", "guardian", "signed_out", "erased"]
    id: str


Hear = Callable[[str, News], None]


class NewsStand(Protocol):
    """The way from the service to whoever shows things. Any thread may publish; a face that is not there misses nothing it
    could not read."""

    def publish(self, customer_id: str, news: News) -> None: ...
    def subscribe(self, hear: Hear) -> Callable[[], None]:
        """Be told of all news, in another thread, until the returned function is called."""
        ...

    def close(self) -> None: ...


class InProcessNews:
    """For faces in the same process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hearing: tuple[Hear, ...] = ()

    def publish(self, customer_id: str, news: News) -> None:
        for hear in self._hearing:
            try:
                hear(customer_id, news)
            except Exception:
                # News is a courtesy: what it is about has happened whether it is heard or not.
                LOGGER.exception("news of %s %s was not taken", news.kind, news.id)

    def subscribe(self, hear: Hear) -> Callable[[], None]:
        with self._lock:
            self._hearing = (*self._hearing, hear)

        def leave() -> None:
            with self._lock:
                self._hearing = tuple(other for other in self._hearing if other is not hear)

        return leave

    def close(self) -> None:
        """Nothing is open."""

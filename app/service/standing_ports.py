"""What the service reads about standing orders. Implemented on floor 7."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from app.domain.standing import Occurrence, StandingOrder


class StandingRecords(Protocol):
    """What is stored, as of the last commit. What is not there is None or empty."""

    def standing_order(self, standing_order_id: str) -> StandingOrder | None: ...
    def standing_orders(self, customer_id: str) -> list[StandingOrder]:
        """Oldest first, those that are over too."""
        ...

    def claim_due(self, now: datetime, until: datetime, limit: int) -> list[StandingOrder]:
        """Active and paused ones with a run or a notice that is due, the longest due first. Until that moment, or until they are
        released, no other worker is given them."""
        ...

    def release(self, standing_orders: Iterable[StandingOrder], until: datetime) -> None: ...

    def occurrence(self, occurrence_id: str) -> Occurrence | None: ...
    def occurrences(self, standing_order_id: str, limit: int) -> list[Occurrence]:
        """The latest due first."""
        ...

    def undone(self, since: datetime) -> list[Occurrence]:
        """Runs recorded as ordered whose order was canceled after the given moment, oldest first."""
        ...

    def asked_before(self, before: datetime) -> list[Occurrence]:
        """Runs that asked at or before the given moment and wait for an answer, oldest first."""
        ...

    def skipped(self, standing_order_id: str) -> frozenset[datetime]:
        """The due times of the runs that were skipped."""
        ...

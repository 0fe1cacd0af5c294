"""A pace that nobody may exceed: so many at once, then one each so many seconds. Kept in memory, for one process."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.base.clock import Clock

REMEMBERED_MAX = 10_000


@dataclass
class Pace:
    """`burst` at once; one more each `seconds_each`. A key is who is counted: an address, or everybody."""

    clock: Clock
    burst: int
    seconds_each: int
    # When each key will have its whole burst again.
    _whole_at: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str) -> int:
        """0 when it may be done now; else the seconds until it may, and nothing is counted."""
        with self._lock:
            now, each = self.clock.now(), timedelta(seconds=self.seconds_each)
            whole_at = max(self._whole_at.get(key, now), now) + each
            over = whole_at - now - each * self.burst
            if over > timedelta(0):
                return -(-over // timedelta(seconds=1))
            if len(self._whole_at) >= REMEMBERED_MAX:
                self._whole_at = {known: at for known, at in self._whole_at.items() if at > now}
            self._whole_at[key] = whole_at
            return 0

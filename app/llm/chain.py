"""Several models behind one: tried in their order within one deadline, those that keep failing left out for a while."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from app.dialogue.reading import FailedCall
from app.understanding.model import ModelReply, ModelRequest, ModelUnavailable, Reason

FAILURES_MAX = 3
OPEN_SECONDS = 30.0
# The reasons that speak of the model's server and not of what it was asked.
DOWN: frozenset[Reason] = frozenset({"timeout", "rate_limited", "server_error", "unreachable"})


class TimedModel(Protocol):
    def complete(self, request: ModelRequest, within_seconds: float) -> ModelReply:
        """Raises ModelUnavailable, at the latest when the time is over."""
        ...


class Breaker:
    """Opens after some failures in a row; after a while one call may try again, and its outcome closes or opens it anew."""

    def __init__(self, open_seconds: float, now: Callable[[], float]) -> None:
        self._open_seconds, self._now = open_seconds, now
        self._lock = threading.Lock()
        self._failures = 0
        self._opened = 0.0

    def lets_through(self) -> bool:
        with self._lock:
            if self._failures < FAILURES_MAX:
                return True
            if self._now() - self._opened < self._open_seconds:
                return False
            # This one call tries; the others wait for what becomes of it.
            self._opened = self._now()
            return True

    def worked(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_MAX:
                self._opened = self._now()


class ModelChain:
    """Understanding's `LanguageModel`. What is left of the deadline is shared out among the models that are still to be tried."""

    def __init__(
        self,
        models: Sequence[TimedModel],
        deadline_ms: int,
        now: Callable[[], float] = time.monotonic,
        open_seconds: float = OPEN_SECONDS,
    ) -> None:
        self._links = [(model, Breaker(open_seconds, now)) for model in models]
        self._deadline_seconds = deadline_ms / 1000
        self._now = now

    def complete(self, request: ModelRequest) -> ModelReply:
        ends = self._now() + self._deadline_seconds
        reason: Reason = "circuit_open"
        failed: tuple[FailedCall, ...] = ()
        # Who is left out takes nothing of the time.
        tried = [(model, breaker) for model, breaker in self._links if breaker.lets_through()]
        for at, (model, breaker) in enumerate(tried):
            left = ends - self._now()
            if left <= 0:
                raise ModelUnavailable("timeout", failed)
            try:
                reply = model.complete(request, left / (len(tried) - at))
            except ModelUnavailable as unavailable:
                # What it says of these words tells nothing of the next ones.
                breaker.failed() if unavailable.reason in DOWN else breaker.worked()
                reason, failed = unavailable.reason, failed + unavailable.failed
                continue
            breaker.worked()
            return replace(reply, failed=failed)
        raise ModelUnavailable(reason, failed)

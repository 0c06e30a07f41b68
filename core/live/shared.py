"""A throttle that several threads share: one lock around each of its questions."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .throttle import Outage, Refusal, Throttle, Trouble


class Shared(Throttle):
    """A throttle that several threads may use: the guards of the requests, and whoever looks at how it is doing."""

    def __init__(self, name: str, jitter: Callable[[], float]) -> None:
        super().__init__(name, jitter)
        self._lock = threading.RLock()

    def ask(self, now: float) -> float | Refusal:
        """As the throttle's."""
        with self._lock:
            return super().ask(now)

    def answered(self, now: float, status: int, retry_after: float | None = None) -> None:
        """As the throttle's."""
        with self._lock:
            super().answered(now, status, retry_after)

    def failed(self, now: float, kind: Outage) -> None:
        """As the throttle's."""
        with self._lock:
            super().failed(now, kind)

    def undecided(self, now: float) -> None:
        """As the throttle's."""
        with self._lock:
            super().undecided(now)

    def crumb_refused(self, now: float, retry_after: float | None = None) -> None:
        """As the throttle's."""
        with self._lock:
            super().crumb_refused(now, retry_after)

    def state(self, now: float) -> Trouble | None:
        """As the throttle's."""
        with self._lock:
            return super().state(now)

    def sent_last_hour(self, now: float) -> int:
        """As the throttle's."""
        with self._lock:
            return super().sent_last_hour(now)

    def memory(self) -> dict[str, object]:
        """As the throttle's."""
        with self._lock:
            return super().memory()

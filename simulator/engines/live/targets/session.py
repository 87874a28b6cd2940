"""What all users of a run share at a target that wants a log-in: its token, and who fetches it."""

import threading
import time
from collections.abc import Callable
from typing import Any

from simulator.engines.live.contract import Heard

PAUSE = 1.0
"""Seconds after a log-in that failed before the next is tried."""


class Session:
    """The names that `log_in` captured; ``turn`` counts how often that was done."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.turn = 0
        self._lock = threading.Lock()
        self._failure: Heard | None = None
        self._failed_at = 0.0

    def renew(self, turn: int, log_in: Callable[[dict[str, Any]], Heard]) -> Heard | None:
        """Log in, unless somebody else has since ``turn``; what went wrong, None where nothing did."""
        with self._lock:
            if self.turn != turn:
                return None
            if self._failure is None or time.monotonic() - self._failed_at >= PAUSE:
                self._try(log_in)
            return self._failure

    def _try(self, log_in: Callable[[dict[str, Any]], Heard]) -> None:
        found: dict[str, Any] = {}
        heard = log_in(found)
        if heard.fault:
            self._failure, self._failed_at = heard, time.monotonic()
        else:
            self.kept, self.turn, self._failure = found, self.turn + 1, None

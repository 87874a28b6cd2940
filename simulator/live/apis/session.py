"""What all users of a run share at an API that wants a log-in: its token, and who fetches it."""

import threading
import time
from collections.abc import Callable
from typing import Any

from simulator.live.contract import Heard

PAUSE = 1.0
"""Seconds after a log-in before the next is tried, so that an API is not flooded with them."""


class Session:
    """The names that `log_in` captured; ``turn`` counts how often that was done."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.turn = 0
        self._lock = threading.Lock()
        self._failure: Heard | None = None
        self._tried_at = -PAUSE

    def renew(self, turn: int, log_in: Callable[[dict[str, Any]], Heard]) -> Heard | None:
        """Log in, unless somebody has since ``turn``, or just now; what went wrong, None where nothing did."""
        with self._lock:
            if self.turn == turn and time.monotonic() - self._tried_at >= PAUSE:
                self._try(log_in)
            return self._failure

    def _try(self, log_in: Callable[[dict[str, Any]], Heard]) -> None:
        found: dict[str, Any] = {}
        heard = log_in(found)
        self._tried_at, self._failure = time.monotonic(), heard if heard.fault else None
        if not heard.fault:
            self.kept, self.turn = found, self.turn + 1

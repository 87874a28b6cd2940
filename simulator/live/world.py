"""What a live run needs of whoever plays it: a clock, sleep, events, greenlets or threads, and somewhere to tell."""

from collections.abc import Callable
from typing import Any, Protocol

from simulator.live.contract import DispatchUser, Fault


class Happened(Protocol):
    """Something that a caller or call-taker waits for."""

    def set(self) -> Any:
        """It has happened."""

    def wait(self, timeout: float | None = None) -> Any:
        """Wait for it, or so many seconds; whether it has happened."""


class World(Protocol):
    """The world around a live run. Times are microseconds of the plan: (wall clock - epoch) x speed.

    Locust's side of it makes greenlets of tasks; tests make threads.
    """

    def now(self) -> int:
        """The time of the plan."""

    def sleep_until(self, when: int) -> None:
        """Sleep until a time of the plan; not at all where that is over."""

    def seconds(self, duration: int) -> float:
        """How long a duration of the plan takes by the clock on the wall."""

    def happened(self) -> Happened:
        """Something that can be waited for."""

    def spawn(self, task: Callable[..., None], *about: Any) -> None:
        """Do this beside everything else."""

    def user(self) -> DispatchUser:
        """A caller or call-taker at the API, with a client (cookies) of their own."""

    def tell(self, kind: str, values: tuple[int, ...]) -> None:
        """Tell all other workers, if there are any: their floors' `LiveFloor.told` is called with the same."""

    def record(self, line: str) -> None:
        """A line for the log of the run."""

    def milestone(self, name: str, intent: str, since: int, fault: Fault | None = None) -> None:
        """A milestone of a call was reached now: latency counts from ``since``, when it was meant to begin."""

    def trouble(self, step: str, intent: str, fault: Fault) -> None:
        """A step failed."""

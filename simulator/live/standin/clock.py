"""The server's clock: microseconds of simulated time, which may go faster than a wall clock."""

import time
from dataclasses import dataclass

from simulator.scenario.units import SECOND


@dataclass(frozen=True, slots=True)
class Anchor:
    """At ``wall`` (unix time, microseconds) the server's clock said ``simulated``, and went ``speed`` times as fast."""

    wall: int
    simulated: int
    speed: float

    def at(self, wall: int) -> int:
        """What the clock says, or would have said, at this wall time."""
        return self.simulated + round((wall - self.wall) * self.speed)


class Clock:
    """Simulated microseconds that never stand still and never go back: no two moments are the same.

    So the order of what happened is the order of its times, on disk too. It goes by the machine's monotonic clock: a
    wall clock that is set while the server runs moves nothing.
    """

    def __init__(self, speed: float = 1.0, begin: int = 0) -> None:
        self.speed = speed
        self._begin = begin
        self._since = time.monotonic_ns()
        self._last = begin

    def now(self) -> int:
        """This moment, later than any before."""
        passed = (time.monotonic_ns() - self._since) * self.speed / 1000
        self._last = max(self._last + 1, self._begin + int(passed))
        return self._last


def wall() -> int:
    """Unix time in microseconds."""
    return time.time_ns() // 1000


def goes_on(anchor: Anchor | None, latest: int, speed: float) -> Anchor:
    """Where the clock of a server that starts now begins: it went on while the server was down.

    ``latest`` is the last moment on disk, which a wall clock that was set back must not undercut.
    """
    now = wall()
    return Anchor(now, max(anchor.at(now), latest) if anchor else latest, speed)


def seconds(microseconds: int) -> float:
    """Microseconds as seconds."""
    return microseconds / SECOND

"""A world of virtual time for live runs: greenlets that sleep on an agenda, so that days pass in seconds, exactly."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

import greenlet

from simulator.live.contract import DispatchUser, Fault
from simulator.live.floor import LiveFloor


class Event:
    """Something that happens once."""

    def __init__(self, world: "VirtualWorld") -> None:
        self.world, self.is_set = world, False
        self.waiting: list[Callable[[], None]] = []

    def set(self) -> None:
        self.is_set = True
        for wake in self.waiting:
            wake()

    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set:
            wake = self.world.sleeper(None if timeout is None else self.world.clock + round(timeout * 1e6))
            self.waiting.append(wake)
            self.world.hub.switch()
        return self.is_set


class VirtualWorld:
    """One worker, alone, whose clock stands still while anybody is doing something; speed 1."""

    def __init__(self, user: Callable[["VirtualWorld"], DispatchUser], begin: int = 0) -> None:
        self.clock, self.order = begin, count()
        self.agenda: list[tuple[int, int, Callable[[], None]]] = []
        self.hub = greenlet.getcurrent()
        self.lines: list[str] = []
        self.milestones: list[tuple[str, str, int, Fault | None]] = []
        self.troubles: list[tuple[str, str, Fault]] = []
        self.others: list[LiveFloor] = []
        """The floors of all workers, who are told of what happens at another."""
        self._user = user

    # -- what a live run asks of it ----------------------------------------------------------------------------------

    def now(self) -> int:
        return self.clock

    def sleep_until(self, when: int) -> None:
        if when > self.clock:
            self.sleeper(when)
            self.hub.switch()

    def seconds(self, duration: int) -> float:
        return duration / 1e6

    def happened(self) -> Event:
        return Event(self)

    def spawn(self, task: Callable[..., None], *about: Any) -> None:
        self.at(self.clock, lambda: greenlet.greenlet(task, self.hub).switch(*about))

    def user(self) -> DispatchUser:
        return self._user(self)

    def tell(self, kind: str, values: tuple[int, ...]) -> None:
        for floor in self.others:
            floor.told(kind, values)

    def record(self, line: str) -> None:
        self.lines.append(line)

    def milestone(self, name: str, intent: str, since: int, fault: Fault | None = None) -> None:
        self.milestones.append((name, intent, self.clock - since, fault))

    def trouble(self, step: str, intent: str, fault: Fault) -> None:
        self.troubles.append((step, intent, fault))

    # -- how time passes ---------------------------------------------------------------------------------------------

    def at(self, when: int, do: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (when, next(self.order), do))

    def sleeper(self, until: int | None) -> Callable[[], None]:
        """What wakes the greenlet that is running, once, at a time or when it is called."""
        sleeping, awake = greenlet.getcurrent(), [False]

        def wake() -> None:
            if not awake[0]:
                awake[0] = True
                sleeping.switch()

        if until is not None:
            self.at(until, wake)
        return lambda: self.at(self.clock, wake)

    def run(self, until: int) -> None:
        """Let everything happen that happens before ``until``."""
        while self.agenda and self.agenda[0][0] < until:
            self.clock, _, do = heapq.heappop(self.agenda)
            do()

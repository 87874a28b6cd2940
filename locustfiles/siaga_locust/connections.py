"""Kept connections to one host, for many greenlets: bounded, the last used first, watched while they idle.

Deadlines are looked through twenty times a second, instead of a timer a request.
"""

import _socket
import ssl
from collections import deque
from time import perf_counter
from typing import Any

from gevent import get_hub, getcurrent
from gevent import socket as gevent_socket

from siaga_locust.connection import Connection, NoAnswer

SWEEP = 0.05
"""Seconds between looks at deadlines: a time-out is late by at most so much."""


class Connections:
    """At most ``most`` connections to a host; whoever comes when all are in use waits for one, in order."""

    def __init__(self, host: str, port: int, most: int, tls: ssl.SSLContext | None = None) -> None:
        self.host, self.port, self.most, self.tls = host, port, most, tls
        self.idle: list[Connection] = []
        self.open = 0
        self.waiting: deque[_Place] = deque()
        self.timed: dict[Any, float] = {}
        """Who waits for something, until when."""
        self.addresses: list[Any] = []
        self.sweeper: Any = None

    def take(self, deadline: float, fresh: bool = False) -> Connection:
        """A connection, kept or new; ``fresh`` for a new one only."""
        self._watch_deadlines()
        while self.idle and not fresh:
            kept = self.idle.pop()
            if kept.is_alive():
                return kept
            self.drop(kept)
        if fresh and self.idle:
            self.drop(self.idle.pop(0))
        if self.open < self.most:
            self.open += 1
        elif (handed := _Place(self).wait(deadline)) is not None:
            return handed
        return self._connect(deadline)

    def give_back(self, kept: Connection) -> None:
        """Nothing is left to read from it: somebody else may use it."""
        kept.used = True
        if self.waiting:
            self.waiting.popleft().hand(kept)
        else:
            kept.rest()
            self.idle.append(kept)

    def drop(self, gone: Connection) -> None:
        """It cannot be used any more; its place is free."""
        gone.close()
        self.free_place()

    def evict(self, kept: Connection) -> None:
        """The server closed an idle connection, or spoke unasked on it."""
        self.idle.remove(kept)
        self.drop(kept)

    def close(self) -> None:
        """Close what idles, and look at deadlines no more."""
        while self.idle:
            self.idle.pop().close()
            self.open -= 1
        if self.sweeper is not None:
            self.sweeper.stop()
            self.sweeper.close()
            self.sweeper = None

    def free_place(self) -> None:
        """One connection less; whoever is first in line may open another in its place."""
        if self.waiting:
            self.waiting.popleft().hand(None)
        else:
            self.open -= 1

    def _connect(self, deadline: float) -> Connection:
        """A new connection, for which there is a place already."""
        try:
            return _connected(self, deadline)
        except BaseException:
            self.free_place()
            raise

    def _watch_deadlines(self) -> None:
        if self.sweeper is None:
            self.sweeper = get_hub().loop.timer(SWEEP, SWEEP, ref=False)
            self.sweeper.start(self._sweep)

    def _sweep(self) -> None:
        now = perf_counter()
        for each in [who for who, until in self.timed.items() if until <= now]:
            each.time_is_over()

    def resolve(self) -> list[Any]:
        """The host's addresses, looked up once."""
        if not self.addresses:
            self.addresses = gevent_socket.getaddrinfo(self.host, self.port, 0, _socket.SOCK_STREAM)
        return self.addresses


class _Place:
    """A place in the line for a connection."""

    __slots__ = ("given", "greenlet", "handed", "pool")

    def __init__(self, pool: Connections) -> None:
        self.pool, self.greenlet = pool, getcurrent()
        self.given: Connection | None = None
        self.handed = False

    def wait(self, deadline: float) -> Connection | None:
        """Until a connection is handed over, or (None) the right to open one."""
        self.pool.waiting.append(self)
        self.pool.timed[self] = deadline
        try:
            get_hub().switch()
        except BaseException:
            self._leave()
            raise
        if not self.handed:
            raise NoAnswer("no socket was free in time")
        return self.given

    def hand(self, given: Connection | None) -> None:
        """The wait is over; the greenlet goes on as soon as it is its turn."""
        self.given, self.handed = given, True
        self.pool.timed.pop(self, None)
        get_hub().loop.run_callback(self.greenlet.switch)

    def time_is_over(self) -> None:
        """The deadline is past."""
        self.pool.timed.pop(self, None)
        self.pool.waiting.remove(self)
        self.greenlet.switch()

    def _leave(self) -> None:
        """Killed while waiting: what was handed over meanwhile goes to the next in line."""
        if not self.handed:
            self.pool.timed.pop(self, None)
            self.pool.waiting.remove(self)
        elif self.given is not None:
            self.pool.give_back(self.given)
        else:
            self.pool.free_place()


def _connected(pool: Connections, deadline: float) -> Connection:
    """A new connection, by the first of the host's addresses that takes one."""
    first: OSError | None = None
    for *kind, _, address in pool.resolve():
        made = Connection(pool, _socket.socket(*kind))
        try:
            made.reach(address, deadline)
        except NoAnswer:
            made.close()
            raise
        except OSError as error:
            made.close()
            first = first or error
        except BaseException:
            made.close()
            raise
        else:
            return made
    pool.addresses = []
    raise first or ConnectionError(f"no address of {pool.host}")

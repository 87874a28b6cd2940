"""Kept connections to one host, for many greenlets: bounded, the last used first, watched while they idle.

One watcher a connection stays started for as long as it lives, so that waiting for a reply costs no system call: the
hub switches straight into the greenlet that waits. The same watcher notices a server that closes an idle connection,
before anybody sends on it. Deadlines are looked through twenty times a second instead of a timer a request.

Sockets are made by the `_socket` module and TLS by `ssl.MemoryBIO`: neither is changed by gevent's patching.
"""

import _socket
import errno
import os
import ssl
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any

from gevent import get_hub, getcurrent
from gevent import socket as gevent_socket

READ, WRITE = 1, 2
READING = 2**16
SWEEP = 0.05
"""Seconds between looks at deadlines: a time-out is late by at most so much."""
STALE = 1.0
"""Seconds after which a connection that idled is looked at once more before it is used."""
BUSY = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINPROGRESS)
GONE = (errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED, errno.ENOTCONN, errno.ESHUTDOWN)


class NoAnswer(TimeoutError):  # noqa: N818  (the project's words)
    """The time for a request is over."""


class NotSent(ConnectionError):  # noqa: N818
    """The connection was closed before a byte of the request was taken: it can go by another."""


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

    def take(self, deadline: float, fresh: bool = False) -> "Connection":
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

    def give_back(self, kept: "Connection") -> None:
        """Nothing is left to read from it: somebody else may use it."""
        kept.used = True
        if self.waiting:
            self.waiting.popleft().hand(kept)
        else:
            kept.rest()
            self.idle.append(kept)

    def drop(self, gone: "Connection") -> None:
        """It can not be used any more; its place is free."""
        gone.close()
        self.free_place()

    def evict(self, kept: "Connection") -> None:
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

    def _connect(self, deadline: float) -> "Connection":
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

    def wait(self, deadline: float) -> "Connection | None":
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

    def hand(self, given: "Connection | None") -> None:
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


class Connection:
    """One connection: raw, never blocking, with one greenlet at a time waiting on it."""

    __slots__ = (
        "__weakref__",
        "fd",
        "greenlet",
        "heard",
        "idle",
        "layer",
        "over",
        "pool",
        "rested",
        "sock",
        "used",
        "watcher",
    )

    def __init__(self, pool: Connections, sock: Any) -> None:
        self.pool, self.sock, self.fd = pool, sock, sock.fileno()
        self.greenlet: Any = None
        self.idle, self.over, self.used, self.heard, self.rested = False, False, False, False, 0.0
        self.layer: _Tls | None = None
        self.watcher = get_hub().loop.io(self.fd, READ)

    def reach(self, address: Any, deadline: float) -> None:
        """Connect to the server, and agree on keys where it speaks TLS."""
        self.sock.setblocking(False)
        self.sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        code = self.sock.connect_ex(address)
        if code in BUSY:
            self._wait_writable(deadline)
            code = self.sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        if self.pool.tls is not None:
            self.layer = _Tls(self.pool.tls, self.pool.host)
            self.layer.shake_hands(self, deadline)

    def send(self, request: bytes, deadline: float) -> None:
        """Send a request; `NotSent` where the connection was closed before it took a byte of it."""
        self.heard = False
        data = request if self.layer is None else self.layer.sealed(request)
        try:
            sent = self.sock.send(data)
        except OSError as error:
            if error.errno in GONE:
                raise NotSent(*error.args) from None
            if error.errno not in BUSY:
                raise
            sent = 0
        if sent < len(data):
            self.send_rest(memoryview(data)[sent:], deadline)

    def receive(self, deadline: float) -> bytes:
        """The next bytes; b'' at the end of them."""
        if self.layer is not None:
            return self.layer.opened(self, deadline)
        return self.receive_raw(deadline)

    def receive_raw(self, deadline: float) -> bytes:
        """The next bytes as they came."""
        while True:
            if not self.watcher.active:
                self.watcher.start(self._readable)
            self._rest_until(deadline)
            try:
                data = self.sock.recv(READING)
            except OSError as error:
                if error.errno not in BUSY:
                    raise
            else:
                self.heard = self.heard or bool(data)
                return data

    def is_alive(self) -> bool:
        """Whether a connection that idled can be used; one that idled long is asked."""
        self.idle = False
        if perf_counter() - self.rested < STALE:
            return True
        try:
            self.sock.recv(1, _socket.MSG_PEEK)
        except OSError as error:
            return error.errno in BUSY
        return False

    def rest(self) -> None:
        """Nobody uses it."""
        self.idle, self.rested = True, perf_counter()
        if not self.watcher.active:
            self.watcher.start(self._readable)

    def close(self) -> None:
        """Close it for good."""
        self.watcher.stop()
        self.watcher.close()
        self.sock.close()

    def time_is_over(self) -> None:
        """The deadline is past: whoever waits is told."""
        self.over = True
        self._wake()

    def _rest_until(self, deadline: float) -> None:
        timed = self.pool.timed
        timed[self] = deadline
        self.greenlet = getcurrent()
        try:
            get_hub().switch()
        finally:
            self.greenlet = None
            timed.pop(self, None)
        if self.over:
            raise NoAnswer("no answer in time")

    def _wake(self) -> None:
        if self.greenlet is not None:
            self.greenlet.switch()

    def _readable(self) -> None:
        if self.greenlet is not None:
            self.greenlet.switch()
        elif self.idle:
            if self.layer is None or not self.layer.only_chatter(self.sock):
                self.pool.evict(self)
        else:
            self.watcher.stop()

    def send_rest(self, rest: memoryview, deadline: float) -> None:
        """Send what is left, waiting where the server takes no more."""
        while rest:
            try:
                rest = rest[self.sock.send(rest) :]
            except OSError as error:
                if error.errno not in BUSY:
                    raise
                self._wait_writable(deadline)

    def _wait_writable(self, deadline: float) -> None:
        """Let others run until the server takes more."""
        self.watcher.stop()  # a reply that comes early must not wake anybody up
        writable = get_hub().loop.io(self.fd, WRITE)
        writable.start(self._wake)
        try:
            self._rest_until(deadline)
        finally:
            writable.stop()
            writable.close()


class _Tls:
    """TLS over a connection, by way of two buffers in memory."""

    __slots__ = ("incoming", "outgoing", "session")

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.incoming, self.outgoing, server_hostname=host)

    def shake_hands(self, connection: Connection, deadline: float) -> None:
        """Agree on keys."""
        self._step(self.session.do_handshake, connection, deadline)
        self._flush(connection, deadline)

    def sealed(self, data: bytes) -> bytes:
        """Bytes as they go over the line."""
        self.session.write(data)
        return self.outgoing.read()

    def opened(self, connection: Connection, deadline: float) -> bytes:
        """The next bytes as they were meant."""
        try:
            return bytes(self._step(lambda: self.session.read(READING), connection, deadline))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def only_chatter(self, sock: Any) -> bool:
        """Whether what came on an idle connection is TLS's own, such as tickets for later sessions."""
        try:
            self.incoming.write(sock.recv(READING) or b"\0")
            self.session.read(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False
        return False

    def _step(self, step: Callable[[], Any], connection: Connection, deadline: float) -> Any:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._flush(connection, deadline)
                data = connection.receive_raw(deadline)
                if data:
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()

    def _flush(self, connection: Connection, deadline: float) -> None:
        if data := self.outgoing.read():
            connection.send_rest(memoryview(data), deadline)


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

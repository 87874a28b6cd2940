"""One connection to a server: raw, never blocking; whoever waits for it lets others run.

One watcher a connection stays started for as long as it lives, so that waiting for a reply costs no system call: the
hub switches straight into the greenlet that waits. The same watcher notices a server that closes an idle connection,
before anybody sends on it. Sockets are made by the `_socket` module, which gevent's patching leaves as it is.
"""

import _socket
import errno
import os
from time import perf_counter
from typing import Any

from gevent import get_hub, getcurrent

from siaga_locust.tls import READING, Tls

READ, WRITE = 1, 2
STALE = 1.0
"""Seconds after which a connection that idled is looked at once more before it is used."""
BUSY = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINPROGRESS)
GONE = (errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED, errno.ENOTCONN, errno.ESHUTDOWN)


class NoAnswer(TimeoutError):  # noqa: N818  (the project's words)
    """The time for a request is over."""


class NotSent(ConnectionError):  # noqa: N818
    """The connection was closed before a byte of the request was taken: it can go by another."""


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

    def __init__(self, pool: Any, sock: Any) -> None:
        self.pool, self.sock, self.fd = pool, sock, sock.fileno()
        self.greenlet: Any = None
        self.idle, self.over, self.used, self.heard, self.rested = False, False, False, False, 0.0
        self.layer: Tls | None = None
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
            self.layer = Tls(self.pool.tls, self.pool.host)
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

"""TLS by way of two buffers in memory, so that a connection stays the same raw one underneath."""

import ssl
from collections.abc import Callable
from typing import Any

READING = 2**16
"""Bytes that are read at a time."""


class Tls:
    """TLS over a connection, by way of two buffers in memory."""

    __slots__ = ("incoming", "outgoing", "session")

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.incoming, self.outgoing, server_hostname=host)

    def shake_hands(self, connection: Any, deadline: float) -> None:
        """Agree on keys."""
        self._step(self.session.do_handshake, connection, deadline)
        self._flush(connection, deadline)

    def sealed(self, data: bytes) -> bytes:
        """Bytes as they go over the line."""
        self.session.write(data)
        return self.outgoing.read()

    def opened(self, connection: Any, deadline: float) -> bytes:
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

    def _step(self, step: Callable[[], Any], connection: Any, deadline: float) -> Any:
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

    def _flush(self, connection: Any, deadline: float) -> None:
        if data := self.outgoing.read():
            connection.send_rest(memoryview(data), deadline)

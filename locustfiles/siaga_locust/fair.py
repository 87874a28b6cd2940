"""Sockets for Locust's client that let others have a turn, and hear no more than a reply can be long.

gevent does not switch while there is something to read. A server that never stops talking would so hold the worker
for ever: no other call would go on, and no time-out would ever be noticed.
"""

import ssl
from typing import Any

import gevent
from gevent.socket import socket
from gevent.ssl import SSLContext, SSLSocket
from geventhttpclient.client import HTTPClientPool

from siaga_locust.lean import tls_context
from siaga_locust.wire import MOST_BODY, MOST_HEAD

TURN = 2**16
"""Bytes that are heard at a stretch."""


class EndlessReply(OSError):  # noqa: N818  (the project's words)
    """More was heard than a reply may have."""


class _Fair:
    heard = 0

    def recv(self, *about: Any) -> bytes:
        """Hear; of a long reply a piece at a time."""
        data = bytes(super().recv(*about))  # type: ignore[misc]
        self.heard += len(data)
        if self.heard > MOST_HEAD + MOST_BODY:
            raise EndlessReply(f"a reply of more than {MOST_HEAD + MOST_BODY} bytes")
        if self.heard > TURN:
            gevent.sleep(0)
        return data

    def sendall(self, *about: Any) -> Any:
        """Send a request; what is heard after it is its reply."""
        self.heard = 0
        return super().sendall(*about)  # type: ignore[misc]


class FairSocket(_Fair, socket):
    """A plain one."""


class FairTlsSocket(_Fair, SSLSocket):
    """One that speaks TLS."""


def fair_pool(host: str, *, insecure: bool, **about: Any) -> HTTPClientPool:
    """A pool of such sockets to a host."""

    def context(cafile: str | None = None) -> ssl.SSLContext:  # noqa: ARG001  (asked so by geventhttpclient)
        made = tls_context(insecure)
        assert isinstance(made, SSLContext)
        made.sslsocket_class = FairTlsSocket
        return made

    pool = HTTPClientPool(insecure=insecure, ssl_context_factory=context, **about)
    pool.get_client(host)._connection_pool._create_tcp_socket = FairSocket
    return pool

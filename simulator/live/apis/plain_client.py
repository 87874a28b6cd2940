"""A client with nothing but the standard library, for trying a target out: one request at a time, no redirects.

It has the shape of the clients that load is sent with, and like them it never raises for what the network does.
"""

import http.client
import json as json_module
import ssl
from collections.abc import Mapping
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

LONGEST = 10.0
"""Seconds to wait for a reply where nobody says otherwise."""
LARGEST = 5_000_000
"""Most bytes read of a body."""


class PlainResponse:
    """A reply, or why none came."""

    def __init__(self, status: int, headers: Message, body: bytes = b"", error: BaseException | None = None) -> None:
        self.status_code = status
        self.error = error
        self._headers = headers
        self._body = body

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, found whatever their case; of one that comes twice, all its values."""
        return Headers(self._headers)

    @property
    def text(self) -> str:
        """The body as text."""
        return self._body.decode(self._headers.get_content_charset() or "utf-8", "replace")

    def json(self) -> Any:
        """The body read as JSON; raises ValueError where it is none."""
        return json_module.loads(self._body)


class Headers(dict[str, str]):
    """Headers by name in small letters, found whatever the case."""

    def __init__(self, message: Message) -> None:
        super().__init__()
        for name, value in message.items():
            key = name.lower()
            self[key] = f"{dict.__getitem__(self, key)}, {value}" if key in self else value

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def get(self, name: str, otherwise: Any = None) -> Any:
        """The value of a header."""
        return super().get(name.lower(), otherwise)


class PlainClient:
    """A client of one host, ``http://127.0.0.1:8112``; its cookies are its own."""

    def __init__(self, host: str, *, verify: bool = True) -> None:
        parts = urlsplit(host)
        self._host, self._port = parts.hostname or "", parts.port
        self._prefix = parts.path.rstrip("/")
        self._context = (ssl.create_default_context() if verify else _trusting()) if parts.scheme == "https" else None
        self._cookies: dict[str, str] = {}

    def request(
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,  # noqa: ARG002  (rows of Locust's tables)
        json: Any = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> PlainResponse:
        """Send one request."""
        sent = dict(headers or {})
        if json is not None:
            data = json_module.dumps(json)
            sent.setdefault("Content-Type", "application/json")
        if self._cookies and not any(each.lower() == "cookie" for each in sent):
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        body = data.encode() if isinstance(data, str) else data
        try:
            return self._asked(method, self._prefix + path, body, sent, timeout or LONGEST)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return PlainResponse(0, Message(), error=error)

    def _asked(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], timeout: float
    ) -> PlainResponse:
        connection = self._connection(timeout)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            response = PlainResponse(reply.status, reply.headers, reply.read(LARGEST))
        finally:
            connection.close()
        self._keep(reply.headers)
        return response

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        if self._context is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._context)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)

    def _keep(self, headers: Message) -> None:
        for said in headers.get_all("Set-Cookie") or ():
            name, _, value = said.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()


def _trusting() -> ssl.SSLContext:
    """A context that takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context

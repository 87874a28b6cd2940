"""A client for one request at a time (httpx), for trying an API out: no redirects, a connection for each request.

It has the shape of the clients that load is sent with, and like them it never raises for what the network does.
"""

import json as json_module
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

LONGEST = 10.0
"""Seconds to wait for a reply where nobody says otherwise."""
LARGEST = 5_000_000
"""Most bytes read of a body."""


@dataclass(slots=True)
class PlainResponse:
    """A reply, or (status 0) why none came."""

    status_code: int = 0
    headers: Mapping[str, str] = field(default_factory=httpx.Headers)
    content: bytes = b""
    encoding: str = "utf-8"
    error: BaseException | None = None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(self.encoding, "replace")

    def json(self) -> Any:
        """The body read as JSON; raises ValueError where it is none."""
        return json_module.loads(self.content)


class PlainClient:
    """A client of one host, ``http://127.0.0.1:8112``; its cookies are its own.

    ``address``: of this machine, to send from; None leaves it to the system.
    """

    def __init__(self, host: str, *, verify: bool = True, address: str | None = None) -> None:
        self._host = host.rstrip("/")
        self._client = httpx.Client(
            transport=httpx.HTTPTransport(
                verify=ssl.create_default_context() if verify else False,
                limits=httpx.Limits(max_keepalive_connections=0),
                trust_env=False,  # a proxy of the environment is no part of the API
                local_address=address,
            ),
            headers={"Accept-Encoding": "identity"},
        )

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
        url, wait = self._host + path, timeout or LONGEST
        try:
            sent = [(each.encode(), value.encode("latin-1")) for each, value in (headers or {}).items()]
            with self._client.stream(method, url, json=json, content=data, headers=sent, timeout=wait) as reply:
                body = b""
                for part in reply.iter_bytes():
                    body += part
                    if len(body) >= LARGEST:
                        break
                return PlainResponse(reply.status_code, reply.headers, body[:LARGEST], reply.encoding or "utf-8")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return PlainResponse(error=_cause(error))


def _cause(error: BaseException) -> BaseException:
    """The operating system's error behind one of httpx, where there is one: it says which kind of trouble it was."""
    behind = error.__cause__ or error.__context__
    if behind is None or isinstance(behind, OSError):
        return behind or error
    return _cause(behind)

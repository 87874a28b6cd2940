"""The lean client: as much of HTTP/1.1 as a dispatch API needs, at a third of the CPU of Locust's FastHttpUser.

Headers are put together once and kept as bytes, replies are read by two regular expressions, and connections are
shared by all calls of a worker while cookies are each call's own. No redirect is followed. Locust's event of each
request is fired as for any other client, so that its tables, its files and listeners of a user's own see the same.

A request is sent again, once and on a new connection, only where the server cannot have seen it before: a kept
connection that was closed before it took a byte. GET, HEAD, PUT and DELETE, which may be repeated (RFC 9110, 9.2.2),
are also sent again where it took the request and closed without a byte of reply; a POST then counts as lost.
"""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from functools import cached_property
from time import perf_counter, time
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from siaga_locust.connection import Connection, NotSent
from siaga_locust.connections import Connections
from siaga_locust.cookies import Cookies
from siaga_locust.wire import Cut, Raw, ReplyParseError, header_lines, read_reply, target_of, unpacked
from simulator.live.contract import REDIRECTS

REPEATABLE = frozenset(("GET", "HEAD", "PUT", "DELETE"))
MOST_KEPT = 256
"""Most different sets of headers kept as bytes."""


class StatusError(Exception):
    """A status that Locust counts as a failure."""

    def __repr__(self) -> str:
        return f"StatusError({self.args[0]})"


class Headers(dict[str, str]):
    """Headers of a reply, found whatever their case; of several alike, the last."""

    def __init__(self, head: bytes = b"") -> None:
        lines = head.decode("latin-1").split("\r\n")[1:]
        parts = (line.partition(":") for line in lines)
        super().__init__((name.lower(), value.strip()) for name, _, value in parts)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a header, or what is given for none."""
        return super().get(name.lower(), default)


class Reply:
    """What came back: see `contract.Response`. ``status_code`` 0: nothing did, and ``error`` says why."""

    def __init__(self, raw: Raw | None, error: BaseException | None = None) -> None:
        self.raw, self.error = raw, error
        self.status_code = raw.status if raw else 0

    @cached_property
    def headers(self) -> Headers:
        """Headers, found whatever their case."""
        return Headers(self.raw.head) if self.raw else Headers()

    @property
    def content(self) -> bytes:
        """The body."""
        return self.raw.body if self.raw else b""

    @property
    def text(self) -> str | None:
        """The body as text; None where nothing came."""
        return self.content.decode("utf-8", "replace") if self.raw else None

    def json(self) -> Any:
        """The body read as JSON; raises ValueError where it is none."""
        return orjson.loads(self.content)


class Site:
    """The API's host: its connections, and what is the same in every request to it."""

    def __init__(self, host: str, sockets: int = 1000, timeout: float = 10.0, insecure: bool = False) -> None:
        parts = urlsplit(host)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not the address of a host: {host!r}; wanted http://HOST:PORT or https://HOST:PORT")
        self.origin, self.prefix, self.timeout = f"{parts.scheme}://{_place(host)}", parts.path.rstrip("/"), timeout
        tls = None if parts.scheme == "http" else tls_context(insecure)
        port = parts.port or (443 if tls else 80)
        self.connections = Connections(parts.hostname, port, sockets, tls)
        self.fixed = _fixed(parts)
        self.sent = 0
        """How many requests were sent."""
        self._kept: dict[tuple[tuple[str, str], ...], bytes] = {}

    def lines(self, headers: Mapping[str, str] | None) -> bytes:
        """The headers of a request as bytes."""
        if not headers:
            return self.fixed
        key = tuple(headers.items())
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = self.fixed + header_lines(dict(headers))
        return known

    def path_of(self, path: str) -> str:
        """What to ask for: a path, or an address on this host, as a target in a request."""
        if path.startswith(("http://", "https://")):
            if f"{urlsplit(path).scheme}://{_place(path)}" != self.origin:
                raise ValueError(f"another host: {path}")
            return target_of(path[path.index("/", 8) :] if "/" in path[8:] else "/")
        return target_of(f"{self.prefix}{path}" if path.startswith("/") else f"{self.prefix}/{path}")


def tls_context(insecure: bool) -> ssl.SSLContext:
    """How to speak TLS: certificates are verified unless they are not to be."""
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _place(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _fixed(parts: Any) -> bytes:
    headers = {"Host": _place(parts.geturl()), "User-Agent": "siaga", "Accept": "*/*"}
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    return header_lines(headers)


class LeanClient:
    """The client of one call: its cookies are nobody else's, the connections everybody's."""

    __slots__ = ("cookies", "expects", "fire", "site")

    def __init__(self, site: Site, fire: Any, expects: frozenset[int] = frozenset()) -> None:
        self.site, self.fire, self.expects = site, fire, expects
        self.cookies: Cookies | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,
        json: Any = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Reply:
        """Send one request; what the network or the server does to it is in the reply."""
        method = method.upper()
        target, lines, body = self.site.path_of(path), self.site.lines(headers), _body(json, data)
        if json is not None and data is None:
            lines += b"Content-Type: application/json\r\n"
        self.site.sent += 1
        began, start = time(), perf_counter()
        until = start + (self.site.timeout if timeout is None else timeout)
        try:
            raw = self._exchange(method, target, lines, body, until)
            reply = Reply(raw._replace(body=unpacked(raw.body)) if raw.packed else raw)
        except (OSError, ReplyParseError) as error:
            reply = Reply(None, error)
        self._report(method, name or path, began, (perf_counter() - start) * 1000.0, reply)
        return reply

    def _report(self, method: str, name: str, began: float, took: float, reply: Reply) -> None:
        status = reply.status_code
        failure = reply.error
        if (status >= 400 or status in REDIRECTS) and status not in self.expects:
            failure = StatusError(status)
        self.fire(
            request_type=method,
            name=name,
            response_time=took,
            response_length=len(reply.raw.body) if reply.raw else 0,
            response=reply,
            context={},
            exception=failure,
            start_time=began,
            url=f"{self.site.origin}{name}",
        )

    def _exchange(self, method: str, target: str, lines: bytes, body: bytes, until: float) -> Raw:
        extra = self.cookies.line(target) if self.cookies else b""
        if body or method in ("POST", "PUT", "PATCH"):
            extra += b"Content-Length: %d\r\n" % len(body)
        request = b"%b %b HTTP/1.1\r\n%b%b\r\n%b" % (method.encode(), target.encode(), lines, extra, body)
        pool = self.site.connections
        connection = pool.take(until)
        try:
            raw = _by(connection, request, method, until)
        except (NotSent, Cut, ConnectionResetError) as error:
            if not connection.used or not _may_repeat(error, method, connection.heard):
                raise
            raw = _by(pool.take(until, fresh=True), request, method, until)
        if raw.cookies:
            self.cookies = self.cookies or Cookies()
            self.cookies.take(raw.cookies, target)
        return raw


def _body(json: Any, data: str | bytes | None) -> bytes:
    if data is not None:
        return data.encode() if isinstance(data, str) else data
    return b"" if json is None else b"%b" % orjson.dumps(json)  # a copy: orjson's own takes up 4 KiB


def _may_repeat(error: BaseException, method: str, heard: bool) -> bool:
    """Whether a request that went by a kept connection may go again; see the top of this file."""
    return isinstance(error, NotSent) or (method in REPEATABLE and not heard)


def _by(connection: Connection, request: bytes, method: str, until: float) -> Raw:
    """The reply to a request by this connection, which is given back, or closed where it cannot carry another."""
    try:
        connection.send(request, until)
        raw = read_reply(lambda: connection.receive(until), method == "HEAD")
    except BaseException:
        connection.pool.drop(connection)
        raise
    if raw.keep:
        connection.pool.give_back(connection)
    else:
        connection.pool.drop(connection)
    return raw

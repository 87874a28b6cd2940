"""Locust's own FastHttpSession as the client of a call: one pool of sockets a worker, cookies a call.

A `FastHttpSession` keeps its cookies on the session: shared by the greenlets of a worker they would leak from call to
call. So each call has a session of its own, made light by sharing only the pool. What a server does wrong is bounded
here too: by the time a request may take in all, and by the size of a body. No redirect is followed.
"""

from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any

from gevent.timeout import Timeout
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError
from locust.contrib.fasthttp import FastHttpSession, FastResponse, LocustUserAgent

from siaga_locust.fair import EndlessReply, fair_pool
from siaga_locust.lean import Reply
from siaga_locust.wire import MOST_BODY, ReplyParseError, unpacked
from simulator.live.contract import REDIRECTS

PATIENCE = 60.0
"""Seconds that a socket may be silent, beyond the time of a request: a long poll waits with nothing to hear."""
ANSWERED = frozenset(range(200, 400)) - REDIRECTS
PACKED = frozenset(("gzip", "deflate"))


class FastReply(FastResponse):
    """A reply of bounded size; ``broken`` says why its body could not be read."""

    error: BaseException | None = None
    broken: BaseException | None = None

    def _content(self) -> Any:
        try:
            return super()._content() if self._is_small() else self._read()
        except ValueError as error:  # packed in another way than it says: known to Locust as one of its failures
            self.broken = HTTPParseError(str(error))
            raise self.broken from None
        except BaseException as error:
            self.broken = error
            raise

    def unzipped(self, gzip: bool = True, br: bool = False) -> bytes:  # noqa: ARG002  (asked so by geventhttpclient)
        """A body that came packed."""
        assert self._response
        return unpacked(self._response.read())

    def _is_small(self) -> bool:
        if self.headers is None or self._response is None or self._response.message_complete:
            return True
        length = self.headers.get("content-length")
        return isinstance(length, str) and length.isdigit() and int(length) <= MOST_BODY

    def _read(self) -> bytes:
        """A body of unknown length, or of one that is too long."""
        assert self._response
        body = bytearray()
        while part := self._response.read(min(2**16, MOST_BODY + 1 - len(body))):
            body += part
            if len(body) > MOST_BODY:
                self._response.release()
                raise HTTPParseError(f"a body of more than {MOST_BODY} bytes")
        packed = self.headers is not None and str(self.headers.get("content-encoding")).lower() in PACKED
        return unpacked(bytes(body)) if packed else bytes(body)


class Agent(LocustUserAgent):
    """Locust's agent with replies of bounded size, which goes nowhere that a reply leads to."""

    response_type = FastReply
    redirect_response_codes = frozenset()


class FastSite:
    """The API's host, and the one pool of sockets to it."""

    def __init__(self, host: str, sockets: int = 1000, timeout: float = 10.0, insecure: bool = False) -> None:
        self.timeout, self.sent = timeout, 0
        limits = {"network_timeout": timeout + PATIENCE, "connection_timeout": timeout}
        self.pool = fair_pool(host, insecure=insecure, concurrency=sockets, **limits)
        first = FastHttpSession(host.rstrip("/"), None, None, insecure=insecure, client_pool=self.pool)
        self.base_url, self.auth_header = first.base_url, first.auth_header


class Session(FastHttpSession):
    """A session that costs little to make: what all calls share is taken from the site."""

    def __init__(self, site: FastSite, event: Any, expects: frozenset[int]) -> None:
        self.base_url, self.auth_header = site.base_url, site.auth_header
        self.request_event, self.user, self.request_name = event, None, None
        self.cookiejar = CookieJar()
        self.client = Agent(client_pool=site.pool, cookiejar=self.cookiejar, max_redirects=0, max_retries=0)
        self.client.valid_response_codes = ANSWERED | expects


class FastClient:
    """The client of one call, by Locust's FastHttpSession."""

    __slots__ = ("session", "site")

    def __init__(self, site: FastSite, event: Any, expects: frozenset[int] = frozenset()) -> None:
        self.site = site
        self.session = Session(site, event, expects)

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
    ) -> Any:
        """Send one request; what the network or the server does to it is in the reply."""
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        self.site.sent += 1
        with Timeout(self.site.timeout if timeout is None else timeout):
            reply = self.session.request(method, path, name=name, json=json, data=data, headers=sent)
        if reply.status_code == 0:
            return Reply(None, plain(reply.error))
        broken = getattr(reply, "broken", None)
        return reply if broken is None else Reply(None, plain(broken))


def plain(error: BaseException | None) -> BaseException:
    """The error beneath what geventhttpclient wraps it in; of a time-out the standard one."""
    error = getattr(error, "original", None) or error or ConnectionError("no reply")
    if isinstance(error, (Timeout, TimeoutError)):
        return TimeoutError("no answer in time")
    if isinstance(error, EndlessReply):
        return ReplyParseError(str(error))
    if isinstance(error, HTTPConnectionClosed):
        return ConnectionError("connection closed before a reply")
    return error

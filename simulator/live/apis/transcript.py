"""What was said between siaga and an API, as people may see it: keys, tokens and passwords are not shown."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.live.apis.session import Session
from simulator.live.contract import Client, Response

SHOWN = 600
"""Most characters of a body that are shown."""
HIDDEN = "***"
LEAST_SECRET = 6
"""Shorter texts that a log-in brought are no tokens."""
_SECRET_HEADER = re.compile(r"authorization|cookie|key|token|secret|signature", re.IGNORECASE)
_SECRET_FIELD = re.compile(
    r"""("[^"]*(?:token|secret|password|passwd|api_?key)[^"]*"\s*:\s*)("(?:[^"\\]|\\.)*")""", re.IGNORECASE
)
_TELLING = "^(location|retry-after|content-type|x-.*(id|number)|set-cookie|www-authenticate)$"
"""Reply headers that are shown."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its reply, as they are shown."""

    request: str
    headers: tuple[str, ...]
    body: str
    status: int
    reply_headers: tuple[str, ...]
    reply: str
    seconds: float

    def lines(self) -> Iterator[str]:
        """Like a transcript: > is what siaga sent, < what came back."""
        yield f"> {self.request}"
        yield from (f"> {each}" for each in self.headers)
        yield from (f"> {each}" for each in self.body.splitlines())
        yield f"< {self.status or 'no reply'} ({1000 * self.seconds:.0f} ms)"
        yield from (f"< {each}" for each in self.reply_headers)
        yield from (f"< {each}" for each in self.reply.splitlines())


@dataclass
class Listening:
    """A client that keeps what is said."""

    client: Client
    secrets: tuple[str, ...]
    session: Session | None
    """Where an API in a file keeps what its log-in brought."""
    heard: list[Exchange] = field(default_factory=list)

    def request(self, method: str, path: str, **more: Any) -> Response:
        """Pass a request on, and keep it with its reply."""
        begun = time.perf_counter()
        response = self.client.request(method, path, **more)
        self.heard.append(self._exchange(method, path, more, response, time.perf_counter() - begun))
        return response

    def _exchange(self, method: str, path: str, more: dict[str, Any], reply: Response, seconds: float) -> Exchange:
        body = more.get("data") if more.get("json") is None else json.dumps(more["json"])
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
        said = str(reply.error) if reply.status_code == 0 else reply.text or ""
        telling = {name: value for name, value in reply.headers.items() if re.search(_TELLING, name, re.IGNORECASE)}
        return Exchange(
            self._hidden(f"{method} {path}"),
            self._headers(more.get("headers") or {}),
            self._body(text),
            reply.status_code,
            self._headers(telling),
            self._page(said) or self._body(said),
            seconds,
        )

    def _headers(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(
            f"{name}: {HIDDEN if _SECRET_HEADER.search(name) else self._hidden(value)}"
            for name, value in headers.items()
        )

    def _body(self, text: str) -> str:
        hidden = _SECRET_FIELD.sub(rf'\1"{HIDDEN}"', self._hidden(text))
        return hidden if len(hidden) <= SHOWN else hidden[:SHOWN] + " ..."

    def _page(self, text: str) -> str:
        """What is said of a web page instead of its text; '' of another body."""
        if not re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
            return ""
        title = re.search("<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        return f"a web page of {len(text):,} characters" + (f", {' '.join(title[1].split())!r}" if title else "")

    def _hidden(self, text: str) -> str:
        brought = tuple(str(each) for each in self.session.kept.values()) if self.session else ()
        for secret in (*self.secrets, *(each for each in brought if len(each) >= LEAST_SECRET)):
            text = text.replace(secret, HIDDEN)
        return text

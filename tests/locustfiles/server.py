"""A tiny HTTP API in a process of its own: counts what it is told, and misbehaves as it is asked to."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from subprocess import PIPE, Popen
from typing import Any

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n%b"
REPLIES = {
    "429": b"HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    "500": b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}",
    "garbage": b"\x00\xffSSH-2.0 what is this\r\n\r\n\r\n",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
    "302": b"HTTP/1.1 302 Found\r\nLocation: /login?next=/calls\r\nContent-Length: 0\r\n\r\n",
    "401": b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}",
}


FIXED = {
    "away": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n3;x=y\r\n   \r\n0\r\nT: 1\r\n\r\n",
    "large": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 10000,
    "close": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
}


@dataclass
class Api:
    """How it behaves: ``mode`` good, one of REPLIES, silent, closed, endless; from ``after`` on, at first good."""

    mode: str = "good"
    delay: float = 0.0
    after: int = 0
    freeze: tuple[float, float] = (0.0, 0.0)
    told: dict[str, int] = field(default_factory=dict)
    first: float = 0.0
    seen: int = 0
    pages: int = 0
    """How often the page of the log-in was asked for."""
    late: float = 0.0

    async def look_at_the_clock(self) -> None:
        """How late this process itself is, on a machine that has other things to do."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.late = max(self.late, time.monotonic() - before - 0.01)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self.one(reader, writer):
                pass
        writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ", 2)[1]
        length = next((int(x[15:]) for x in head.split("\r\n") if x.lower().startswith("content-length:")), 0)
        body = await reader.readexactly(length)
        if path == "/told":
            writer.write(self.good({"told": self.told, "late": self.late, "pages": self.pages}))
            return True
        self.seen += 1
        self.first = self.first or time.monotonic()
        await asyncio.sleep(self.wait())
        return await self.reply(path, head, body, writer)

    def wait(self) -> float:
        begin, length = self.freeze
        into = time.monotonic() - self.first - begin
        return max(length - into, self.delay) if 0 <= into < length else self.delay

    async def reply(self, path: str, head: str, body: bytes, writer: asyncio.StreamWriter) -> bool:
        if path.startswith("/login"):
            self.pages += 1
            writer.write(self.good({"id": "a page", "page": "please log in"}))
            return True
        if self.mode == "good" or self.seen <= self.after:
            writer.write(self.special(path, head) or self.heard(body))
            return path != "/close"
        if self.mode in REPLIES:
            writer.write(REPLIES[self.mode])
            return self.mode not in {"garbage", "half"}
        if self.mode == "silent":
            await asyncio.sleep(60)
        while self.mode == "endless":
            writer.write(b"HTTP/1.1 200 OK\r\n" if self.seen == 1 else b"X-More: and more\r\n" * 100)
            self.seen += 1
            await writer.drain()
        return False

    def special(self, path: str, head: str) -> bytes:
        """Cookies and redirects: /set/NAME sets one and says which came; /go/NAME leads to /set/NAME and sets it, too;
        /moved/STATUS leads to the page of a log-in."""
        kind, _, name = path[1:].partition("/")
        came = [x.partition(":")[2].strip() for x in head.split("\r\n") if x.lower().startswith("cookie:")]
        if kind == "set":
            return self.good({"name": name, "came": came}, f"Set-Cookie: who={name}; Path=/\r\n")
        if kind == "go":
            return (
                b"HTTP/1.1 302 Found\r\nLocation: /set/%b\r\nSet-Cookie: who=%b; Path=/\r\nContent-Length: 0\r\n\r\n"
                % (
                    name.encode(),
                    name.encode(),
                )
            )
        if kind == "moved":
            to = b"Location: /login?next=/v1/calls\r\nContent-Length: 0\r\n\r\n"
            return b"HTTP/1.1 %b Moved\r\n%b" % (name.encode(), to)
        return FIXED.get(kind, b"")

    def heard(self, body: bytes) -> bytes:
        try:
            reference = json.loads(body)["reference"]
        except (ValueError, KeyError, TypeError):
            reference = ""
        self.told[reference] = self.told.get(reference, 0) + 1
        return self.good({"id": str(self.seen)})

    def good(self, content: Any, headers: str = "") -> bytes:
        body = json.dumps(content).encode()
        return GOOD % (len(body), headers.encode(), body)


async def main(given: dict[str, Any]) -> None:
    tls = None
    if "certificate" in given:
        import ssl

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(given.pop("certificate"))
    port = given.pop("port", 0)
    api = Api(**given)
    server = await asyncio.start_server(api.serve, "127.0.0.1", port, ssl=tls, backlog=2048)
    clock = asyncio.create_task(api.look_at_the_clock())
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()
    clock.cancel()


@contextmanager
def serving(**given: Any) -> Iterator["Served"]:
    """The API in a process of its own, until the block ends."""
    with Popen([sys.executable, __file__, json.dumps(given)], stdout=PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Served(process, int(process.stdout.readline()))
        finally:
            process.kill()


@dataclass
class Served:
    process: "Popen[str]"
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> dict[str, int]:
        """How often each reference was told."""
        return self.ask()["told"]

    def late(self) -> float:
        """By how many seconds the API's process was late at worst."""
        return self.ask()["late"]

    def ask(self) -> dict[str, Any]:
        from urllib.request import urlopen

        with urlopen(f"{self.url}/told", timeout=10) as reply:
            return json.load(reply)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))

"""A real server for tests, in a thread of this process, and a client that says what came back."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.live.standin.database import open_database
from simulator.live.standin.keys import OPEN_KEYS
from simulator.live.standin.numbers import Numbers
from simulator.live.standin.serve import Server, listen
from simulator.live.standin.service import Service, Setting
from simulator.scenario.policy import NO_POLICY, Policy

SECRET = bytes(range(32))
LONG = 20.0
"""Seconds after which a test gives up waiting for what should have come at once."""


@dataclass(slots=True)
class Said:
    """A reply."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Client:
    """Talks to a server, a connection a request."""

    port: int
    failures: list[BaseException] = field(default_factory=list)

    def ask(self, role: str, method: str, path: str, body: Any = None, key: str | None = None) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        headers = {"X-API-Key": key or f"{role}-key"} if role else {}
        sent = None if body is None else json.dumps(body)
        if sent is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, sent, headers)
            reply = connection.getresponse()
            text = reply.read()
        finally:
            connection.close()
        is_json = reply.getheader("content-type", "").startswith("application/json")
        return Said(reply.status, {n.lower(): v for n, v in reply.getheaders()}, json.loads(text) if is_json else text)

    def ring(self, reference: str, number: str | None = None, **more: Any) -> Said:
        return self.ask("intake", "POST", "/v1/calls", {"reference": reference, "number": number, **more})

    def sign_on(self, *desks: int) -> None:
        for desk in desks:
            assert self.ask("desk", "PUT", f"/v1/desks/{desk}", {"on_duty": True}).status == 200

    def next_call(self, desk: int, wait: float = 0) -> Said:
        return self.ask("desk", "POST", f"/v1/desks/{desk}/next?wait={wait}")

    def judge(self, call: int, verdict: str = "genuine", **more: Any) -> Said:
        return self.ask("desk", "POST", f"/v1/calls/{call}/verdict", {"verdict": verdict, **more})

    def answer(self, reference: str, verdict: str, number: str | None = None, desk: int = 0) -> Said:
        """A whole call: it comes in, is answered at once, and judged."""
        call = self.ring(reference, number).body["id"]
        assert self.next_call(desk, 5).body["id"] == call
        return self.judge(call, verdict)

    def state(self, call: int) -> str:
        return str(self.ask("intake", "GET", f"/v1/calls/{call}").body["state"])


@contextmanager
def serving(
    policy: Policy = NO_POLICY, trunks: int = 30, speed: float = 1.0, *, database: str | Path
) -> Iterator[Client]:
    """A server that is stopped in the ordinary way at the end."""
    failures: list[BaseException] = []
    place = open_database(str(database))
    setting = Setting(policy, trunks, speed, place, Numbers(SECRET), OPEN_KEYS, failures.append)
    listening = listen("127.0.0.1", 0)
    client = Client(listening.getsockname()[1], failures)
    started, servers = threading.Event(), []

    async def run() -> None:
        service = Service(setting)
        server = Server(service, started.set)
        servers.append(server)
        await server.serve([listening])
        await service.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(LONG)
    try:
        yield client
    finally:
        servers[0].stop()
        thread.join(LONG)
        assert not thread.is_alive()

"""Killed with SIGKILL under load and started again: no acknowledged call is lost, none is answered twice."""

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.standin.processes import Process, postgresql

EXCHANGES, DESKS, KILLS = 12, 4, 3
"""Connections that tell of calls, desks, and how often the server is killed."""

pytestmark = pytest.mark.slow


class Line:
    """A connection that is made again, and a request that is sent again, until there is a reply."""

    def __init__(self, port: int, role: str, give_up: threading.Event) -> None:
        self.port, self.role, self.give_up = port, role, give_up
        self.retries = 0
        self.connection: http.client.HTTPConnection | None = None

    def ask(self, path: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        while not self.give_up.is_set():
            try:
                return self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                self.retries += 1
                self.close()
                time.sleep(0.02)
        raise TimeoutError

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _once(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"X-API-Key": f"{self.role}-key", "Content-Type": "application/json"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        reply = self.connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None


class Storm:
    """Exchanges and desks at work, and what they were told."""

    def __init__(self, port: int) -> None:
        self.port, self.give_up, self.all_rung = port, threading.Event(), threading.Event()
        self.calm = threading.Event()
        """The server is not killed any more."""
        self.acknowledged: dict[str, tuple[int, str]] = {}
        """By reference: the call's id, and where it was put."""
        self.given: defaultdict[int, set[int]] = defaultdict(set)
        """By call: the desks that were given it."""
        self.left: set[int] = set()
        """Calls whose callers hung up, and were told that they had."""
        self.judged: set[int] = set()
        """Calls whose verdict was acknowledged."""
        self.wrong: list[str] = []
        self.lines: list[Line] = []

    def line(self, role: str) -> Line:
        self.lines.append(Line(self.port, role, self.give_up))
        return self.lines[-1]

    def exchange(self, name: int) -> None:
        line = self.line("intake")
        for count in itertools.count():
            if self.calm.is_set():
                return
            reference = f"{name}-{count}"
            status, said = line.ask("/v1/calls", {"reference": reference, "number": f"+999{name:03d}{count:06d}"})
            if status not in {200, 201, 503}:
                self.wrong.append(f"{reference}: {status} {said}")
                continue
            self.acknowledged[reference] = (said["id"], said["state"])
            if count % 4 == 0 and said["state"] == "queued":
                self.hang_up(line, said["id"])

    def hang_up(self, line: Line, call: int) -> None:
        status, said = line.ask(f"/v1/calls/{call}/hang-up")
        if status == 200:
            self.left.add(call)
        elif (status, said["state"]) not in {(409, "answered"), (409, "ended")}:
            self.wrong.append(f"hang-up of {call}: {status} {said}")

    def desk(self, desk: int) -> None:
        line = self.line("desk")
        line.ask(f"/v1/desks/{desk}", {"on_duty": True}, "PUT")
        while True:
            status, call = line.ask(f"/v1/desks/{desk}/next?wait=0.3")
            if status == 204 and self.all_rung.is_set():
                return
            if status != 200:
                continue
            if call["id"] in self.judged:
                self.wrong.append(f"call {call['id']} is given to desk {desk} after its verdict")
            self.given[call["id"]].add(desk)
            status, said = line.ask(f"/v1/calls/{call['id']}/verdict", {"verdict": "genuine"})
            if status != 200:
                self.wrong.append(f"verdict of {call['id']}: {status} {said}")
            self.judged.add(call["id"])


def weather(storm: Storm, server: Process, seed: int) -> None:
    """The storm, with the server killed and started again in the middle of it."""
    rng = random.Random(seed)
    exchanges = [threading.Thread(target=storm.exchange, args=(name,), daemon=True) for name in range(EXCHANGES)]
    desks = [threading.Thread(target=storm.desk, args=(desk,), daemon=True) for desk in range(DESKS)]
    for each in (*exchanges, *desks):
        each.start()
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.2, 0.7))
        server.kill()
        server.start()
    time.sleep(0.3)
    storm.calm.set()
    for each in exchanges:
        each.join(120)
    storm.all_rung.set()
    for each in desks:
        each.join(120)
    storm.give_up.set()
    for line in storm.lines:
        line.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "calls.sqlite")
    else:
        with postgresql() as url:
            yield url


@pytest.mark.parametrize("seed", range(2))
def test_no_acknowledged_call_is_lost_and_none_answered_twice(database: str, seed: int) -> None:
    server = Process("--database", database, "--trunks", "40").start()
    try:
        storm = Storm(server.port)
        weather(storm, server, seed)
        assert not storm.wrong
        assert sum(line.retries for line in storm.lines) > KILLS, "the kills hit nobody"
        check_calls(storm, server)
        check_audit(storm, server)
    finally:
        server.kill()


def check_calls(storm: Storm, server: Process) -> None:
    """Every acknowledged call is there once, under its id, as it was put; each queued one answered by one desk."""
    there = list(pages(server, "calls", "id"))
    found = {call["reference"]: call["id"] for call in there}
    assert found == {reference: call for reference, (call, _) in storm.acknowledged.items()}
    assert len(there) == len(found)
    for reference, (call, state) in list(storm.acknowledged.items())[::20]:
        name, count = map(int, reference.split("-"))
        said = server.client.ring(reference, f"+999{name:03d}{count:06d}")
        assert (said.status, said.body["id"], said.body["state"]) == (503 if state == "busy" else 200, call, state)
    queued = {call for call, state in storm.acknowledged.values() if state == "queued"}
    assert queued
    assert storm.left
    assert set(storm.given) == queued - storm.left == storm.judged
    assert all(len(desks) == 1 for desks in storm.given.values())


def check_audit(storm: Storm, server: Process) -> None:
    """The audit log says the same: each call came in, was answered and judged just once."""
    lines = list(pages(server, "audit", "seq"))
    assert [line["seq"] for line in lines] == list(range(len(lines), 0, -1))
    counts = Counter((line["what"], line["call"]) for line in lines if line["call"])
    assert all(counts["ring", call] == 1 for call, _ in storm.acknowledged.values())
    again = Counter({call: count for (what, call), count in counts.items() if what == "offer again"})
    assert all(counts["answer", call] == 1 + again[call] for call in storm.judged)
    assert all(counts["verdict", call] == 1 for call in storm.judged)


def pages(server: Process, what: str, key: str) -> Iterator[dict[str, Any]]:
    """Everything of a list, page by page."""
    before = ""
    while page := server.client.ask("supervisor", "GET", f"/v1/{what}?limit=1000{before}").body[what]:
        yield from page
        before = f"&before={page[-1][key]}"

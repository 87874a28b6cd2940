"""The stand-in dispatch API: acknowledged intakes a second, on one core: ``python -m tests.benchmarks.standin``.

A server process is pinned to one core, and a generator of intakes, each with a reference and a number of its own, to
another: at a steady rate over many connections, latency counted from the intended moment; then as fast as it goes,
over as many. Reported: acknowledged a second, latency, CPU of the server's process an intake (all its threads, the
one that writes to disk included), and how much of the time its main thread was ready to run and had to wait for the
core: on a machine that others use too, that wait is in the latencies. The database is a new SQLite file each time.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

BODY = b'{"reference":"%s-%d","number":"+999%09d"}'
HEAD = (
    b"POST /v1/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: intake-key\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n"
)
HEADINGS = (
    "| intended a second | acknowledged a second | p50 ms | p99 ms | worst ms | CPU µs an intake "
    "| waited for its core % |\n"
    "|---|---|---|---|---|---|---|\n"
)
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """So many connections, for so many seconds, at so many a second (0: as fast as it goes)."""

    connections: int
    seconds: float
    rate: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load showed: latencies in milliseconds."""

    acknowledged: int
    a_second: float
    p50: float
    p99: float
    worst: float
    cpu_us: float
    waited: float


class Intake(asyncio.Protocol):
    """A connection: one request at a time."""

    def __init__(self, generator: "Generator") -> None:
        self.generator, self.got, self.intended = generator, b"", 0.0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def send(self, intended: float) -> None:
        self.intended = intended
        self.transport.write(self.generator.request())

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]):
            return
        self.got = b""
        self.generator.answered(self, head[9:12], self.intended)

    def connection_lost(self, error: Exception | None) -> None:
        self.generator.lost += 1


class Generator:
    """Sends intakes for a while."""

    def __init__(self, load: Load, name: str) -> None:
        self.load, self.name = load, name.encode()
        self.count = self.lost = self.refused = 0
        self.latencies: list[float] = []
        self.free: deque[Intake] = deque()
        self.waiting: deque[float] = deque()

    def request(self) -> bytes:
        self.count += 1
        body = BODY % (self.name, self.count, self.count)
        return HEAD % len(body) + body

    async def run(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(self.load.connections):
            _, intake = await loop.create_connection(lambda: Intake(self), "127.0.0.1", port)
            self.free.append(intake)
        began = self.began = time.perf_counter()
        self.end = began + self.load.seconds
        if self.load.rate:
            await self._steady(began)
        else:
            while self.free:
                self.free.popleft().send(time.perf_counter())
            await asyncio.sleep(self.load.seconds)
        await asyncio.sleep(0.5)

    async def _steady(self, began: float) -> None:
        """Each intake has its intended moment; one that finds no free connection waits, and its latency with it."""
        sent, total = 0, int(self.load.rate * self.load.seconds)
        while sent < total:
            due = min(int((time.perf_counter() - began) * self.load.rate), total)
            for number in range(sent, due):
                self._send(began + number / self.load.rate)
            sent = max(sent, due)
            await asyncio.sleep(0.001)

    def _send(self, intended: float) -> None:
        if self.free:
            self.free.popleft().send(intended)
        else:
            self.waiting.append(intended)

    def answered(self, intake: Intake, status: bytes, intended: float) -> None:
        now = time.perf_counter()
        self.refused += status != b"201"
        self.latencies.append(now - intended)
        if self.waiting:
            intake.send(self.waiting.popleft())
        elif not self.load.rate and now < self.end:
            intake.send(now)
        else:
            self.free.append(intake)


def measured(load: Load, core: int, database: str | None) -> Figures:
    """Start a server, load it, and stop it."""
    with tempfile.TemporaryDirectory() as folder:
        place = database or str(Path(folder) / "calls.sqlite")
        command = ["taskset", "-c", str(core), sys.executable, "-m", "simulator.cli", "serve"]
        command += ["--port", "0", "--trunks", "1000000", "--database", place]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            port = int(server.stdout.readline().rsplit(":", maxsplit=1)[1])
            return _loaded(load, server.pid, port)
        finally:
            server.terminate()
            server.wait()


def _loaded(load: Load, pid: int, port: int) -> Figures:
    generator = Generator(load, f"{time.time_ns():x}")
    before, waited = _cpu(pid), _waited(pid)
    uvloop.run(generator.run(port))
    used, waited = _cpu(pid) - before, _waited(pid) - waited
    assert not generator.refused, f"{generator.refused} refused"
    latencies = sorted(each * 1000 for each in generator.latencies)
    count = len(latencies)
    return Figures(
        count,
        count / load.seconds,
        latencies[count // 2],
        latencies[count * 99 // 100],
        latencies[-1],
        used / count * 1e6,
        waited / load.seconds * 100,
    )


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", maxsplit=1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _waited(pid: int) -> float:
    """Seconds that its main thread was ready to run, and had no core."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.standin", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rates", type=float, nargs="+", default=[1000, 0], help="intakes a second; 0: all it can")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--core", type=int, default=0, help="the server's; the generator has another")
    parser.add_argument("--database", help="an empty PostgreSQL database, by URL; a new SQLite file each time without")
    asked = parser.parse_args()
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)) - {asked.core} or {asked.core})
    sys.stdout.write(HEADINGS)
    for rate in asked.rates:
        load = Load(asked.connections, asked.seconds, rate)
        rounds = [measured(load, asked.core, asked.database) for _ in range(asked.rounds)]
        cells = [f"{median(getattr(r, name) for r in rounds):,.1f}" for name in Figures.__slots__[1:]]
        sys.stdout.write(f"| {rate or 'as fast as it goes'} | {' | '.join(cells)} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

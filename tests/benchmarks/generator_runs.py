"""Runs of Locust that are measured from outside: how late, how much CPU, how much memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.tables.plan import Plan
from tests.locustfiles.runs import arguments, environment

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
TARGET_CORE, CORE = 0, 1
PAGE = os.sysconf("SC_PAGE_SIZE")


@contextmanager
def api(after: float = 0.0) -> Iterator[str]:
    """An API on the other core that answers after so many seconds; its address."""
    command = [sys.executable, str(HERE / "generator_api.py"), str(TARGET_CORE), str(after)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def pinned(command: list[str]) -> list[str]:
    """On the core that is measured."""
    return ["taskset", "-c", str(CORE), *command]


def closed(kind: str, url: str, requests: int) -> float:
    """Microseconds of CPU that a request takes."""
    command = [sys.executable, "-m", "tests.benchmarks.generator_closed", kind, url, str(requests)]
    return float(subprocess.run(pinned(command), check=True, capture_output=True, text=True, cwd=ROOT).stdout)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a run at one rate showed."""

    requests: float
    """A second."""
    p99: float
    """Milliseconds of lag."""
    busy: float
    """Share of the core."""
    microseconds: float
    """CPU a request."""


def at_rate(plan: Plan, url: str, client: str, seconds: float) -> Rate:
    """Run a plan of calls that take no time, and see how late the generator was."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan.write(folder / "plan.siaga")
        subprocess.run(
            pinned(_command(folder, url, client)), env=environment(), cwd=folder, capture_output=True, check=False
        )
        summary = json.loads((folder / "summary.json").read_text())
    cpu, requests = summary["cpu_s"]["max"], summary["requests"]
    return Rate(requests / seconds, summary["lag"]["p99_ms"], cpu / seconds, cpu / requests * 1e6)


def _command(folder: Path, url: str, client: str, *options: str) -> list[str]:
    said = ["--client", client, "--exit-code-on-error", "0", *options]
    return arguments(folder, url, *said, api=str(HERE / "generator_calls.py"))


@dataclass(frozen=True, slots=True)
class Resident:
    """Memory of the generator, bytes: before the first call, and when so many were in progress."""

    before: int
    then: int
    calls: int

    @property
    def a_call(self) -> float:
        """KiB that each call in progress takes."""
        return (self.then - self.before) / self.calls / 1024


def resident(plan: Plan, client: str, calls: int, *, after: float = 0.0) -> Resident:
    """Memory until so many calls are in progress; 0: until the first would begin. The run is then stopped."""
    with api(after) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan.write(folder / "plan.siaga")
        options = ("--sockets", str(max(calls, 1) + 100), "--timeout", "120s")
        about: dict[str, Any] = {
            "env": environment(),
            "cwd": folder,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        with subprocess.Popen(_command(folder, url, client, *options), **about) as process:
            try:
                return _watched(process.pid, folder / "status.json", calls)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(60)


def _watched(pid: int, status: Path, calls: int) -> Resident:
    before = 0
    for _ in range(1200):
        time.sleep(0.1)
        said = json.loads(status.read_text()) if status.exists() else {"now": 0, "in_progress": 0}
        if not before and said["now"] > 0:
            before = _resident(pid)
        if before and said["in_progress"] >= calls:
            return Resident(before, _resident(pid), max(calls, 1))
    raise TimeoutError(f"{calls} calls were never in progress")


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE

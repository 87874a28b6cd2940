"""Runs of Locust as a child process: importing it would patch the sockets of the tests."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from simulator.scenario.floor import Floor
from simulator.scenario.policy import NO_POLICY
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Outcomes
from simulator.tables.plan import Plan, Settings
from simulator.tables.row_log import read_log
from simulator.tables.staffing import Staffing
from tests.plans import plan, staff

ROOT = Path(__file__).parents[2]
DISPATCH = ROOT / "locustfiles" / "dispatch.py"
API = Path(__file__).with_name("api_file.py")
SECOND = 1_000_000
RUN = "0badcafe"


def made(arrivals: Any, *, talk: Any = 0, staffing: Staffing | None = None, speed: float = 1.0, **columns: Any) -> Plan:
    """A plan of calls at these seconds."""
    times = np.round(np.asarray(arrivals, dtype=float) * SECOND).astype(np.int64)
    settings = Settings(run=RUN, title="a test", scenario="test", start="2024-01-01T00:00:00+07:00", speed=speed)
    return Plan(
        calls=plan(times, talk=talk, **columns),
        staffing=staffing or staff(),
        floor=Floor.model_validate(
            {"trunks": 1000, "shifts": [{"name": "all", "from": "00:00", "to": "24:00", "call_takers": 1}]}
        ),
        policy=NO_POLICY,
        settings=settings,
    )


def evenly(rate: float, seconds: float) -> Any:
    """Arrivals at even distances."""
    return np.arange(round(rate * seconds)) / rate


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LOCUST_SKIP_MONKEY_PATCH": ""}


@dataclass
class Ran:
    """What a run left."""

    code: int
    log: str
    folder: Path

    @cached_property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.folder / "summary.json").read_text())

    @cached_property
    def rows(self) -> tuple[Outcomes, Exchanges]:
        return read_log(self.folder / "rows.log")

    def latency(self, milestone: str) -> dict[str, float]:
        [row] = [row for row in self.summary["latency"] if row["milestone"] == milestone]
        return row


def arguments(folder: Path, url: str, *options: str, api: str = str(API), file: Path = DISPATCH) -> list[str]:
    """A command that runs the plan in a folder."""
    files = [f"--{name}={folder / file}" for name, file in _FILES.items()]
    where = ["-f", str(file), "--host", url, "--api", api]
    return [sys.executable, "-m", "locust", *where, "--headless", "--only-summary", *files, *options]


_FILES = {"plan": "plan.siaga", "rows": "rows.log", "summary": "summary.json", "status": "status.json"}
LENIENT = ("--most-lag", "2s", "--exit-code-on-error", "0")
"""Of a shared machine nothing is asked."""


def run(folder: Path, plan: Plan, url: str, *options: str, within: float = 60.0, **named: Any) -> Ran:
    """Run a plan to its end."""
    plan.write(folder / "plan.siaga")
    command = arguments(folder, url, *options, **named)
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=within, env=environment(), cwd=folder, check=False
    )
    return Ran(done.returncode, done.stdout + done.stderr, folder)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def processes(count: int) -> list[str]:
    """Options for so many workers on this machine, at a port of their own: others may test at the same time."""
    port = str(free_port())
    return ["--processes", str(count), "--master-bind-port", port, "--master-port", port]

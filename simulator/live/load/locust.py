"""Locust as a child process: how it is called, what it tells meanwhile, and what it leaves.

Nothing here imports Locust, which patches the sockets of whoever does.
"""

import json
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from simulator.live.apis.target_api import TargetApi, variable
from simulator.live.contract import ROLES
from simulator.live.load.child import Child
from simulator.live.load.request import Generator
from simulator.scenario.extras import need

LOCUST = (sys.executable, "-m", "locust")
SATURATED = 3
"""Exit code of a generator that could not keep up."""
LOOKS = 0.2
"""Seconds between two looks at the status."""
TO_FINISH = 15.0
"""Seconds that Locust has after Ctrl-C to write what it knows."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far a run is; ``now``, of ``length``, µs of simulated time from its begin; 0: not known."""

    now: int = 0
    calls: int = 0
    started: int = 0
    ended: int = 0
    in_progress: int = 0
    failed: int = 0
    lag_p99_ms: float = 0.0
    requests: int = 0
    length: int = 0
    speed: float = 1.0


Watch = Callable[[Status], None]


@dataclass(frozen=True, slots=True)
class Files:
    """Where Locust finds its plan, and leaves what it has to say."""

    folder: Path

    @property
    def plan(self) -> Path:
        """The drawn plan."""
        return self.folder / "plan.siaga"

    @property
    def rows(self) -> Path:
        """The log of rows."""
        return self.folder / "rows.log"

    @property
    def status(self) -> Path:
        """Written whole once a second."""
        return self.folder / "status.json"

    @property
    def summary(self) -> Path:
        """Written at the end."""
        return self.folder / "generator.json"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "locust.log"


@dataclass(frozen=True, slots=True)
class Played:
    """How a run of Locust ended: its exit code, its own summary, and whether a person stopped it."""

    code: int
    interrupted: bool
    summary: Mapping[str, Any] = field(default_factory=dict)
    tail: str = ""

    @property
    def saturated(self) -> bool:
        """The generator could not keep up: the figures do not count."""
        return self.code == SATURATED or bool(self.summary.get("saturated"))

    @property
    def killed(self) -> bool:
        """It was killed, or gave up for a worker that was: nothing that was given is at fault."""
        return self.code < 0 or bool(self.summary)

    @property
    def broke_off(self) -> bool:
        """It ended before the calls did, and nobody stopped it: Locust, or a worker of it, was lost."""
        ended = self.code in {0, SATURATED} and bool(self.summary) and self.summary.get("drained") is not False
        return not (ended or self.interrupted)

    def troubles(self, step: str | None = None) -> list[dict[str, Any]]:
        """What went wrong with steps that belong to no call, such as a call-taker's sign-on; or with one step."""
        rows = self.summary.get("troubles", ())
        return [row for row in rows if (row["step"] == step if step else not row["intent"] and row["step"] != "check")]


def play(files: Files, api: TargetApi, generator: Generator, watch: Watch = lambda _: None) -> Played:
    """Let Locust play the plan that lies in the folder; Ctrl-C is passed on, and what it leaves is still read."""
    with Child(command_of(files, api, generator), files.log, _keys(api)) as child:
        interrupted = _watched(child, files, watch)
        code = child.ended
    summary = _json(files.summary)
    return Played(
        -signal.SIGKILL if code is None else code,
        interrupted or bool(summary.get("interrupted")),
        summary,
        child.tail(),
    )


def _watched(child: Child, files: Files, watch: Watch) -> bool:
    """Wait until it has ended; whether a person stopped it, who may insist."""
    interrupted, until = False, float("inf")
    while child.ended is None and monotonic() < until:
        try:
            sleep(LOOKS)
            watch(_status(files.status))
        except KeyboardInterrupt:
            child.interrupt()
            until = monotonic() if interrupted else monotonic() + TO_FINISH
            interrupted = True
    return interrupted


def command_of(files: Files, api: TargetApi, generator: Generator) -> list[str]:
    """Locust's command line; keys are not on it, where every user of the machine could read them."""
    words = [
        *program(),
        "--headless",
        "--host",
        api.host,
        "--api",
        api.file or api.name,
        "--plan",
        str(files.plan),
    ]
    words += ["--rows", str(files.rows), "--status", str(files.status), "--summary", str(files.summary)]
    words += ["--csv", str(files.folder / "locust"), "--html", str(files.folder / "locust.html")]
    words += ["--keep-run", "--client", generator.client, "--most-lag", generator.most_lag, "--exit-code-on-error", "0"]
    words += ["--processes", str(generator.processes)] if generator.processes else []
    return [*words, *generator.more]


def program() -> list[str]:
    """Locust with siaga's locustfile; raises BadInput where it is not installed."""
    need("load", "siaga load", "locust")
    return [*LOCUST, "-f", str(dispatch_file())]


def dispatch_file() -> Path:
    """The locustfile: inside an installed package, at the top of a checkout or editable install."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "shipped" / "locustfiles"
    return (installed if installed.is_dir() else package.parent / "locustfiles") / "dispatch.py"


def _keys(api: TargetApi) -> dict[str, str]:
    """A key without a role is that of each role that has none of its own."""
    everybodys = api.keys.get("")
    keys = {role: api.keys.get(role, everybodys) for role in ROLES}
    return {variable(role): key for role, key in keys.items() if key}


def _status(path: Path) -> Status:
    said = _json(path)
    return Status(**{name: said[name] for name in Status.__slots__ if isinstance(said.get(name), (int, float))})


def _json(path: Path) -> dict[str, Any]:
    """What a JSON file says; nothing where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}

"""A sweep as its owner meets it: the command in a session of its own, which can be interrupted and killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from time import monotonic, sleep
from typing import Any

from simulator.questions.run.request import Request
from simulator.questions.run.result import RunResult
from simulator.questions.run.run import answer
from simulator.report.progress import say_compiling
from simulator.study import question
from simulator.study.experiment import Experiment
from simulator.study.runs.columns import columns_of
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Meter, Progress
from simulator.study.sweep import CountTask, Sums, Sweep, Sweeper
from simulator.tables.store import Store
from tests.study.towns import TOWN, town

SIAGA = Path(sys.executable).with_name("siaga")
TABLES = ("calls", "outcomes", "replications")
MANY = "100000"
"""Replications that no test waits for."""
PATIENCE_S, MOMENT_S = 180.0, 8.0


def long_town(folder: Path) -> Path:
    """The town for three weeks: some tenths of a second a replication."""
    return town(folder, TOWN.replace("length: 2 d", "length: 20 d"))


def done_here(path: Path, out: Path, replications: int) -> RunResult:
    """The sweep in this process, undisturbed, with the engine that the disturbed ones do not use."""
    request = Request(scenario=path, engine="kernel", replications=replications, out=out, workers=1)
    return answer(request, question.Progress(compiling=say_compiling))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """What is kept of a run, by table."""
    return {name: (folder / f"{name}.parquet").read_bytes() for name in TABLES}


def sweep(
    designs: Sequence[tuple[Experiment, Store]], replications: int, workers: int | None = 1, **options: Any
) -> tuple[Sweep, ...]:
    """Replications of experiments; None: other processes where that is worth it."""
    with executors(workers) as choose:
        return Sweeper(designs, choose, **options).sweep(replications)


def replicate(
    experiment: Experiment, replications: int, store: Store, progress: Progress = lambda _: None, *, check: bool = False
) -> Sweep:
    """Replications of one experiment, by this process."""
    return sweep([(experiment, store)], replications, meter=Meter(progress), check=check)[0]


def sums_in(store: Store, experiment: Experiment) -> list[Sums]:
    """What is stored of an experiment."""
    tables = (columns_of(table)[1] for table in store.sums())
    return [sums for columns in tables for sums in CountTask().values(experiment, columns)]


def command(path: Path, out: Path, replications: object, *options: object) -> list[str]:
    """The sweep as it is typed."""
    asked = ("--replications", replications, "--out", out, "--engine", "reference", *options)
    return [str(SIAGA), "run", str(path), *map(str, asked)]


@contextmanager
def started(words: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A command in a session of its own; whatever is left of the session afterwards is ended."""
    pipe = subprocess.PIPE
    child = subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
    try:
        with child:
            try:
                yield child
            finally:
                if child.poll() is None:
                    child.kill()
    finally:
        for pid in of_session(child.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)


def until(what: Callable[[], object], patience: float = PATIENCE_S) -> object:
    """What comes of asking again and again, once it is something; AssertionError if it never is."""
    end = monotonic() + patience
    while monotonic() < end:
        if found := what():
            return found
        sleep(0.05)
    raise AssertionError("it did not happen in time")


def store_once_begun(out: Path, child: subprocess.Popen[str]) -> Store:
    """The store of a sweep that has just saved something for the first time."""

    def part() -> Path | None:
        assert child.poll() is None, child.communicate()
        return next(out.glob("town/*/parts/[0-9]*.replications.parquet"), None)

    found = until(part)
    assert isinstance(found, Path)
    return Store(found.parent.parent)


def of_session(leader: int) -> list[int]:
    """Living processes of a session."""
    return [pid for pid, stat in _stats() if int(stat[3]) == leader and stat[0] != "Z"]


def workers_of(parent: int) -> list[int]:
    """Processes that simulate for this one: grandchildren, since a server forks them."""
    stats = _stats()
    servers = {pid for pid, stat in stats if int(stat[1]) == parent}
    return [pid for pid, stat in stats if int(stat[1]) in servers and stat[0] != "Z"]


def _stats() -> list[tuple[int, list[str]]]:
    """State, parent, group and session of each process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found.append((int(entry.name), (entry / "stat").read_text().rpartition(")")[2].split()))
    return found
